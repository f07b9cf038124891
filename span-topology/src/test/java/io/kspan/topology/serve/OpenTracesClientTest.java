package io.kspan.topology.serve;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import com.sun.net.httpserver.HttpServer;
import io.kspan.topology.otlp.OtlpEncoder;
import io.kspan.topology.otlp.Traces;
import io.kspan.topology.waterfall.page.OpenTraces;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Instances that fail in each way; those that do not are in {@code ServeIT}. */
class OpenTracesClientTest {
  private static final int PARTITIONS = 3;
  private static final Duration PATIENCE = Duration.ofMinutes(1);

  private final List<HttpServer> servers = new ArrayList<>();
  private final AtomicLong nanos = new AtomicLong();
  private final AtomicInteger asked = new AtomicInteger();

  @AfterEach
  void stop() {
    servers.forEach(server -> server.stop(0));
  }

  private String instance(int status, byte[] body) throws IOException {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/open",
        exchange -> {
          asked.incrementAndGet();
          exchange.sendResponseHeaders(status, body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    server.start();
    servers.add(server);
    return "127.0.0.1:" + server.getAddress().getPort();
  }

  private static io.kspan.topology.wire.proto.OpenTraces.Builder answer(Integer... own) {
    return io.kspan.topology.wire.proto.OpenTraces.newBuilder()
        .setPartitions(PARTITIONS)
        .addAllOwnPartitions(Arrays.asList(own));
  }

  private static io.kspan.topology.wire.proto.OpenTraces.Builder withTrace(
      int number, Integer... own) {
    return answer(own)
        .addRequests(
            ByteString.copyFrom(new OtlpEncoder().encode(Traces.trace(number, 2, 5)).get(0)));
  }

  private OpenTraces ask(String... instances) {
    return new OpenTracesClient(List.of(instances), PATIENCE, nanos::get).now();
  }

  @Test
  void shouldAskNothingUnlessTold() {
    assertThat(ask()).isEqualTo(OpenTraces.EMPTY);
  }

  @Test
  void shouldAskTheInstancesThatOneNames() throws IOException {
    String second = instance(200, withTrace(2, 2).build().toByteArray());
    String first = instance(200, withTrace(1, 0, 1).addInstances(second).build().toByteArray());

    OpenTraces open = ask(first);

    assertThat(open.traces()).extracting(trace -> trace.traceId()).hasSize(2);
    assertThat(open.missing()).isEmpty();
  }

  @Test
  void shouldSayWhichPartitionsAreMissingAndWhy() throws IOException {
    String restoring = instance(503, "the store is not open\n".getBytes(UTF_8));
    String gone = instance(200, new byte[0]);
    servers.get(1).stop(0);
    String first =
        instance(
            200, withTrace(1, 1).addInstances(restoring).addInstances(gone).build().toByteArray());

    OpenTraces open = ask(first);

    assertThat(open.traces()).hasSize(1);
    assertThat(open.missing()).hasSize(1);
    assertThat(open.missing().get(0))
        .startsWith("what is open in partition 0, 2 of 3 is not shown: ")
        .contains(restoring + " does not answer (HTTP 503: the store is not open)")
        .contains(gone + " does not answer (");
  }

  @Test
  void shouldNotMindAnInstanceWhosePartitionsOthersHave() throws IOException {
    String gone = instance(200, new byte[0]);
    servers.get(0).stop(0);
    String first = instance(200, answer(0, 1, 2).addInstances(gone).build().toByteArray());

    assertThat(ask(first).missing()).isEmpty();
  }

  @Test
  void shouldSayThatPartitionsHaveNoInstance() throws IOException {
    assertThat(ask(instance(200, answer(0, 1).build().toByteArray())).missing())
        .containsExactly("what is open in partition 2 of 3 is not shown: it has no instance now");
  }

  @Test
  void shouldSayThatNothingAnswers() throws IOException {
    String other = instance(200, "<html>".getBytes(UTF_8));

    assertThat(ask(other, "no-such-host.invalid:1").missing())
        .singleElement()
        .asString()
        .startsWith("what is open is not shown: ")
        .contains(other + " does not answer (what answers there is no instance")
        .contains("no-such-host.invalid:1 does not answer (");
  }

  @Test
  void shouldAskInstancesInThisProcess() {
    byte[] one = withTrace(1, 0, 1).build().toByteArray();
    Map<String, Supplier<byte[]>> instances =
        Map.of(
            "instance 1",
            () -> one,
            "instance 2",
            () -> {
              throw new IllegalStateException("not started yet");
            });

    OpenTraces open = OpenTracesClient.of(instances);

    assertThat(open.traces()).hasSize(1);
    assertThat(open.missing())
        .containsExactly(
            "what is open in partition 2 of 3 is not shown: instance 2 does not answer (not started yet)");
  }

  @Test
  void shouldSayHowManyRootsAreLeftOutAndWhatIsNoOtlp() throws IOException {
    String first =
        instance(
            200,
            answer(0, 1, 2)
                .setLeftOut(7)
                .addRequests(ByteString.copyFromUtf8("no OTLP"))
                .build()
                .toByteArray());

    assertThat(ask(first).missing())
        .hasSize(2)
        .anyMatch(text -> text.endsWith(" has 7 more open roots"))
        .anyMatch(text -> text.contains(" answers what is no OTLP"));
  }

  @Test
  void shouldShareAnAnswerForAWhileAndThenAskAgain() throws IOException {
    OpenTracesClient client =
        new OpenTracesClient(
            List.of(instance(200, withTrace(1, 0, 1, 2).build().toByteArray())),
            PATIENCE,
            nanos::get);

    OpenTraces first = client.now();
    assertThat(client.now()).isSameAs(first);
    assertThat(asked).hasValue(1);

    nanos.addAndGet(3_000_000_000L);
    // The old answer, while instances are asked again.
    assertThat(client.now()).isSameAs(first);
    await().until(() -> asked.get() == 2);

    nanos.addAndGet(60_000_000_000L);
    // Too old to be shown. Equal, so not another one: nothing has to be drawn anew.
    assertThat(client.now()).isSameAs(first);
    assertThat(asked).hasValueGreaterThanOrEqualTo(2);
  }
}
