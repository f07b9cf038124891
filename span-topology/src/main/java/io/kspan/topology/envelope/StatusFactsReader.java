package io.kspan.topology.envelope;

import com.fasterxml.jackson.databind.JsonNode;
import io.kspan.topology.model.StatusFacts;
import io.kspan.topology.model.StatusFacts.Condition;
import io.kspan.topology.model.StatusFacts.Container;
import io.kspan.topology.model.StatusFacts.Run;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/** Reads what state spans need of an object. Immutable and thread-safe. */
public final class StatusFactsReader {
  private static final Set<String> OF_PODS = Set.of("PodScheduled", "Initialized", "Ready");
  // Those of which True is the good state: for other types, False can be what everything is.
  private static final Set<String> OF_OTHERS =
      Set.of("Ready", "Available", "Progressing", "Healthy", "Synced", "Succeeded");

  private final Objects objects;

  /** The objects whose states are read. */
  public enum Objects {
    OFF,
    PODS,
    ALL
  }

  /** A reader of the states of {@code objects}. */
  public StatusFactsReader(Objects objects) {
    this.objects = objects;
  }

  StatusFacts read(JsonNode object, boolean isPod) {
    if (objects == Objects.OFF || objects == Objects.PODS && !isPod) {
      return StatusFacts.NONE;
    }
    JsonNode status = object.path("status");
    List<Condition> conditions = conditions(status, isPod ? OF_PODS : OF_OTHERS);
    if (!isPod) {
      return conditions.isEmpty() ? StatusFacts.NONE : new StatusFacts(0, 0, conditions, List.of());
    }
    JsonNode metadata = object.path("metadata");
    long grace = Math.max(0, Json.number(metadata, "deletionGracePeriodSeconds", 0));
    long deletion = second(metadata, "deletionTimestamp");
    List<Container> containers = new ArrayList<>();
    addContainers(containers, status.path("initContainerStatuses"), true);
    addContainers(containers, status.path("containerStatuses"), false);
    addContainers(containers, status.path("ephemeralContainerStatuses"), false);
    return new StatusFacts(
        deletion == 0 ? 0 : Math.max(1, deletion - TimeUnit.SECONDS.toNanos(grace)),
        grace,
        conditions,
        containers);
  }

  private static List<Condition> conditions(JsonNode status, Set<String> types) {
    List<Condition> conditions = new ArrayList<>(types.size());
    for (JsonNode condition : status.path("conditions")) {
      String type = Json.raw(condition, "type");
      // Of a type that is there twice the first counts, so the list is bounded.
      if (types.contains(type) && conditions.stream().noneMatch(c -> c.type().equals(type))) {
        conditions.add(
            new Condition(
                type,
                Json.text(condition, "status"),
                Json.text(condition, "reason"),
                second(condition, "lastTransitionTime")));
      }
    }
    return conditions;
  }

  private static void addContainers(List<Container> containers, JsonNode list, boolean init) {
    for (JsonNode container : list) {
      JsonNode state = container.path("state");
      Run run = run(state.path("terminated"));
      Run lastRun = run(container.path("lastState").path("terminated"));
      if (run == null) {
        run = run(state.path("running"));
      }
      containers.add(
          new Container(
              Json.text(container, "name"),
              init,
              Json.text(state.path("waiting"), "reason"),
              run,
              lastRun,
              Json.number(container, "restartCount", 0)));
    }
  }

  /** Null if it does not say when it started: such a container never ran. */
  private static Run run(JsonNode state) {
    long started = second(state, "startedAt");
    return started == 0
        ? null
        : new Run(
            started,
            second(state, "finishedAt"),
            Json.number(state, "exitCode", 0),
            Json.number(state, "signal", 0),
            Json.text(state, "reason"));
  }

  private static long second(JsonNode node, String field) {
    Long stamp = Json.wholeSecond(node, field);
    return stamp == null ? 0 : stamp;
  }
}
