package io.kspan.quickstart.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import io.kspan.topology.errors.BadInputException;
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

class KubeconfigTest {

  private static final String LIST = "{\"kind\":\"EventList\",\"items\":[]}";
  private static final String KUBECONFIG =
      """
      clusters:
      - {name: c, cluster: {server: "%s"}}
      - {name: closed, cluster: {server: "http://127.0.0.1:1"}}
      users:
      - {name: u, user: {token: t}}
      contexts:
      - {name: "arn:aws:eks/c", context: {cluster: c, user: u}}
      - {name: closed, context: {cluster: closed, user: u}}
      current-context: "arn:aws:eks/c"
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
  void shouldUseTheServerOfTheCurrentContext() throws IOException {
    answer("/k8s/api/v1/events", 200, LIST);

    Kubeconfig checked = check("/k8s", null);

    assertThat(checked.context()).isEqualTo("arn:aws:eks/c");
    Source source = Source.cluster(checked);
    assertThat(source.cluster()).isEqualTo("arn-aws-eks-c");
    assertThat(source.connectorSettings())
        .containsEntry("kubernetes.context", "arn:aws:eks/c")
        .containsEntry("kubernetes.kubeconfig", folder.resolve("config").toString());
  }

  @Test
  void shouldUseTheServerOfAnotherContext() {
    assertThatThrownBy(() -> check("", "closed"))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("http://127.0.0.1:1/ of context closed");
  }

  /** As kubeconfigs of EKS, GKE and AKS name one. */
  @ParameterizedTest
  @CsvSource({"plugin, ''", "missing, run the credential plugin of the kubeconfig by hand"})
  void shouldTakeTheTokenOfACredentialPlugin(String command, String problem) throws IOException {
    Path plugin =
        Files.writeString(
            folder.resolve("plugin"),
            "#!/bin/sh\necho '{\"apiVersion\":\"client.authentication.k8s.io/v1\","
                + "\"kind\":\"ExecCredential\",\"status\":{\"token\":\"of-plugin\"}}'\n");
    assertThat(plugin.toFile().setExecutable(true)).isTrue();
    server.createContext(
        "/",
        exchange -> {
          boolean known =
              "Bearer of-plugin".equals(exchange.getRequestHeaders().getFirst("Authorization"));
          String forbidden = "{\"message\":\"User \\\"system:anonymous\\\" cannot list\"}";
          byte[] body = (known ? LIST : forbidden).getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(known ? 200 : 403, body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    String exec =
        "{exec: {apiVersion: client.authentication.k8s.io/v1, interactiveMode: Never, command: \"%s\"}}"
            .formatted(folder.resolve(command));
    String kubeconfig = KUBECONFIG.replace("{token: t}", exec);

    if (problem.isEmpty()) {
      assertThat(check(kubeconfig, "", null).context()).isEqualTo("arn:aws:eks/c");
    } else {
      assertThatThrownBy(() -> check(kubeconfig, "", null))
          .isInstanceOf(BadInputException.class)
          .hasMessageContaining(problem);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "200,<html>sign in</html>,not as a Kubernetes API server does",
    "404,{},it does not answer as a Kubernetes API server does",
    "401,{},renew the token",
    "403,{},verbs: [\"list\"",
    "403,{},and the same for the other kinds",
    "503,{},gives HTTP 503"
  })
  void shouldNameTheProblemAndTheRemedy(int status, String body, String part) {
    answer("/api/v1/events", status, body);

    assertThatThrownBy(() -> check("", null))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("http://127.0.0.1:" + server.getAddress().getPort())
        .hasMessageContaining(
            "of context arn:aws:eks/c in the kubeconfig " + folder.resolve("config"))
        .hasMessageContaining(part);
  }

  private Kubeconfig check(String path, String context) throws IOException {
    return check(KUBECONFIG, path, context);
  }

  private Kubeconfig check(String kubeconfig, String path, String context) throws IOException {
    String url = "http://127.0.0.1:" + server.getAddress().getPort() + path;
    return Kubeconfig.check(
        Files.writeString(folder.resolve("config"), kubeconfig.formatted(url)), context, false);
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
