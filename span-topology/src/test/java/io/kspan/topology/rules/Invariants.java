package io.kspan.topology.rules;

import static org.assertj.core.api.Assertions.assertThat;

import io.kspan.topology.model.FinishedSpan;
import io.kspan.topology.model.FinishedTrace;
import java.util.HashMap;
import java.util.Map;

/** What holds of every trace (6.4): one root, parents there, no cycle, children inside parents. */
public final class Invariants {
  private Invariants() {}

  /** Fails with the trace if one does not hold. */
  public static void check(FinishedTrace trace) {
    Map<String, FinishedSpan> byId = new HashMap<>();
    for (FinishedSpan span : trace.spans()) {
      assertThat(byId.put(span.spanId(), span)).as("twice in %s", trace).isNull();
      assertThat(span.endEpochNanos())
          .as("end of %s", span)
          .isGreaterThanOrEqualTo(span.startEpochNanos());
    }
    assertThat(trace.spans().stream().filter(s -> !byId.containsKey(s.parentSpanId())))
        .as("roots of %s", trace)
        .containsExactly(trace.root());
    for (FinishedSpan span : trace.spans()) {
      int steps = 0;
      for (FinishedSpan at = span; at != trace.root(); steps++) {
        FinishedSpan parent = byId.get(at.parentSpanId());
        assertThat(parent).as("parent of %s", at).isNotNull();
        assertThat(at.startEpochNanos())
            .as("start of %s", at)
            .isGreaterThanOrEqualTo(parent.startEpochNanos());
        assertThat(at.endEpochNanos())
            .as("end of %s", at)
            .isLessThanOrEqualTo(parent.endEpochNanos());
        assertThat(steps).as("cycle in %s", trace).isLessThan(trace.spans().size());
        at = parent;
      }
    }
  }
}
