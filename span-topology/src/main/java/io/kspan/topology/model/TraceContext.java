package io.kspan.topology.model;

/**
 * The span of another program, as W3C Trace Context names it. Immutable.
 *
 * @param traceId 32 lower-case hex digits
 * @param spanId 16 lower-case hex digits
 * @param flags {@code trace-flags}, 0 to 255
 * @param state {@code tracestate}; empty without
 */
public record TraceContext(String traceId, String spanId, int flags, String state) {
  /** Whether its trace is recorded. */
  public boolean sampled() {
    return (flags & 1) != 0;
  }
}
