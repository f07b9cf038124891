package io.kspan.topology.model;

/**
 * That a change has begun, or that its trace is finished. Immutable.
 *
 * @param generation of the root
 * @param finished else it has begun
 * @param trace of the change; of one that has begun only its root span, as far as it is known
 * @param failedSinceNanos when the first change began that failed since the root's last success, if
 *     this change has succeeded after it; else {@link #NOT_FAILED}
 */
public record ChangeNotice(
    long generation, boolean finished, FinishedTrace trace, long failedSinceNanos)
    implements GatherOutput {
  /** No change of the root failed before. */
  public static final long NOT_FAILED = Long.MIN_VALUE;
}
