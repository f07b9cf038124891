package io.kspan.topology.envelope;

import com.fasterxml.jackson.databind.JsonNode;
import io.kspan.topology.model.Settlement;

/**
 * What one version of an object says of its state (trace-model 5.3 and 6.2).
 *
 * @param settlement whether the spec is reached
 * @param failed for good
 * @param failing for now
 * @param state the facts whose change ends a span
 */
record StatusReader(Settlement settlement, boolean failed, boolean failing, String state) {

  static StatusReader of(String kind, JsonNode object) {
    JsonNode spec = object.path("spec");
    JsonNode status = object.path("status");
    boolean observed = observed(object);
    return switch (kind) {
      case "Deployment" -> deployment(spec, status, observed);
      case "ReplicaSet" ->
          plain(observed && reached(spec, status, "replicas", "readyReplicas"), status);
      case "StatefulSet" -> plain(observed && statefulSet(spec, status), status);
      case "DaemonSet" -> plain(observed && daemonSet(spec, status), status);
      case "Job" -> job(spec, status);
      case "Pod" -> PodReader.read(status);
      case "PersistentVolumeClaim" -> plain(is(status, "phase", "Bound"), status);
      default -> other(status, observed);
    };
  }

  private static boolean observed(JsonNode object) {
    long generation = Json.number(object.path("metadata"), "generation", 0);
    return Json.number(object.path("status"), "observedGeneration", 0) >= generation;
  }

  private static StatusReader deployment(JsonNode spec, JsonNode status, boolean observed) {
    boolean settled =
        spec.path("paused").asBoolean(false)
            || observed
                && reached(spec, status, "updatedReplicas", "replicas", "availableReplicas");
    boolean failing = "False".equals(condition(status, "Progressing"));
    return new StatusReader(settlement(settled), false, failing, phase(status));
  }

  /** Each of the numbers equals spec.replicas; absent numbers are 0, absent spec.replicas 1. */
  private static boolean reached(JsonNode spec, JsonNode status, String... numbers) {
    long wanted = Json.number(spec, "replicas", 1);
    for (String number : numbers) {
      if (Json.number(status, number, 0) != wanted) {
        return false;
      }
    }
    return true;
  }

  private static boolean statefulSet(JsonNode spec, JsonNode status) {
    if (!reached(spec, status, "replicas", "readyReplicas")) {
      return false;
    }
    JsonNode strategy = spec.path("updateStrategy");
    return is(strategy, "type", "OnDelete")
        || Json.number(strategy.path("rollingUpdate"), "partition", 0) > 0
        || Json.text(status, "currentRevision").equals(Json.text(status, "updateRevision"))
        || Json.number(status, "updatedReplicas", 0) == Json.number(status, "replicas", 0);
  }

  private static boolean daemonSet(JsonNode spec, JsonNode status) {
    long desired = Json.number(status, "desiredNumberScheduled", 0);
    return Json.number(status, "numberAvailable", 0) == desired
        && (is(spec.path("updateStrategy"), "type", "OnDelete")
            || Json.number(status, "updatedNumberScheduled", 0) == desired);
  }

  private static StatusReader job(JsonNode spec, JsonNode status) {
    boolean failed = "True".equals(condition(status, "Failed"));
    boolean suspended =
        spec.path("suspend").asBoolean(false) || "True".equals(condition(status, "Suspended"));
    boolean settled = failed || suspended || "True".equals(condition(status, "Complete"));
    return new StatusReader(settlement(settled), failed, false, phase(status));
  }

  private static StatusReader other(JsonNode status, boolean observed) {
    String ready = condition(status, "Ready");
    String condition = ready == null ? condition(status, "Available") : ready;
    boolean failing = "False".equals(condition(status, "Progressing"));
    boolean observes = status.has("observedGeneration");
    Settlement settlement =
        condition == null
            ? Settlement.SILENT
            : settlement(condition.equals("True") && (observed || !observes));
    return new StatusReader(
        settlement, false, failing, phase(status) + ";" + (condition == null ? "" : condition));
  }

  private static StatusReader plain(boolean settled, JsonNode status) {
    boolean failing = "False".equals(condition(status, "Progressing"));
    return new StatusReader(settlement(settled), false, failing, phase(status));
  }

  static Settlement settlement(boolean settled) {
    return settled ? Settlement.SETTLED : Settlement.UNSETTLED;
  }

  /** Status of a condition, null without it. */
  static String condition(JsonNode status, String type) {
    for (JsonNode condition : status.path("conditions")) {
      if (is(condition, "type", type)) {
        return Json.text(condition, "status");
      }
    }
    return null;
  }

  static String phase(JsonNode status) {
    return Json.text(status, "phase");
  }

  static boolean is(JsonNode node, String field, String value) {
    return Json.text(node, field).equals(value);
  }
}
