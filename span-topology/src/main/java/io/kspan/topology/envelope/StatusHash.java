package io.kspan.topology.envelope;

import com.fasterxml.jackson.databind.JsonNode;
import io.kspan.topology.assemble.Fnv1a;
import io.kspan.topology.status.ObjectStatus;
import java.util.List;
import java.util.Set;

/**
 * A hash of what of a status ends a span (trace-model 6.2): the phase; of a pod also whether it is
 * scheduled, initialized and ready, and when its containers started and terminated; of kinds that
 * are not built in also whether they are ready.
 *
 * <p>Stateless.
 */
final class StatusHash {
  private static final List<String> POD_CONDITIONS =
      List.of("PodScheduled", "Initialized", "Ready");
  private static final List<String> CONTAINER_LISTS =
      List.of("initContainerStatuses", "containerStatuses", "ephemeralContainerStatuses");

  /** Of these readiness is no state of its own: their pods have it. */
  private static final Set<String> BUILT_IN =
      Set.of(
          "Deployment", "ReplicaSet", "StatefulSet", "DaemonSet", "Job", "PersistentVolumeClaim");

  private StatusHash() {}

  static long of(JsonNode status, String kind, ObjectStatus object) {
    long hash = Fnv1a.hash64(Fnv1a.OFFSET_64, Json.raw(status, "phase"));
    if (!object.isPod()) {
      return BUILT_IN.contains(kind) ? hash : ready(hash, object);
    }
    for (String condition : POD_CONDITIONS) {
      hash = 31 * hash + (object.isTrue(condition) ? 1 : 0);
    }
    for (String list : CONTAINER_LISTS) {
      for (JsonNode container : status.path(list)) {
        // A sum, since the order of containers says nothing.
        hash += container(container);
      }
    }
    return hash;
  }

  private static long ready(long hash, ObjectStatus object) {
    String ready = object.condition("Ready");
    ready = ready.isEmpty() ? object.condition("Available") : ready;
    return ready.isEmpty() ? hash : Fnv1a.hash64(hash, ready);
  }

  /** When it last started and last terminated; that it waits in between is no change. */
  private static long container(JsonNode container) {
    JsonNode state = container.path("state");
    JsonNode ended = state.path("terminated");
    ended = ended.isObject() ? ended : container.path("lastState").path("terminated");
    JsonNode started = state.path("running");
    started = started.isObject() ? started : ended;
    long hash = Fnv1a.hash64(Fnv1a.OFFSET_64, Json.raw(container, "name"));
    hash = Fnv1a.hash64(hash, Json.raw(started, "startedAt"));
    return Fnv1a.hash64(hash, Json.raw(ended, "finishedAt"));
  }
}
