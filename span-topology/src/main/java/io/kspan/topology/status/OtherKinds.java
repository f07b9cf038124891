package io.kspan.topology.status;

import io.kspan.topology.model.ObjectState;
import java.util.List;
import java.util.Set;

/**
 * The state of a kind without a rule of its own, by the conditions and phases that most controllers
 * use; the first step that applies decides, as in kstatus.
 *
 * <p>Stateless.
 */
final class OtherKinds {
  private static final Set<String> CONDITIONS =
      Set.of(
          "Ready",
          "Available",
          "Succeeded",
          "Complete",
          "Completed",
          "Failed",
          "Stalled",
          "Reconciling");
  private static final List<String> DONE = List.of("Succeeded", "Complete", "Completed");

  private static final Set<String> SETTLED_PHASES =
      Set.of(
          "Succeeded", "Completed", "Complete", "Healthy", "Ready", "Available", "Bound", "Active");
  private static final Set<String> FAILED_PHASES =
      Set.of("Failed", "Error", "Degraded", "PartiallyFailed", "Lost");

  /** {@code Running} is not among them: it is the end for a server and the middle for a job. */
  private static final Set<String> UNSETTLED_PHASES =
      Set.of(
          "Pending",
          "New",
          "InProgress",
          "Progressing",
          "Creating",
          "Provisioning",
          "Initializing",
          "Updating",
          "Upgrading",
          "Scaling",
          "Deleting",
          "Terminating");

  private OtherKinds() {}

  static ObjectState state(ObjectStatus object) {
    ObjectState byPhase = byPhase(object.phase());
    boolean says = object.hasAny(CONDITIONS) || byPhase != ObjectState.SILENT;
    if (says && !object.observed()) {
      return ObjectState.UNSETTLED;
    }
    if (object.isTrue("Stalled") || object.isFalse("Succeeded") || object.isTrue("Failed")) {
      return ObjectState.FAILED;
    }
    if (object.isTrue("Reconciling")) {
      return ObjectState.UNSETTLED;
    }
    if (DONE.stream().anyMatch(object::isTrue)) {
      return ObjectState.SETTLED;
    }
    String ready = object.has("Ready") ? "Ready" : "Available";
    if (object.has(ready)) {
      return object.isTrue(ready) ? ObjectState.SETTLED : ObjectState.UNSETTLED;
    }
    return object.has("Succeeded") ? ObjectState.UNSETTLED : byPhase;
  }

  static boolean failing(ObjectStatus object) {
    return object.isFalse("Progressing");
  }

  private static ObjectState byPhase(String phase) {
    if (SETTLED_PHASES.contains(phase)) {
      return ObjectState.SETTLED;
    }
    if (FAILED_PHASES.contains(phase)) {
      return ObjectState.FAILED;
    }
    return UNSETTLED_PHASES.contains(phase) ? ObjectState.UNSETTLED : ObjectState.SILENT;
  }
}
