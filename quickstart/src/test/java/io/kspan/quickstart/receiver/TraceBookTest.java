package io.kspan.quickstart.receiver;

import static org.assertj.core.api.Assertions.assertThat;

import io.kspan.topology.waterfall.OtlpRequest;
import io.kspan.topology.waterfall.ReceivedSpan;
import io.kspan.topology.waterfall.ReceivedTrace;
import java.time.Duration;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class TraceBookTest {
  private static final long SECOND = 1_000_000_000;
  private final TraceBook book =
      new TraceBook(new TraceBook.Limits(2, 10), Duration.ofSeconds(1), Duration.ofSeconds(5));

  @Test
  void shouldWaitUntilATraceIsQuiet() {
    add("t", span("a", "", 0, 9), 0);
    add("t", span("b", "a", 1, 9), SECOND - 1);
    assertThat(book.complete(SECOND)).isEmpty();
    assertThat(book.complete(2 * SECOND))
        .singleElement()
        .extracting(t -> t.spans().size())
        .isEqualTo(2);
    assertThat(book.complete(9 * SECOND)).isEmpty();
  }

  @Test
  void shouldWaitForAMissingParentButNotForever() {
    add("t", span("b", "a", 1, 9), 0);
    assertThat(book.complete(4 * SECOND)).isEmpty();
    assertThat(book.complete(5 * SECOND)).hasSize(1);
  }

  @Test
  void shouldIgnoreWhatItHasAndReportAgainWhatHasGrown() {
    add("t", span("a", "", 0, 9), 0);
    assertThat(book.complete(SECOND)).hasSize(1);
    add("t", span("a", "", 0, 9), 2 * SECOND);
    assertThat(book.complete(4 * SECOND)).isEmpty();
    add("t", span("c", "a", 0, 9), 5 * SECOND);
    assertThat(book.complete(6 * SECOND))
        .singleElement()
        .extracting(t -> t.spans().size())
        .isEqualTo(2);
  }

  @Test
  void shouldReturnTheEarlierTraceFirst() {
    add("second", span("a", "", 5, 9), 0);
    add("first", span("a", "", 2, 9), 0);
    assertThat(book.complete(SECOND))
        .extracting(ReceivedTrace::traceId)
        .containsExactly("first", "second");
  }

  @Test
  void shouldForgetTheOldest() {
    add("t1", span("a", "", 0, 9), 0);
    add("t2", span("a", "", 0, 9), 0);
    add("t3", span("a", "", 0, 9), 0);
    assertThat(book.newestFirst()).extracting(ReceivedTrace::traceId).containsExactly("t3", "t2");
    for (int i = 0; i < 20; i++) {
      add("t3", span("more" + i, "a", 0, 9), 0);
    }
    assertThat(book.newestFirst()).extracting(ReceivedTrace::traceId).containsExactly("t3");
    assertThat(book.since(0).kept()).containsExactly("t3");
  }

  @Test
  void shouldTellWhatIsNewSinceARevision() {
    add("t1", span("a", "", 0, 9), 0);
    TraceBook.News first = book.since(0);
    assertThat(first.traces()).extracting(ReceivedTrace::traceId).containsExactly("t1");
    add("t1", span("a", "", 0, 9), 0);
    assertThat(book.since(first.revision()).traces()).isEmpty();
    add("t2", span("a", "", 0, 9), 0);
    add("t1", span("b", "a", 0, 9), 0);
    add("t3", span("a", "", 0, 9), 0);

    TraceBook.News second = book.since(first.revision());

    assertThat(second.traces()).extracting(ReceivedTrace::traceId).containsExactly("t2", "t3");
    assertThat(second.kept()).containsExactly("t2", "t3");
    assertThat(second.revision()).isGreaterThan(first.revision());
  }

  private void add(String traceId, ReceivedSpan span, long now) {
    book.add(List.of(new OtlpRequest.Received(traceId, span)), now);
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
