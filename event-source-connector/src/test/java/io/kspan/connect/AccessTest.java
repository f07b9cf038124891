package io.kspan.connect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsExchange;
import com.sun.net.httpserver.HttpsParameters;
import com.sun.net.httpserver.HttpsServer;
import io.kspan.apiserver.Request;
import io.kspan.apiserver.Response;
import io.kspan.testsupport.SelfSigned;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import org.apache.kafka.connect.errors.ConnectException;
import org.assertj.core.util.Throwables;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The ways to the API server. */
class AccessTest extends TaskTest {
  @TempDir private Path directory;

  @ParameterizedTest
  @ValueSource(strings = {"EC", "RSA"})
  void shouldAuthenticateWithAClientCertificate(String algorithm) throws Exception {
    SelfSigned identity = SelfSigned.create(directory, algorithm);
    List<String> clients = new CopyOnWriteArrayList<>();
    HttpsServer https = https(mutual(identity.context()));
    https.createContext(
        "/",
        exchange -> {
          clients.add(((HttpsExchange) exchange).getSSLSession().getPeerPrincipal().getName());
          exchange.sendResponseHeaders(503, -1);
        });
    https.start();
    try {
      Map<String, String> mutualTls =
          Map.of(
              "kubernetes.url", "https://127.0.0.1:" + https.getAddress().getPort(),
              "kubernetes.ca.file", identity.certificate().toString(),
              "kubernetes.client.certificate.file", identity.certificate().toString(),
              "kubernetes.client.key.file", identity.key().toString());
      try (TaskHarness harness = start(mutualTls, "v1/pods")) {
        await().until(() -> clients.contains("CN=127.0.0.1"));
        harness.pollOnce();
      }
    } finally {
      https.stop(0);
    }
  }

  private static HttpsServer https(HttpsConfigurator tls) throws IOException {
    HttpsServer https =
        HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    https.setHttpsConfigurator(tls);
    return https;
  }

  private static HttpsConfigurator mutual(SSLContext context) {
    return new HttpsConfigurator(context) {
      @Override
      public void configure(HttpsParameters parameters) {
        SSLParameters needed = getSSLContext().getDefaultSSLParameters();
        needed.setNeedClientAuth(true);
        parameters.setSSLParameters(needed);
      }
    };
  }

  /**
   * Strimzi's pods have a service account: no setting is needed, and the kubelet renews the token.
   */
  @Test
  void shouldUseTheServiceAccountOfItsPodWhoseTokenIsRenewed() throws Exception {
    SelfSigned identity = SelfSigned.create(directory);
    Path token = Files.writeString(directory.resolve("token"), "first");
    List<String> tokens = new CopyOnWriteArrayList<>();
    HttpsServer https = https(new HttpsConfigurator(identity.context()));
    https.createContext(
        "/",
        exchange -> {
          tokens.add(exchange.getRequestHeaders().getFirst("Authorization"));
          exchange.sendResponseHeaders(401, -1);
        });
    https.start();
    Map<String, String> pod =
        Map.of(
            "KUBERNETES_SERVICE_HOST",
            "127.0.0.1",
            "KUBERNETES_SERVICE_PORT",
            Integer.toString(https.getAddress().getPort()),
            "kubernetes.auth.tryKubeConfig",
            "false",
            "kubernetes.auth.serviceAccount.token",
            token.toString(),
            "kubernetes.certs.ca.file",
            identity.certificate().toString());
    pod.forEach(System::setProperty);
    try (TaskHarness harness = start(Map.of("kubernetes.url", ""), "v1/pods")) {
      await().until(() -> tokens.contains("Bearer first"));
      Files.writeString(token, "second");
      await().until(() -> tokens.contains("Bearer second"));
      harness.pollOnce();
    } finally {
      pod.keySet().forEach(System::clearProperty);
      https.stop(0);
    }
  }

  @Test
  void shouldReadTheTokenOfAKubeconfigAgainWhenItIsRefused() throws Exception {
    String text =
        """
        apiVersion: v1
        kind: Config
        current-context: other
        contexts:
        - {name: here, context: {cluster: c, user: u}}
        - {name: other, context: {cluster: c, user: nobody}}
        clusters: [{name: c, cluster: {server: "%s"}}]
        users: [{name: u, user: {token: TOKEN}}]
        """
            .formatted(server.url());
    Path kubeconfig = Files.writeString(directory.resolve("kubeconfig"), text);
    server.always(
        request -> !"Bearer second".equals(request.authorization()),
        Response.status(401, "Unauthorized"));
    Map<String, String> byKubeconfig =
        Map.of(
            "kubernetes.url", "",
            "kubernetes.kubeconfig", kubeconfig.toString(),
            "kubernetes.context", "here");
    try (TaskHarness harness = start(byKubeconfig, "v1/pods")) {
      await()
          .until(() -> !server.requests(r -> "Bearer TOKEN".equals(r.authorization())).isEmpty());
      Files.writeString(kubeconfig, text.substring(0, text.indexOf("TOKEN")) + "\tsecret");
      harness.pollUntil(all -> !harness.outages().isEmpty());
      assertThat(Throwables.getStackTrace(harness.outages().get(0))).doesNotContain("secret");

      Files.writeString(kubeconfig, text.replace("TOKEN", "second"));
      harness.pollUntil(all -> all.size() == 1);
    }
  }

  @Test
  void shouldRefuseAContextThatTheKubeconfigDoesNotHave() throws Exception {
    String text =
        """
        apiVersion: v1
        kind: Config
        current-context: here
        clusters: [{name: k, cluster: {server: "https://127.0.0.1:1"}}]
        users: [{name: u, user: {token: t}}]
        contexts: [{name: here, context: {cluster: k, user: u}}]
        """;
    String kubeconfig = Files.writeString(directory.resolve("kubeconfig"), text).toString();

    assertThat(ClientConfig.of(config(kubeconfig, "here")).getMasterUrl())
        .isEqualTo("https://127.0.0.1:1/");
    assertThatThrownBy(() -> ClientConfig.of(config(kubeconfig, "there")))
        .isInstanceOf(ConnectException.class)
        .hasMessageContaining("'there'")
        .hasMessageContaining("kubernetes.context");
    assertThatThrownBy(() -> ClientConfig.of(config("/no/such/file", "")))
        .isInstanceOf(ConnectException.class)
        .hasMessageContaining("/no/such/file");
  }

  private static KubernetesEventSourceConfig config(String kubeconfig, String context) {
    return new KubernetesEventSourceConfig(
        Map.of(
            "cluster.name", "c",
            "kubernetes.kubeconfig", kubeconfig,
            "kubernetes.context", context));
  }

  @Test
  void shouldGoThroughAProxy() throws Exception {
    pods.put("n", "p", "");
    AtomicReference<String> authorization = new AtomicReference<>();
    server.once(
        Request::isList,
        exchange -> {
          authorization.set(exchange.getRequestHeaders().getFirst("Proxy-Authorization"));
          Response.status(503, "once more").answer(exchange);
        });
    Map<String, String> proxy =
        Map.of(
            "kubernetes.url", "http://api.cluster.invalid:6443",
            "kubernetes.proxy.url", server.url(),
            "kubernetes.proxy.user", "u",
            "kubernetes.proxy.password", "p");
    try (TaskHarness harness = start(proxy, "v1/pods")) {
      harness.pollUntil(all -> all.size() == 2);
    }
    assertThat(authorization)
        .hasValue(
            "Basic " + Base64.getEncoder().encodeToString("u:p".getBytes(StandardCharsets.UTF_8)));
  }
}
