package io.kspan.quickstart.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import io.kspan.quickstart.process.BadInputException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Servers that answer, but that the connector cannot use. */
class ApiServerCheckTest {

  private static final String VERSION = "{\"major\":\"1\",\"gitVersion\":\"v1.30.0\"}";
  private static final String LIST = "{\"kind\":\"EventList\",\"items\":[]}";
  private static final String HTML = "<html>sign in</html>";
  private static final String KUBECONFIG =
      """
      clusters:
      - {name: c, cluster: {server: "%s"}}
      users:
      - {name: u, user: {token: t}}
      contexts:
      - {name: here, context: {cluster: c, user: u}}
      current-context: here
      """;

  @TempDir private Path folder;
  private HttpServer server;

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0), 0);
    server.start();
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  @Test
  void shouldTakeAServerBelowAPathThatListsEvents() throws IOException {
    answer("/k8s/version", 200, VERSION);
    answer("/k8s/api/v1/events", 200, LIST);

    assertThat(check("/k8s").context()).isEqualTo("here");
  }

  @Test
  void shouldTakeAServerThatKeepsItsVersionToItself() throws IOException {
    answer("/version", 403, "{}");
    answer("/api/v1/events", 200, LIST);

    assertThat(check("").context()).isEqualTo("here");
  }

  @Test
  void shouldNameTheMissingRights() {
    answer("/version", 200, VERSION);
    answer("/api/v1/events", 403, "{\"kind\":\"Status\"}");

    assertRefused("of context here answers 403", "get, list and watch on events");
  }

  @Test
  void shouldBlameTheCredentialsForA401Only() {
    answer("/version", 200, VERSION);
    answer("/api/v1/events", 401, "{}");

    assertRefused("of context here answers 401", "check the credentials");
  }

  @Test
  void shouldAdviseToWaitForASickServer() {
    answer("/version", 503, "");

    assertRefused("answers 503; try again when it is healthy");
  }

  @Test
  void shouldRefuseOtherServers() {
    answer("/", 200, HTML);
    assertRefused("does not answer like a Kubernetes API server; check the server of context here");

    answer("/version", 200, VERSION);
    assertRefused("does not answer like a Kubernetes API server");
  }

  @Test
  void shouldRefuseAServerWithoutTheApi() {
    answer("/version", 404, "");

    assertRefused("does not answer like a Kubernetes API server");
  }

  private void assertRefused(String... parts) {
    assertThatThrownBy(() -> check(""))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("127.0.0.1:" + server.getAddress().getPort())
        .hasMessageContainingAll(parts);
  }

  private Kubeconfig check(String path) throws IOException {
    String url = "http://127.0.0.1:" + server.getAddress().getPort() + path;
    return Kubeconfig.check(
        Files.writeString(folder.resolve("config"), KUBECONFIG.formatted(url)), null);
  }

  /** Answers 401 to a request without the token of the kubeconfig. */
  private void answer(String path, int status, String body) {
    server.createContext(
        path,
        exchange -> {
          try (exchange) {
            boolean known =
                "Bearer t".equals(exchange.getRequestHeaders().getFirst("Authorization"));
            byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(
                known ? status : 401, bytes.length == 0 ? -1 : bytes.length);
            exchange.getResponseBody().write(bytes);
          }
        });
  }
}
