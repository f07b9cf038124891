package io.kspan.connect;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import io.kspan.apiserver.Response;
import io.kspan.testsupport.SelfSigned;
import io.kspan.testsupport.apiserver.Faults;
import io.kspan.testsupport.apiserver.StubApiServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The errors of a validation about the access to the API server, and their keys. */
class ConnectionCheckTest {
  private final StubApiServer server = new StubApiServer();

  @TempDir private Path directory;

  @AfterEach
  void stopServer() {
    server.close();
  }

  @Test
  void shouldFindNothingWrongWithAServerThatServes() {
    serve("/api/v1/events", "/api/v1/pods");

    assertThat(ValidationErrors.of(properties())).isEmpty();
    assertThat(server.requests(request -> true))
        .extracting(request -> request.query().get("limit"))
        .containsExactly("1", "1");
  }

  @Test
  void shouldPutAnUnreachableAddressOnTheUrl() throws IOException {
    Map<String, String> properties = properties();
    properties.put("kubernetes.url", "http://127.0.0.1:" + closedPort());

    assertOnly(properties, "kubernetes.url", "cannot reach");

    properties.put("kubernetes.url", "https://no-such-host.invalid");
    assertOnly(properties, "kubernetes.url", "UnresolvedAddress");
  }

  /** As in a pod, so that the kubeconfig of the developer is not used. */
  @Test
  void shouldNameTheKeysToSetWhenTheDefaultAddressIsUnreachable() throws IOException {
    Map<String, String> pod =
        Map.of(
            "KUBERNETES_SERVICE_HOST", "127.0.0.1",
            "KUBERNETES_SERVICE_PORT", Integer.toString(closedPort()),
            "kubernetes.auth.tryKubeConfig", "false");
    pod.forEach(System::setProperty);
    try {
      Map<String, String> properties = properties();
      properties.remove("kubernetes.url");
      assertOnly(properties, "kubernetes.url", "set kubernetes.url or kubernetes.kubeconfig");
    } finally {
      pod.keySet().forEach(System::clearProperty);
    }
  }

  @Test
  void shouldPutASilentServerOnTheUrlInTime() {
    server.always(request -> true, Faults.noAnswer());
    Map<String, String> properties = properties();
    properties.put("connection.validation.timeout.ms", "200");

    assertOnly(properties, "kubernetes.url", "within 200 ms");
  }

  @Test
  void shouldPutAServerThatIsNoApiServerOnTheUrl() {
    server.always(request -> true, Response.body("<html>Please log in</html>"));

    assertOnly(properties(), "kubernetes.url", "not as a Kubernetes API server");
  }

  @Test
  void shouldPutAnUntrustedCertificateOnTheCaFile() throws Exception {
    HttpsServer https =
        HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    https.setHttpsConfigurator(new HttpsConfigurator(SelfSigned.create(directory).context()));
    https.start();
    try {
      Map<String, String> properties = properties();
      properties.put("kubernetes.url", "https://127.0.0.1:" + https.getAddress().getPort());

      assertOnly(properties, "kubernetes.ca.file", "trusted");
      Path wrong = Files.writeString(directory.resolve("ca.crt"), "no certificate");
      properties.put("kubernetes.ca.file", wrong.toString());
      assertOnly(properties, "kubernetes.ca.file", "trusted");
    } finally {
      https.stop(0);
    }
  }

  @Test
  void shouldPutRefusedCredentialsWhereTheyAreConfigured() throws IOException {
    server.always(request -> true, Response.status(401, "Unauthorized"));
    Map<String, String> properties = properties();

    assertOnly(properties, "kubernetes.token", "renew the token");
    properties.put(
        "kubernetes.token.file", Files.writeString(directory.resolve("token"), "t").toString());
    assertOnly(properties, "kubernetes.token.file", "renew the token");
    Files.writeString(directory.resolve("token"), "two tokens");
    assertOnly(properties, "kubernetes.token.file", "one token and nothing else");
  }

