package io.kspan.connect.watch;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which cluster answers: the UID of the namespace {@code kube-system}, which lives as long as the
 * cluster. Asked for again now and then and after a broken connection, because a URL can come to
 * lead to another cluster. Safe for many threads, of which one asks for all.
 */
final class ClusterIdentity {
  private static final Logger log = LoggerFactory.getLogger(ClusterIdentity.class);
  private static final String PATH = "api/v1/namespaces/kube-system";
  private static final Duration VALID = Duration.ofMinutes(5);
  private static final String UNKNOWN = "";

  private final ApiClient api;
  private final RequiredRights rights;
  private final InstantSource clock;

  // Guarded by this.
  private String uid = UNKNOWN;
  private Instant validUntil = Instant.MIN;
  private boolean refusalLogged;

  ClusterIdentity(ApiClient api, RequiredRights rights, InstantSource clock) {
    this.api = api;
    this.rights = rights;
    this.clock = clock;
  }

  /**
   * Empty when the namespace could never be read; offsets then depend on the cluster's name alone.
   */
  synchronized String uid() throws FeedFailure, InterruptedException {
    if (!clock.instant().isBefore(validUntil)) {
      uid = ask();
      validUntil = clock.instant().plus(VALID);
    }
    return uid;
  }

  /** Something happened after which another cluster may answer. */
  synchronized void doubt() {
    validUntil = Instant.MIN;
  }

  private String ask() throws FeedFailure, InterruptedException {
    try {
      return api.getObject(PATH).path("metadata").path("uid").asText(UNKNOWN);
    } catch (FeedFailure.Refused refused) {
      if (refused.code() != 403 && refused.code() != 404) {
        throw refused;
      }
      if (!refusalLogged) {
        refusalLogged = true;
        log.warn(
            "Cannot tell this cluster from another one behind {} ({}). To have offsets follow the cluster, grant {}",
            api.baseUrl(),
            refused.getMessage(),
            rights.toDo("get", RequiredRights.CLUSTER_IDENTITY));
      }
      // A right that was taken away does not make it another cluster.
      return uid;
    }
  }
}
