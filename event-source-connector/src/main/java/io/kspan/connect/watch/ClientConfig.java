package io.kspan.connect.watch;

import io.fabric8.kubernetes.api.model.NamedContext;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import org.apache.kafka.connect.errors.ConnectException;

/**
 * Builds fabric8's client configuration. Secrets go from the settings into that configuration and
 * nowhere else.
 */
final class ClientConfig {
  private ClientConfig() {}

  /** A token that cannot be read or sent; the message does not contain it. */
  static final class UnusableTokenException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    UnusableTokenException(String message) {
      super(message);
    }
  }

  /** Throws {@link ConnectException} with the remedy when the settings cannot be used. */
  static Config of(AccessSettings settings) {
    Config config = base(settings);
    credentials(config, settings.credentials());
    proxy(config, settings.proxy());
    if (!settings.caFile().isEmpty()) {
      config.setCaCertFile(settings.caFile());
    }
    if (settings.insecureSkipTlsVerify()) {
      config.setTrustCerts(true);
      config.setDisableHostnameVerification(true);
    }
    config.setConnectionTimeout((int) settings.connectTimeout().toMillis());
    config.setUserAgent(settings.userAgent());
    // The feeds retry by themselves, with one backoff and one log line.
    config.setRequestRetryBackoffLimit(0);
    // One connection per watch: the kernel's flow control then holds back only the blocked stream.
    config.setHttp2Disable(true);
    return config;
  }

  private static void credentials(Config config, AccessSettings.Credentials credentials) {
    if (!credentials.tokenFile().isEmpty()) {
      Path file = Path.of(credentials.tokenFile());
      // Called before every request, so a rotated token needs no restart.
      config.setOauthTokenProvider(() -> readToken(file));
    } else if (credentials.token() != null) {
      // Some ConfigProviders return a file with its last line break.
      config.setOauthToken(credentials.token().value().strip());
    }
    if (!credentials.certificateFile().isEmpty()) {
      config.setClientCertFile(credentials.certificateFile());
      config.setClientKeyFile(credentials.keyFile());
      config.setClientKeyAlgo(keyAlgorithm(Path.of(credentials.certificateFile())));
    }
  }

  private static void proxy(Config config, AccessSettings.Proxy proxy) {
    if (proxy == null) {
      return;
    }
    config.setHttpProxy(proxy.url());
    config.setHttpsProxy(proxy.url());
    if (!proxy.user().isEmpty()) {
      config.setProxyUsername(proxy.user());
      config.setProxyPassword(proxy.password() == null ? "" : proxy.password().value());
    }
  }

  private static Config base(AccessSettings settings) {
    try {
      if (!settings.url().isEmpty()) {
        Config config = Config.empty();
        String url = settings.url();
        config.setMasterUrl(url.endsWith("/") ? url : url + '/');
        return config;
      }
      String context = settings.context().isEmpty() ? null : settings.context();
      Config config =
          settings.kubeconfig().isEmpty()
              ? Config.autoConfigure(context)
              : Config.fromKubeconfig(context, readable(settings.kubeconfig()));
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

  private static String readToken(Path file) {
    String text;
    try {
      text = Files.readString(file);
    } catch (IOException e) {
      throw new UnusableTokenException(
          "the token file " + file + " cannot be read: check kubernetes.token.file");
    }
    if (!AccessSettings.isToken(text)) {
      throw new UnusableTokenException(
          "the token file " + file + " must contain one token and nothing else");
    }
    return text.strip();
  }
}
