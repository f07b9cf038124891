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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Servers that answer, but that the connector cannot use. */
class ApiServerCheckTest {

  private static final String LIST = "{\"kind\":\"EventList\",\"items\":[]}";
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
    answer("/k8s/api/v1/events", 200, LIST);

    assertThat(check("/k8s").context()).isEqualTo("here");
  }

  @ParameterizedTest
  @CsvSource({
    "200,<html>sign in</html>,not as a Kubernetes API server does",
    "404,{},this API server has no such resource",
    "401,{},renew the token",
    "403,{},verbs: [\"list\"",
    "403,{},and the same for the other kinds",
    "503,{},gives HTTP 503"
  })
  void shouldNameTheProblemAndTheRemedy(int status, String body, String part) {
    answer("/api/v1/events", status, body);

    assertThatThrownBy(() -> check(""))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("http://127.0.0.1:" + server.getAddress().getPort())
        .hasMessageContaining("of context here in the kubeconfig " + folder.resolve("config"))
        .hasMessageContaining(part);
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
