package io.kspan.connect.watch;

import java.time.Duration;
import org.apache.kafka.common.config.types.Password;

/**
 * How to reach the API server. Texts are empty when not configured. With neither {@code url} nor
 * {@code kubeconfig} fabric8 finds its way: {@code KUBECONFIG}, {@code ~/.kube/config}, or the
 * service account of the pod.
 *
 * @param token null when not configured
 */
public record AccessSettings(
    String url,
    String kubeconfig,
    String context,
    Password token,
    String tokenFile,
    String caFile,
    boolean insecureSkipTlsVerify,
    Duration connectTimeout,
    Duration requestTimeout,
    String userAgent) {}
