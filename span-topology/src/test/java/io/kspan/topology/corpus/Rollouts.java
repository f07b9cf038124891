package io.kspan.topology.corpus;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.stream.Stream;

/**
 * Whether a rollout is complete, as {@code kubectl rollout status} and {@code kubectl wait} would
 * say of one version of an object: written against the API reference, not against the code under
 * test.
 */
final class Rollouts {
  private Rollouts() {}

  /** Of a watch event; kinds without a rollout never are. */
  static boolean complete(JsonNode event) {
    JsonNode object = event.path("object");
    JsonNode status = object.path("status");
    long generation = object.path("metadata").path("generation").asLong();
    boolean observed = status.path("observedGeneration").asLong() >= generation;
    long replicas = object.path("spec").path("replicas").asLong(1);
    return switch (object.path("kind").asText()) {
      case "Deployment" ->
          observed && all(status, replicas, "updatedReplicas", "replicas", "availableReplicas");
      case "StatefulSet" ->
          observed
              && all(status, replicas, "replicas", "readyReplicas")
              && status.path("currentRevision").equals(status.path("updateRevision"));
      case "DaemonSet" ->
          observed
              && all(
                  status,
                  status.path("desiredNumberScheduled").asLong(),
                  "updatedNumberScheduled",
                  "numberAvailable");
      case "Job" -> is(status, "Complete") || is(status, "Failed");
      default -> false;
    };
  }

  private static boolean all(JsonNode status, long wanted, String... numbers) {
    return Stream.of(numbers).allMatch(number -> status.path(number).asLong() == wanted);
  }

  private static boolean is(JsonNode status, String type) {
    for (JsonNode condition : status.path("conditions")) {
      if (condition.path("type").asText().equals(type)
          && condition.path("status").asText().equals("True")) {
        return true;
      }
    }
    return false;
  }
}
