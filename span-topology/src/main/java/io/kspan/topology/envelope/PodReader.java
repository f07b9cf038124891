package io.kspan.topology.envelope;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Set;
import java.util.TreeSet;

/** What a pod's status says: ready, failing, and the facts whose change ends a span. */
final class PodReader {
  // Reasons that do not pass without somebody doing something (trace-model 5.3).
  private static final Set<String> FAILING =
      Set.of(
          "CrashLoopBackOff",
          "ImagePullBackOff",
          "ErrImagePull",
          "InvalidImageName",
          "CreateContainerConfigError",
          "CreateContainerError",
          "RunContainerError");
  // Somebody debugs with an ephemeral container: that it does not start is no incident.
  private static final String[] WORKING_LISTS = {"initContainerStatuses", "containerStatuses"};
  private static final String[] CONTAINER_LISTS = {
    "initContainerStatuses", "containerStatuses", "ephemeralContainerStatuses"
  };

  private PodReader() {}

  static StatusReader read(JsonNode status) {
    String phase = StatusReader.phase(status);
    String ready = StatusReader.condition(status, "Ready");
    boolean settled = phase.equals("Succeeded") || phase.equals("Failed") || "True".equals(ready);
    return new StatusReader(
        StatusReader.settlement(settled), phase.equals("Failed"), failing(status), state(status));
  }

  private static boolean failing(JsonNode status) {
    for (String list : WORKING_LISTS) {
      for (JsonNode container : status.path(list)) {
        if (FAILING.contains(Json.text(container.path("state").path("waiting"), "reason"))) {
          return true;
        }
      }
    }
    return false;
  }

  /** Scheduled, initialized, ready, phase, and which containers run or have terminated. */
  private static String state(JsonNode status) {
    StringBuilder state = new StringBuilder(StatusReader.phase(status));
    for (String type : new String[] {"PodScheduled", "Initialized", "Ready"}) {
      state.append(';').append("True".equals(StatusReader.condition(status, type)) ? type : "");
    }
    TreeSet<String> containers = new TreeSet<>();
    for (String list : CONTAINER_LISTS) {
      for (JsonNode container : status.path(list)) {
        containers.add(containerState(container));
      }
    }
    containers.forEach(c -> state.append(';').append(c));
    return state.toString();
  }

  /** When it last started and last finished; that it waits in between is no change of its own. */
  private static String containerState(JsonNode container) {
    JsonNode state = container.path("state");
    JsonNode before = container.path("lastState").path("terminated");
    JsonNode ended = state.has("terminated") ? state.path("terminated") : before;
    JsonNode started = state.has("running") ? state.path("running") : ended;
    return Json.text(container, "name")
        + "="
        + Json.text(started, "startedAt")
        + "/"
        + Json.text(ended, "finishedAt");
  }
}
