package io.kspan.connect;

import io.fabric8.kubernetes.api.model.NamedContext;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.kspan.connect.watch.ApiClient;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.util.regex.Pattern;
import org.apache.kafka.common.config.types.Password;
import org.apache.kafka.connect.errors.ConnectException;

/**
 * Builds fabric8's client configuration. Secrets go from the connector's configuration into that
 * one and nowhere else.
 */
final class ClientConfig {
  private static final Pattern TOKEN = Pattern.compile("[!-~]+");

  private ClientConfig() {}

  /** Throws {@link ConnectException} with the remedy when the settings cannot be used. */
  static Config of(KubernetesEventSourceConfig settings) {
    Config config = base(settings);
    token(config, settings);
    clientCertificate(config, settings);
    proxy(config, settings);
    String caFile = settings.getString(ConfigKeys.CA_FILE_CONFIG);
    if (!caFile.isEmpty()) {
      config.setCaCertFile(caFile);
    }
    if (settings.getBoolean(ConfigKeys.INSECURE_CONFIG)) {
      config.setTrustCerts(true);
      config.setDisableHostnameVerification(true);
    }
    config.setConnectionTimeout(settings.getLong(ConfigKeys.CONNECT_TIMEOUT_CONFIG).intValue());
    config.setUserAgent("kspan-streams/" + Version.current());
    // The feeds retry by themselves, with one backoff and one log line.
    config.setRequestRetryBackoffLimit(0);
    // One connection per watch: the kernel's flow control then holds back only the blocked stream.
    config.setHttp2Disable(true);
    return config;
  }

  private static void token(Config config, KubernetesEventSourceConfig settings) {
    String file = settings.getString(ConfigKeys.TOKEN_FILE_CONFIG);
    Password token = settings.getPassword(ConfigKeys.TOKEN_CONFIG);
    if (!file.isEmpty()) {
      // Called before every request, so a rotated token needs no restart.
      config.setOauthTokenProvider(() -> readToken(Path.of(file)));
    } else if (token != null) {
      // Some ConfigProviders return a file with its last line break.
      config.setOauthToken(token.value().strip());
    }
  }

  private static void clientCertificate(Config config, KubernetesEventSourceConfig settings) {
    String certificate = settings.getString(ConfigKeys.CLIENT_CERT_FILE_CONFIG);
    if (!certificate.isEmpty()) {
      config.setClientCertFile(certificate);
      config.setClientKeyFile(settings.getString(ConfigKeys.CLIENT_KEY_FILE_CONFIG));
      config.setClientKeyAlgo(keyAlgorithm(Path.of(certificate)));
    }
  }

  private static void proxy(Config config, KubernetesEventSourceConfig settings) {
    String url = settings.getString(ConfigKeys.PROXY_URL_CONFIG);
    if (url.isEmpty()) {
      return;
    }
    config.setHttpProxy(url);
    config.setHttpsProxy(url);
    String user = settings.getString(ConfigKeys.PROXY_USER_CONFIG);
    Password password = settings.getPassword(ConfigKeys.PROXY_PASSWORD_CONFIG);
    if (!user.isEmpty()) {
      config.setProxyUsername(user);
      config.setProxyPassword(password == null ? "" : password.value());
    }
  }

  private static Config base(KubernetesEventSourceConfig settings) {
    String url = settings.getString(ConfigKeys.URL_CONFIG);
    String kubeconfig = settings.getString(ConfigKeys.KUBECONFIG_CONFIG);
    String contextName = settings.getString(ConfigKeys.CONTEXT_CONFIG);
    try {
      if (!url.isEmpty()) {
        Config config = Config.empty();
        config.setMasterUrl(url.endsWith("/") ? url : url + '/');
        return config;
      }
      String context = contextName.isEmpty() ? null : contextName;
      Config config =
          kubeconfig.isEmpty()
              ? Config.autoConfigure(context)
              : Config.fromKubeconfig(context, readable(kubeconfig));
      requireContext(config, context);
      return config;
    } catch (KubernetesClientException | IllegalArgumentException e) {
      // Without the cause: the parser quotes the lines around an error, tokens included.
      throw new ConnectException("The kubeconfig cannot be used: " + reason(e));
    }
  }

  /** The parser's message has the place of the error; fabric8's message has not. */
  private static String reason(RuntimeException e) {
    Throwable cause = e.getCause() == null ? e : e.getCause();
    return String.valueOf(cause.getMessage()).lines().findFirst().orElse("");
  }

  private static File readable(String path) {
    File file = new File(path);
    if (!file.isFile() || !file.canRead()) {
      throw new ConnectException(
          "The kubeconfig " + path + " cannot be read on this worker: check kubernetes.kubeconfig");
    }
    return file;
  }

  /** fabric8 uses the current context when the named one does not exist: the wrong cluster. */
  private static void requireContext(Config config, String context) {
    NamedContext current = config.getCurrentContext();
    if (context != null && (current == null || !context.equals(current.getName()))) {
      throw new ConnectException(
          "The kubeconfig has no context '" + context + "': correct kubernetes.context");
    }
  }

  /** Read from the certificate, because a PKCS #8 key file does not contain it. */
  private static String keyAlgorithm(Path certificate) {
    try (InputStream in = Files.newInputStream(certificate)) {
      return CertificateFactory.getInstance("X.509")
          .generateCertificate(in)
          .getPublicKey()
          .getAlgorithm();
    } catch (IOException | CertificateException e) {
      throw new ConnectException(
          "The client certificate %s cannot be read: check kubernetes.client.certificate.file"
              .formatted(certificate),
          e);
    }
  }

  /** Whether a header can carry the token; surrounding blanks do not matter. */
  static boolean isToken(String text) {
    return TOKEN.matcher(text.strip()).matches();
  }

  private static String readToken(Path file) {
    String text;
    try {
      text = Files.readString(file);
    } catch (IOException e) {
      throw new ApiClient.UnusableTokenException(
          "the token file " + file + " cannot be read: check kubernetes.token.file");
    }
    if (!isToken(text)) {
      throw new ApiClient.UnusableTokenException(
          "the token file " + file + " must contain one token and nothing else");
    }
    return text.strip();
  }
}
