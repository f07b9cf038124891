package io.kspan.topology.model;

/**
 * Where the change of a generation was written, for links of later activity.
 *
 * @param traceId 32 lower-case hex digits, empty if the generation only had activity
 * @param rootSpanId 16 lower-case hex digits, empty likewise
 */
public record WrittenChange(String traceId, String rootSpanId) {
  /** The generation has no change trace. */
  public static final WrittenChange NONE = new WrittenChange("", "");

  /** Whether there is a change trace. */
  public boolean exists() {
    return !traceId.isEmpty();
  }

  WrittenChange or(WrittenChange other) {
    return exists() ? this : other;
  }
}