  @Test
  void shouldAskForCredentialsWhenAnonymousRequestsAreForbidden() {
    server.always(
        request -> true, Response.status(403, "User system:anonymous cannot list resource"));

    assertOnly(properties(), "kubernetes.token", "the request carried no credentials");
  }

  @Test
  void shouldPutAMissingBuiltInResourceOnTheResources() {
    serve("/api/v1/events");
    Map<String, String> properties = properties();
    properties.put("resources", "v1/events,v1/pod,example.com/v1/later");

    assertOnly(properties, "resources", "No access to v1/pod ");
  }

  /** A running connector degrades; only when nothing is left is it of no use. */
  @Test
  void shouldForgiveAForbiddenScopeButNotAllOfThem() {
    serve("/api/v1/namespaces/a/events", "/api/v1/namespaces/b/events");
    Map<String, String> properties = properties();
    properties.put("namespaces", "a,b");
    server.always(request -> request.path().endsWith("/pods"), Response.status(403, "forbidden"));

    assertThat(ValidationErrors.of(properties)).isEmpty();
    server.always(request -> true, Response.status(403, "forbidden"));
    assertOnly(properties, "resources", "apiGroups: [\"\"], resources: [\"events\"]");
  }

  @Test
  void shouldForgiveAServerThatAsksForPatienceButNoBrokenWayToIt() {
    server.always(request -> true, Faults.tooManyRequests(1));
    assertThat(ValidationErrors.of(properties())).isEmpty();

    server.heal();
    server.always(request -> true, Response.status(502, "bad gateway"));
    assertOnly(properties(), "kubernetes.url", "HTTP 502: bad gateway");
  }

  @Test
  void shouldPutWhatAKubeconfigGetsWrongOnItOrItsContext() throws IOException {
    Path kubeconfig =
        Files.writeString(
            directory.resolve("kubeconfig"),
            """
            apiVersion: v1
            kind: Config
            current-context: here
            contexts: [{name: here, context: {cluster: c, user: u}}]
            clusters: [{name: c, cluster: {server: "%s"}}]
            users: [{name: u, user: {token: t}}]
            """
                .formatted(server.url()));
    Map<String, String> properties = properties();
    properties.remove("kubernetes.url");
    properties.put("kubernetes.context", "other");
    properties.put("kubernetes.kubeconfig", kubeconfig.toString());
    assertOnly(properties, "kubernetes.context", "'other'");

    properties.remove("kubernetes.context");
    server.always(request -> true, Response.status(401, "Unauthorized"));
    assertOnly(properties, "kubernetes.kubeconfig", "renew the token");

    Files.writeString(kubeconfig, "{apiVersion");
    assertOnly(properties, "kubernetes.kubeconfig", "Unexpected character");
  }

  @Test
  void shouldNotTryWhatIsWrongAnywayOrNotToBeTried() {
    Map<String, String> properties = properties();
    properties.put("projection", "everything");
    assertOnly(properties, "projection", "everything");

    properties.remove("projection");
    properties.put("connection.validation.timeout.ms", "0");
    assertThat(ValidationErrors.of(properties)).isEmpty();
    assertThat(server.requests(request -> true)).isEmpty();
  }

  private void serve(String... paths) {
    for (String path : paths) {
      server.serve(path, "v1", "Anything");
    }
  }

  private Map<String, String> properties() {
    return new HashMap<>(
        Map.of(
            "name", "x",
            "cluster.name", "c",
            "kubernetes.url", server.url(),
            "resources", "v1/events,v1/pods"));
  }

  private static void assertOnly(Map<String, String> properties, String key, String part) {
    Map<String, List<String>> errors = ValidationErrors.of(properties);
    assertThat(errors).containsOnlyKeys(key);
    assertThat(errors.get(key)).singleElement().asString().contains(key, part);
  }

  private static int closedPort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }
}
