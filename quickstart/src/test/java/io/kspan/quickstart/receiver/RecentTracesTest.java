package io.kspan.quickstart.receiver;

import static org.assertj.core.api.Assertions.assertThat;

import io.kspan.topology.waterfall.OtlpReader;
import io.kspan.topology.waterfall.ReceivedSpan;
import io.kspan.topology.waterfall.ReceivedTrace;
import java.time.Duration;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class RecentTracesTest {
  private static final long SECOND = 1_000_000_000;
  private final RecentTraces traces =
      new RecentTraces(
          new RecentTraces.Limits(2, 10), Duration.ofSeconds(1), Duration.ofSeconds(5));

  @Test
  void shouldWaitUntilATraceIsQuiet() {
    add("t", span("a", "", 0, 9), 0);
    add("t", span("b", "a", 1, 9), SECOND - 1);
    assertThat(traces.complete(SECOND)).isEmpty();
    assertThat(traces.complete(2 * SECOND))
        .singleElement()
        .extracting(t -> t.spans().size())
        .isEqualTo(2);
    assertThat(traces.complete(9 * SECOND)).isEmpty();
  }

  @Test
  void shouldWaitForAMissingParentButNotForever() {
    add("t", span("b", "a", 1, 9), 0);
    assertThat(traces.complete(4 * SECOND)).isEmpty();
    assertThat(traces.complete(5 * SECOND)).hasSize(1);
  }

  @Test
  void shouldIgnoreKnownSpansAndReportAGrownTraceAgain() {
    add("t", span("a", "", 0, 9), 0);
    assertThat(traces.complete(SECOND)).hasSize(1);
    add("t", span("a", "", 0, 9), 2 * SECOND);
    assertThat(traces.complete(4 * SECOND)).isEmpty();
    add("t", span("c", "a", 0, 9), 5 * SECOND);
    assertThat(traces.complete(6 * SECOND))
        .singleElement()
        .extracting(t -> t.spans().size())
        .isEqualTo(2);
  }

  @Test
  void shouldReturnTheEarlierTraceFirst() {
    add("second", span("a", "", 5, 9), 0);
    add("first", span("a", "", 2, 9), 0);
    assertThat(traces.complete(SECOND))
        .extracting(ReceivedTrace::traceId)
        .containsExactly("first", "second");
  }

  @Test
  void shouldForgetTheOldest() {
    add("t1", span("a", "", 0, 9), 0);
    add("t2", span("a", "", 0, 9), 0);
    add("t3", span("a", "", 0, 9), 0);
    assertThat(traces.newestFirst()).extracting(ReceivedTrace::traceId).containsExactly("t3", "t2");
    for (int i = 0; i < 20; i++) {
      add("t3", span("more" + i, "a", 0, 9), 0);
    }
    assertThat(traces.newestFirst()).extracting(ReceivedTrace::traceId).containsExactly("t3");
    assertThat(traces.since(0).kept()).containsExactly("t3");
  }

  @Test
  void shouldReturnTheChangesSinceARevision() {
    add("t1", span("a", "", 0, 9), 0);
    RecentTraces.Update first = traces.since(0);
    assertThat(first.traces()).extracting(ReceivedTrace::traceId).containsExactly("t1");
    add("t1", span("a", "", 0, 9), 0);
    assertThat(traces.since(first.revision()).traces()).isEmpty();
    add("t2", span("a", "", 0, 9), 0);
    add("t1", span("b", "a", 0, 9), 0);
    add("t3", span("a", "", 0, 9), 0);

    RecentTraces.Update second = traces.since(first.revision());

    assertThat(second.traces()).extracting(ReceivedTrace::traceId).containsExactly("t2", "t3");
    assertThat(second.kept()).containsExactly("t2", "t3");
    assertThat(second.revision()).isGreaterThan(first.revision());
  }

  private void add(String traceId, ReceivedSpan span, long now) {
    traces.add(List.of(new OtlpReader.Received(traceId, span)), now);
  }

  /** A span with times in nanoseconds. */
  private static ReceivedSpan span(String id, String parent, long start, long end) {
    return new ReceivedSpan(
        id,
        parent,
        "Pod.Started",
        start,
        end,
        false,
        "",
        new TreeMap<>(),
        new TreeMap<>(),
        List.of());
  }
}
