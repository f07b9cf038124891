package io.kspan.connect.watch;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The UID of the namespace {@code kube-system}, which identifies the cluster. It is read again
 * every few minutes and after an outage, because a URL can come to lead to another cluster. Safe
 * for many threads; one of them reads it for all.
 */
final class ClusterIdentity {
  private static final Logger log = LoggerFactory.getLogger(ClusterIdentity.class);
  private static final String PATH = "api/v1/namespaces/kube-system";
  private static final Duration VALID = Duration.ofMinutes(5);

  private final ApiClient api;
  private final RequiredRights rights;
  private final InstantSource clock;

  // Guarded by this.
  private String uid = "";
  private Instant validUntil = Instant.MIN;
  private boolean refusalLogged;

  ClusterIdentity(ApiClient api, RequiredRights rights, InstantSource clock) {
    this.api = api;
    this.rights = rights;
    this.clock = clock;
  }

  /** A request that needs rights, too. */
  interface Probe {
    void send() throws FeedFailure, InterruptedException;
  }

  /**
   * Empty if the namespace was never readable: then only the cluster's name keys the offsets.
   *
   * @param probe sent before that is believed: a server that has just started refuses everything
   *     until it has read the roles
   */
  synchronized String uid(Probe probe) throws FeedFailure, InterruptedException {
    if (!clock.instant().isBefore(validUntil)) {
      uid = read(probe);
      validUntil = clock.instant().plus(VALID);
    }
    return uid;
  }

  /** Makes the next call read the UID again; called after an outage. */
  synchronized void invalidate() {
    validUntil = Instant.MIN;
  }

  private String read(Probe probe) throws FeedFailure, InterruptedException {
    try {
      return get();
    } catch (FeedFailure.Refused refused) {
      if (!uid.isEmpty()) {
        return without(refused);
      }
    }
    probe.send();
    try {
      return get();
    } catch (FeedFailure.Refused refused) {
      return without(refused);
    }
  }

  private String get() throws FeedFailure, InterruptedException {
    return api.getObject(PATH).path("metadata").path("uid").asText("");
  }

  private String without(FeedFailure.Refused refused) throws FeedFailure.Refused {
    if (refused.code() != 403 && refused.code() != 404) {
      throw refused;
    }
    if (!refusalLogged) {
      refusalLogged = true;
      log.warn(
          "Cannot tell this cluster from another one behind {} ({}). To have offsets follow the cluster, grant {}",
          api.baseUrl(),
          refused.getMessage(),
          rights.needed("get", RequiredRights.CLUSTER_IDENTITY));
    }
    // A revoked right does not make it another cluster.
    return uid;
  }
}
