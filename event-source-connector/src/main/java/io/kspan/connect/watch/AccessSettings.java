package io.kspan.connect.watch;

import java.time.Duration;
import java.util.regex.Pattern;
import org.apache.kafka.common.config.types.Password;

/**
 * How to reach the API server. Texts are empty when not configured. Without {@code url} and {@code
 * kubeconfig}, fabric8 uses {@code KUBECONFIG}, {@code ~/.kube/config}, or the service account of
 * the pod.
 *
 * @param proxy null when not configured
 * @param requestsPerSecond of all feeds of a task together
 */
public record AccessSettings(
    String url,
    String kubeconfig,
    String context,
    Credentials credentials,
    String caFile,
    boolean insecureSkipTlsVerify,
    Proxy proxy,
    Duration connectTimeout,
    Duration requestTimeout,
    int requestsPerSecond,
    String userAgent) {
  private static final Pattern TOKEN = Pattern.compile("[!-~]+");

  /**
   * The credentials for {@code url}.
   *
   * @param token null when not configured
   */
  public record Credentials(
      Password token, String tokenFile, String certificateFile, String keyFile) {}

  /**
   * The HTTP proxy between worker and API server.
   *
   * @param password null when not configured
   */
  public record Proxy(String url, String user, Password password) {}

  /** Whether a header can carry the token; surrounding blanks do not matter. */
  public static boolean isToken(String text) {
    return TOKEN.matcher(text.strip()).matches();
  }
}
