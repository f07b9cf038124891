package io.kspan.topology.waterfall.page;

import io.kspan.topology.waterfall.ReceivedTrace;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A trace as it is until a span is added, with what is made of it once: for all traces at once a
 * request would take seconds. Thread-safe.
 */
final class TraceVersion {
  private static final AtomicLong NUMBERS = new AtomicLong();

  private final long number = NUMBERS.incrementAndGet();
  private final ReceivedTrace trace;
  private final boolean open;
  // Guarded by this.
  private String summary;
  private String searchText;

  TraceVersion(ReceivedTrace trace) {
    this.trace = trace;
    this.open = trace.root().isProvisional();
  }

  ReceivedTrace trace() {
    return trace;
  }

  /** Whether it is not finished. */
  boolean open() {
    return open;
  }

  /** Makes what requests ask for. */
  void prepare() {
    summary();
    searchText();
  }

  /**
   * Its {@link TraceSummary} as JSON, with a number that no other state of a trace in this process
   * has: spans may change that the summary does not show.
   */
  synchronized String summary() {
    if (summary == null) {
      Map<String, Object> json = TracesJson.summary(TraceSummary.of(trace));
      json.put("version", number);
      summary = TracesJson.text(json);
    }
    return summary;
  }

  /** Whether its {@link SearchText} contains all {@code terms}, which are in lower case. */
  boolean matches(Iterable<String> terms) {
    String words = searchText();
    for (String term : terms) {
      if (!words.contains(term)) {
        return false;
      }
    }
    return true;
  }

  private synchronized String searchText() {
    if (searchText == null) {
      searchText = SearchText.of(trace);
    }
    return searchText;
  }
}
