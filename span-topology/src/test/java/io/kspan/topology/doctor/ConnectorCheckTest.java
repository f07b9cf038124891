package io.kspan.topology.doctor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import io.kspan.topology.names.Topics;
import io.kspan.topology.ops.CheckResult;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import org.apache.kafka.common.config.ConfigException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is made of what Connect says. */
class ConnectorCheckTest {
  private static final String ADDRESS = "http://connect:8083";
  private static final Topics TOPICS = Topics.withPrefix("k8s.");

  private static List<CheckResult> judge(
      String state, String task, String prefix, Set<String> active) {
    return ConnectorCheck.judge(
        ADDRESS,
        Optional.empty(),
        List.of(
            new ConnectClient.Connector(
                "events",
                state,
                "",
                List.of(new ConnectClient.Task(0, task, task.equals("FAILED") ? "boom" : "")),
                prefix,
                active)),
        TOPICS);
  }

  @Test
  void shouldBeContentWithOneThatRuns() {
    assertThat(judge("RUNNING", "RUNNING", "k8s.", Set.of()))
        .containsExactly(CheckResult.ok("events and its 1 task are RUNNING"));
  }

  @ParameterizedTest
  @CsvSource({
    "PAUSED, PAUSED, FAILED, /connectors/events/resume",
    "STOPPED, STOPPED, FAILED, /connectors/events/resume",
    "RUNNING, FAILED, FAILED, restart?includeTasks=true&onlyFailed=true",
    "RUNNING, UNASSIGNED, WARNING, rebalance",
  })
  void shouldSayWhatToDoAboutOneThatDoesNot(
      String state, String task, CheckResult.Verdict verdict, String remedy) {
    List<CheckResult> results = judge(state, task, "k8s.", Set.of());
    assertThat(results).hasSize(1);
    CheckResult finding = results.get(0);
    assertThat(finding.verdict()).isEqualTo(verdict);
    assertThat(finding.remedy()).contains(remedy);
  }

  @Test
  void shouldSeeThatItWritesElsewhere() {
    assertThat(judge("RUNNING", "RUNNING", "prod.", Set.of()).get(0).what())
        .isEqualTo("events writes to prod...., the topology reads k8s.events and k8s.objects");
    assertThat(judge("RUNNING", "RUNNING", "k8s.", Set.of("x.events")))
        .singleElement()
        .extracting(CheckResult::verdict)
        .isEqualTo(CheckResult.Verdict.FAILED);
    assertThat(judge("RUNNING", "RUNNING", "renamed.", Set.of("k8s.events")))
        .as("by a transformation")
        .extracting(CheckResult::verdict)
        .containsExactly(CheckResult.Verdict.OK);
  }

  @Test
  void shouldMissAConnector() {
    assertThat(ConnectorCheck.judge(ADDRESS, Optional.of("mine"), List.of(), TOPICS))
        .singleElement()
        .extracting(CheckResult::what)
        .isEqualTo("Connect at http://connect:8083 has no connector mine");
  }

  @Test
  void shouldAskForAPassword() {
    assertThat(ConnectorCheck.unreachable(ADDRESS, new IOException("HTTP 401")).remedy())
        .contains("KSPAN_DOCTOR_CONNECT_URL", "USER:PASSWORD");
  }

  @Test
  void shouldGiveUpOnAnAnswerThatStallsInItsBody() throws IOException {
    CountDownLatch done = new CountDownLatch(1);
    HttpServer server = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
    server.setExecutor(task -> new Thread(task, "stalls").start());
    server.createContext(
        "/connectors",
        exchange -> {
          exchange.sendResponseHeaders(200, 1_000);
          exchange.getResponseBody().write('{');
          exchange.getResponseBody().flush();
          awaitUninterrupted(done);
          exchange.close();
        });
    server.start();
    try {
      String url = "http://127.0.0.1:" + server.getAddress().getPort();
      assertThatThrownBy(
              () -> new ConnectClient(url, Duration.ofMillis(300)).connectors((name, type) -> true))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("no whole answer within 300 ms");
    } finally {
      done.countDown();
      server.stop(0);
    }
  }

  private static void awaitUninterrupted(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void shouldEncodeNamesInUrls() {
    List<CheckResult> results =
        ConnectorCheck.judge(
            ADDRESS,
            Optional.empty(),
            List.of(
                new ConnectClient.Connector(
                    "it's/my events", "PAUSED", "", List.of(), "k8s.", Set.of())),
            TOPICS);
    assertThat(results.get(0).remedy())
        .isEqualTo("curl -X PUT 'http://connect:8083/connectors/it%27s%2Fmy%20events/resume'");
  }

  @Test
  void shouldNotShowThePassword() {
    assertThat(new ConnectClient("https://user:geheim@connect:8083/").address())
        .isEqualTo("https://connect:8083");
  }

  @ParameterizedTest
  @ValueSource(strings = {"connect:8083", "geheim", "http://", "http://u:geheim@connect: 8083"})
  void shouldRefuseWhatIsNoUrl(String url) {
    assertThatThrownBy(() -> new ConnectClient(url))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("--connect-url")
        .hasMessageNotContaining("geheim");
  }
}
