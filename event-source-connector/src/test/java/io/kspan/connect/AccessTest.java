package io.kspan.connect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsParameters;
import com.sun.net.httpserver.HttpsServer;
import io.kspan.apiserver.Request;
import io.kspan.apiserver.Response;
import io.kspan.testsupport.apiserver.StubApiServer;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.TrustManagerFactory;
import org.apache.kafka.connect.errors.ConnectException;
import org.assertj.core.util.Throwables;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The ways to the API server. */
class AccessTest {
  private static final char[] PASSWORD = "changeit".toCharArray();

  private final StubApiServer server = new StubApiServer();

  @TempDir private Path directory;

  @AfterEach
  void stopServer() {
    server.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"EC", "RSA"})
  void shouldAuthenticateWithAClientCertificate(String algorithm) throws Exception {
    KeyStore serverKey = generate("server", "RSA");
    KeyStore clientKey = generate("client", algorithm);
    List<String> clients = new CopyOnWriteArrayList<>();
    HttpsServer https = https(serverKey, clientKey, clients);
    https.start();
    try {
      Map<String, String> properties = TaskHarness.properties(server, "v1/pods");
      properties.put("kubernetes.url", "https://127.0.0.1:" + https.getAddress().getPort());
      properties.put(
          "kubernetes.ca.file", pem("ca", "CERTIFICATE", certificate(serverKey).getEncoded()));
      properties.put(
          "kubernetes.client.certificate.file",
          pem("cert", "CERTIFICATE", certificate(clientKey).getEncoded()));
      properties.put(
          "kubernetes.client.key.file",
          pem("key", "PRIVATE KEY", clientKey.getKey("it", PASSWORD).getEncoded()));
      try (TaskHarness harness = new TaskHarness(properties, Map.of())) {
        await().until(() -> clients.contains("CN=client"));
        harness.pollOnce();
      }
    } finally {
      https.stop(0);
    }
  }

  /** What Strimzi's pods have: no key is needed, and the kubelet renews the token. */
  @Test
  void shouldUseTheServiceAccountOfItsPodWhoseTokenIsRenewed() throws Exception {
    KeyStore serverKey = generate("server", "EC");
    Path token = Files.writeString(directory.resolve("token"), "first");
    List<String> tokens = new CopyOnWriteArrayList<>();
    HttpsServer https = HttpsServer.create(loopback(), 0);
    https.setHttpsConfigurator(new HttpsConfigurator(tls(serverKey, null)));
    https.createContext("/", exchange -> refuse(exchange, tokens));
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
            pem("ca", "CERTIFICATE", certificate(serverKey).getEncoded()));
    pod.forEach(System::setProperty);
    Map<String, String> properties = TaskHarness.properties(server, "v1/pods");
    properties.remove("kubernetes.url");
    try (TaskHarness harness = new TaskHarness(properties, Map.of())) {
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
    server.serve("/api/v1/pods", "v1", "Pod");
    server.always(
        request -> !"Bearer second".equals(request.authorization()),
        Response.status(401, "Unauthorized"));
    Map<String, String> properties = TaskHarness.properties(server, "v1/pods");
    properties.remove("kubernetes.url");
    properties.put("kubernetes.kubeconfig", kubeconfig.toString());
    properties.put("kubernetes.context", "here");
    try (TaskHarness harness = new TaskHarness(properties, Map.of())) {
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
    server.serve("/api/v1/pods", "v1", "Pod").put("n", "p", "");
    AtomicReference<String> authorization = new AtomicReference<>();
    server.once(
        Request::isList,
        exchange -> {
          authorization.set(exchange.getRequestHeaders().getFirst("Proxy-Authorization"));
          Response.status(503, "once more").answer(exchange);
        });
    Map<String, String> properties = TaskHarness.properties(server, "v1/pods");
    properties.put("kubernetes.url", "http://api.cluster.invalid:6443");
    properties.put("kubernetes.proxy.url", server.url());
    properties.put("kubernetes.proxy.user", "u");
    properties.put("kubernetes.proxy.password", "p");
    try (TaskHarness harness = new TaskHarness(properties, Map.of())) {
      harness.pollUntil(all -> all.size() == 2);
    }
    assertThat(authorization)
        .hasValue(
            "Basic " + Base64.getEncoder().encodeToString("u:p".getBytes(StandardCharsets.UTF_8)));
  }

  private static HttpsServer https(KeyStore key, KeyStore trusted, List<String> clients)
      throws Exception {
    KeyStore trust = KeyStore.getInstance("PKCS12");
    trust.load(null, null);
    trust.setCertificateEntry("client", certificate(trusted));
    TrustManagerFactory trustManagers =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trustManagers.init(trust);
    HttpsServer https = HttpsServer.create(loopback(), 0);
    https.setHttpsConfigurator(
        new HttpsConfigurator(tls(key, trustManagers)) {
          @Override
          public void configure(HttpsParameters parameters) {
            SSLParameters needed = getSSLContext().getDefaultSSLParameters();
            needed.setNeedClientAuth(true);
            parameters.setSSLParameters(needed);
          }
        });
    https.createContext(
        "/",
        exchange -> {
          try (exchange) {
            clients.add(
                ((com.sun.net.httpserver.HttpsExchange) exchange)
                    .getSSLSession()
                    .getPeerPrincipal()
                    .getName());
            exchange.sendResponseHeaders(503, -1);
          }
        });
    return https;
  }

  private static InetSocketAddress loopback() {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
  }

  /**
   * @param trusted null for nobody
   */
  private static SSLContext tls(KeyStore key, TrustManagerFactory trusted) throws Exception {
    KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    keys.init(key, PASSWORD);
    SSLContext tls = SSLContext.getInstance("TLS");
    tls.init(keys.getKeyManagers(), trusted == null ? null : trusted.getTrustManagers(), null);
    return tls;
  }

  private static void refuse(HttpExchange exchange, List<String> tokens) throws IOException {
    try (exchange) {
      tokens.add(exchange.getRequestHeaders().getFirst("Authorization"));
      exchange.sendResponseHeaders(401, -1);
    }
  }

  private KeyStore generate(String name, String algorithm) throws Exception {
    Path file = directory.resolve(name + ".p12");
    Process keytool =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-alias",
                "it",
                "-keyalg",
                algorithm,
                "-dname",
                "CN=" + name,
                "-ext",
                "SAN=ip:127.0.0.1",
                "-storetype",
                "PKCS12",
                "-storepass",
                new String(PASSWORD),
                "-keystore",
                file.toString())
            .redirectErrorStream(true)
            .start();
    String said = new String(keytool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(keytool.waitFor()).as(said).isZero();
    KeyStore store = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(file)) {
      store.load(in, PASSWORD);
    }
    return store;
  }

  private static Certificate certificate(KeyStore store) throws Exception {
    return store.getCertificate("it");
  }

  private String pem(String name, String type, byte[] der) throws Exception {
    String body = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der);
    String text = "-----BEGIN %s-----\n%s\n-----END %s-----\n".formatted(type, body, type);
    return Files.writeString(directory.resolve(name + ".pem"), text).toString();
  }
}
