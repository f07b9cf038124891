package io.kspan.connect.watch;

import java.time.Duration;
import org.apache.kafka.common.config.types.Password;

/**
 * How to reach the API server. Texts are empty when not configured. With neither {@code url} nor
 * {@code kubeconfig} fabric8 finds its way: {@code KUBECONFIG}, {@code ~/.kube/config}, or the
 * service account of the pod.
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
  /**
   * Who the connector is, with {@code url} only.
   *
   * @param token null when not configured
   */
  public record Credentials(
      Password token, String tokenFile, String certificateFile, String keyFile) {}

  /**
   * The way to the API server through an HTTP proxy.
   *
   * @param password null when not configured
   */
  public record Proxy(String url, String user, Password password) {}
}
