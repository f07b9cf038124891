package io.kspan.topology.gather;

import io.kspan.topology.assemble.TraceSettings;

/**
 * The configuration of gather.
 *
 * @param wholeLog whether nothing is evaluated before the end of all input
 * @param retentionMillis how long a root is kept after its deletion and after its last session
 * @param changes whether to announce changes
 * @param provisionalAfterMillis how long a session is open before its roots are written as
 *     provisional; {@link #NEVER} for not at all
 */
public record GatherSettings(
    TraceSettings trace,
    boolean wholeLog,
    long retentionMillis,
    boolean changes,
    long provisionalAfterMillis) {

  /** No provisional root is written. */
  public static final long NEVER = Long.MAX_VALUE;
}
