package io.kspan.topology.model;

import java.util.List;

/**
 * What the status of a version says of states between Events, as far as state spans need it
 * (docs/trace-model.md, 9). Immutable.
 *
 * <p>Stamps are whole seconds in nanoseconds since 1970, 0 where absent.
 *
 * @param deletionNanos when the deletion was asked for: deletionTimestamp less the grace period
 * @param gracePeriodSeconds {@code metadata.deletionGracePeriodSeconds}, 0 if absent
 * @param conditions that are read, in their order
 * @param containers of a pod, init and ephemeral ones included
 */
public record StatusFacts(
    long deletionNanos,
    long gracePeriodSeconds,
    List<Condition> conditions,
    List<Container> containers) {

  /** Of an object whose states are not read. */
  public static final StatusFacts NONE = new StatusFacts(0, 0, List.of(), List.of());

  public StatusFacts {
    conditions = List.copyOf(conditions);
    containers = List.copyOf(containers);
  }

  /**
   * A condition.
   *
   * @param status {@code True}, {@code False} or {@code Unknown}
   * @param reason may be empty
   * @param sinceNanos {@code lastTransitionTime}
   */
  public record Condition(String type, String status, String reason, long sinceNanos) {
    public boolean isTrue() {
      return status.equals("True");
    }
  }

  /**
   * The status of a container.
   *
   * @param init an init container, sidecars included
   * @param waitingReason empty if it does not wait
   * @param run that goes on or was the last to end; null without one
   * @param lastRun the one before; null without one
   * @param restarts {@code restartCount}
   */
  public record Container(
      String name, boolean init, String waitingReason, Run run, Run lastRun, long restarts) {}

  /**
   * A run of a container.
   *
   * @param finishedNanos 0 while it runs
   * @param reason of its end, may be empty
   */
  public record Run(
      long startedNanos, long finishedNanos, long exitCode, long signal, String reason) {
    public boolean isOver() {
      return finishedNanos > 0;
    }
  }
}
