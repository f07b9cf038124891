package io.kspan.topology.envelope;

import com.fasterxml.jackson.databind.JsonNode;
import io.kspan.topology.assemble.ObjectFacts.Condition;
import io.kspan.topology.assemble.ObjectFacts.Container;
import io.kspan.topology.assemble.ObjectFacts.Run;
import io.kspan.topology.assemble.ObjectFacts.Status;
import java.util.ArrayList;
import java.util.List;

/** Reads {@code status} of an object of any kind. Stateless. */
final class StatusReader {
  private static final String EPHEMERAL = "ephemeralContainerStatuses";
  private static final List<String> CONTAINER_LISTS =
      List.of("initContainerStatuses", "containerStatuses", EPHEMERAL);

  private StatusReader() {}

  static Status read(JsonNode status) {
    return new Status(
        status.has("observedGeneration") ? Json.number(status, "observedGeneration", 0) : null,
        Json.raw(status, "phase"),
        conditions(status.path("conditions")),
        Json.number(status, "replicas", 0),
        Json.number(status, "readyReplicas", 0),
        Json.number(status, "availableReplicas", 0),
        Json.number(status, "updatedReplicas", 0),
        Json.raw(status, "currentRevision"),
        Json.raw(status, "updateRevision"),
        Json.number(status, "desiredNumberScheduled", 0),
        Json.number(status, "numberAvailable", 0),
        Json.number(status, "updatedNumberScheduled", 0),
        containers(status));
  }

  private static List<Condition> conditions(JsonNode conditions) {
    if (conditions.isEmpty()) {
      return List.of();
    }
    List<Condition> read = new ArrayList<>(conditions.size());
    for (JsonNode condition : conditions) {
      read.add(new Condition(Json.raw(condition, "type"), Json.raw(condition, "status")));
    }
    return read;
  }

  private static List<Container> containers(JsonNode status) {
    List<Container> read = new ArrayList<>(2);
    for (String list : CONTAINER_LISTS) {
      for (JsonNode container : status.path(list)) {
        JsonNode state = container.path("state");
        read.add(
            new Container(
                Json.raw(container, "name"),
                list.equals(EPHEMERAL),
                Json.raw(state.path("waiting"), "reason"),
                state.has("running") ? run(state.path("running")) : null,
                state.has("terminated") ? run(state.path("terminated")) : null,
                run(container.path("lastState").path("terminated"))));
      }
    }
    return read;
  }

  private static Run run(JsonNode run) {
    return new Run(Json.raw(run, "startedAt"), Json.raw(run, "finishedAt"));
  }
}
