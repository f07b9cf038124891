package io.kspan.topology.waterfall.page;

import io.kspan.topology.waterfall.ReceivedTrace;
import java.util.List;

/**
 * What is not finished yet. Immutable.
 *
 * @param traces their spans so far; each span has {@code kspan.provisional}
 * @param missing one sentence for each part that is not shown, and why
 */
public record OpenTraces(List<ReceivedTrace> traces, List<String> missing) {
  /** Nothing is open, or nothing is known of it. */
  public static final OpenTraces EMPTY = new OpenTraces(List.of(), List.of());

  public OpenTraces {
    traces = List.copyOf(traces);
    missing = List.copyOf(missing);
  }
}
