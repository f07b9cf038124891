package io.kspan.quickstart.receiver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.kspan.testsupport.otlp.MadeUpRequests;
import io.kspan.topology.errors.BadInputException;
import io.kspan.topology.waterfall.ReceivedTrace;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.trace.v1.Span;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.zip.GZIPOutputStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class OtlpReceiverTest {
  private static final long START = 1_795_205_861_000_000_000L;

  private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
  private static final String ROOT = "00000000000000a1";
  private static final String CHILD = "00000000000000b2";

  private final List<ReceivedTrace> complete = new CopyOnWriteArrayList<>();
  private final OtlpReceiver receiver = new OtlpReceiver("127.0.0.1", 0, complete::add);
  private final HttpClient client = HttpClient.newHttpClient();

  @BeforeEach
  void start() {
    receiver.start();
  }

  @AfterEach
  void stop() {
    receiver.close();
  }

  @Test
  void shouldReportATraceThatCameInTwoRequestsOnce() throws Exception {
    assertThat(post(bytes(span(CHILD, ROOT, "Pod.<b>"))).statusCode()).isEqualTo(200);
    assertThat(post(bytes(span(ROOT, "", "Deployment.Update"))).statusCode()).isEqualTo(200);
    assertThat(post(bytes(span(ROOT, "", "Deployment.Update"))).statusCode()).isEqualTo(200);

    Awaitility.await().until(() -> !complete.isEmpty());
    assertThat(complete).singleElement().extracting(ReceivedTrace::traceId).isEqualTo(TRACE);
    ReceivedTrace trace = complete.get(0);
    assertThat(trace.spans()).hasSize(2);
    assertThat(trace.root().name()).isEqualTo("Deployment.Update");
    assertThat(trace.root().component()).isEqualTo("kubelet");
    assertThat(trace.root().attributes()).containsEntry("n", 7L);
    assertThat(receiver.traces()).hasSize(1);
  }

  @Test
  void shouldAcceptGzip() throws Exception {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(packed)) {
      gzip.write(bytes(span(ROOT, "", "Deployment.Update")));
    }
    HttpRequest request =
        traces("application/x-protobuf", packed.toByteArray())
            .header("Content-Encoding", "gzip")
            .build();
    assertThat(send(request).statusCode()).isEqualTo(200);
    assertThat(receiver.traces()).hasSize(1);
  }

  @Test
  void shouldRefuseRequestsThatAreNotOtlp() throws Exception {
    HttpResponse<String> garbage = post("hello".getBytes());
    assertThat(garbage.statusCode()).isEqualTo(400);
    assertThat(garbage.body()).contains("Not an OTLP trace request");
    HttpRequest json = traces("application/json", "{}".getBytes()).build();
    assertThat(send(json).statusCode()).isEqualTo(415);
    assertThat(get("/v1/traces").statusCode()).isEqualTo(405);
    assertThat(receiver.traces()).isEmpty();
  }

  @Test
  void shouldServeAPageThatMayOnlyRunItsOwnScriptAndAskItsReceiver() throws Exception {
    HttpResponse<String> page = get("/");

    assertThat(page.statusCode()).isEqualTo(200);
    assertThat(page.body()).contains("<!DOCTYPE html>", "\"live\":true");
    assertThat(page.headers().firstValue("Content-Security-Policy").orElseThrow())
        .startsWith("default-src 'none'; script-src 'sha256-")
        .contains("connect-src 'self'", "frame-ancestors 'none'")
        .doesNotContain("unsafe");
    assertThat(page.headers().firstValue("X-Content-Type-Options")).contains("nosniff");
    assertThat(get("/nothing").statusCode()).isEqualTo(404);
  }

  @Test
  void shouldSendNewTracesToThePage() throws Exception {
    post(bytes(span(ROOT, "", "Deployment.Update"), span(CHILD, ROOT, "Pod.<b>")));

    JsonNode all = json("/traces.json?since=");
    assertThat(all.at("/traces/0/id").asText()).isEqualTo(TRACE);
    assertThat(all.at("/traces/0/spanCount").asInt()).isEqualTo(2);
    JsonNode trace = json("/trace.json?id=" + TRACE);
    assertThat(trace.at("/spans/1/name").asText()).isEqualTo("Pod.<b>");
    assertThat(trace.at("/resources/0/service.name").asText()).isEqualTo("kubelet");
    JsonNode none = json("/traces.json?since=" + all.path("next").asText());
    assertThat(none.path("traces")).isEmpty();
    assertThat(none.path("next")).isEqualTo(all.path("next"));
  }

  @Test
  void shouldNotAnswerRequestsWithAForeignHostName() throws Exception {
    try (Socket socket = new Socket("127.0.0.1", receiver.address().getPort())) {
      socket
          .getOutputStream()
          .write("GET /traces.json HTTP/1.1\r\nHost: evil.example\r\n\r\n".getBytes());
      assertThat(new String(socket.getInputStream().readNBytes(12))).isEqualTo("HTTP/1.1 403");
    }
  }

  @Test
  void shouldNameAnOccupiedPortAndTheRemedy() {
    int port = receiver.address().getPort();
    try (OtlpReceiver second = new OtlpReceiver("127.0.0.1", port, trace -> {})) {
      assertThatThrownBy(second::start)
          .isInstanceOf(BadInputException.class)
          .hasMessageContaining(Integer.toString(port))
          .hasMessageContaining("choose another port");
    }
  }

  private JsonNode json(String path) throws IOException, InterruptedException {
    return new ObjectMapper().readTree(get(path).body());
  }

  private HttpResponse<String> post(byte[] body) throws IOException, InterruptedException {
    return send(traces("application/x-protobuf", body).build());
  }

  private HttpRequest.Builder traces(String contentType, byte[] body) {
    return HttpRequest.newBuilder(receiver.address().resolve("/v1/traces"))
        .header("Content-Type", contentType)
        .POST(HttpRequest.BodyPublishers.ofByteArray(body));
  }

  private HttpResponse<String> get(String path) throws IOException, InterruptedException {
    URI uri = receiver.address().resolve(path);
    return send(HttpRequest.newBuilder(uri).build());
  }

  private HttpResponse<String> send(HttpRequest request) throws IOException, InterruptedException {
    return client.send(request, BodyHandlers.ofString());
  }

  private static byte[] bytes(Span.Builder... spans) {
    return MadeUpRequests.request(spans).toByteArray();
  }

  private static Span.Builder span(String id, String parent, String name) {
    return MadeUpRequests.span(TRACE, id, parent, name, START, START + 5)
        .addAttributes(MadeUpRequests.attribute("n", AnyValue.newBuilder().setIntValue(7)));
  }
}
