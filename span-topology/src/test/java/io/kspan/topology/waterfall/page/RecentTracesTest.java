package io.kspan.topology.waterfall.page;

import static org.assertj.core.api.Assertions.assertThat;

import io.kspan.topology.model.Attributes;
import io.kspan.topology.waterfall.OtlpReader;
import io.kspan.topology.waterfall.ReceivedSpan;
import io.kspan.topology.waterfall.ReceivedTrace;
import io.kspan.topology.waterfall.Sample;
import java.time.Duration;
import java.util.List;
import java.util.Map;
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
    assertThat(traces.traceCount()).isEqualTo(1);
    assertThat(traces.spanCount()).isEqualTo(21);
    assertThat(traces.trace("t1")).isEmpty();
    assertThat(traces.trace("t3")).map(trace -> trace.spans().size()).contains(21);
  }

  @Test
  void shouldReturnTheChangesSinceARevision() {
    add("t1", span("a", "", 0, 9), 0);
    RecentTraces.Update first = traces.since(0);
    assertThat(ids(first)).containsExactly("t1");
    assertThat(first.reset()).isTrue();
    add("t1", span("a", "", 0, 9), 0);
    assertThat(traces.since(first.revision()).traces()).isEmpty();
    add("t2", span("a", "", 0, 9), 0);
    add("t1", span("b", "a", 0, 9), 0);
    add("t3", span("a", "", 0, 9), 0);

    RecentTraces.Update second = traces.since(first.revision());

    assertThat(second.reset()).isFalse();
    assertThat(ids(second)).containsExactly("t2", "t3");
    assertThat(second.removed()).containsExactly("t1");
    assertThat(second.revision()).isGreaterThan(first.revision());
    assertThat(traces.since(second.revision()).removed()).isEmpty();
  }

  @Test
  void shouldReturnEverythingWhenItHasForgottenWhatWasDropped() {
    add("t0", span("a", "", 0, 9), 0);
    long early = traces.since(0).revision();
    for (int i = 1; i <= 5; i++) {
      add("t" + i, span("a", "", 0, 9), 0);
    }

    RecentTraces.Update update = traces.since(early);

    assertThat(update.reset()).isTrue();
    assertThat(ids(update)).containsExactly("t4", "t5");
    assertThat(update.removed()).isEmpty();
    assertThat(traces.since(update.revision() + 1).reset()).as("a revision to come").isTrue();
  }

  @Test
  void shouldNotSayThatATraceIsRemovedThatHasComeAgain() {
    add("t1", span("a", "", 0, 9), 0);
    long revision = traces.since(0).revision();
    add("t2", span("a", "", 0, 9), 0);
    add("t3", span("a", "", 0, 9), 0);
    add("t1", span("b", "", 0, 9), 0);

    RecentTraces.Update update = traces.since(revision);

    assertThat(update.removed()).containsExactly("t2");
    assertThat(ids(update)).containsExactly("t3", "t1");
  }

  @Test
  void shouldReplaceAProvisionalSpanByTheFinalOneOnly() {
    ReceivedSpan provisional =
        Sample.with(span("a", "", 0, 3), Attributes.copyOf(Map.of("kspan.provisional", true)));
    add("t", provisional, 0);
    assertThat(traces.complete(9 * SECOND)).as("not finished").isEmpty();
    long revision = traces.since(0).revision();

    add("t", span("a", "", 0, 9), 0);

    assertThat(ids(traces.since(revision))).containsExactly("t");
    assertThat(traces.spanCount()).isEqualTo(1);
    long last = traces.since(0).revision();
    add("t", provisional, 0);
    assertThat(traces.since(last).traces()).isEmpty();
    assertThat(traces.complete(9 * SECOND))
        .singleElement()
        .extracting(ReceivedTrace::durationNanos)
        .isEqualTo(9L);
  }

  @Test
  void shouldFindAllWordsWhereverTheyStand() {
    add(
        "t1",
        Sample.with(
            span("a", "", 0, 9),
            Attributes.copyOf(
                Map.of(
                    "k8s.namespace.name",
                    "Shop",
                    "k8s.object.name",
                    "web",
                    "kspan.change.image",
                    "a -> Bb",
                    "kspan.change.manager",
                    "helm"))),
        0);
    add("t2", span("b", "", 0, 9), 0);
    assertThat(traces.search("WEB  shop bb pod.STARTED t1")).containsExactly("t1");
    assertThat(traces.search("t2")).containsExactly("t2");
    assertThat(traces.search("web t2")).isEmpty();
    assertThat(traces.search("helm")).as("an author is not what changed").isEmpty();
    assertThat(traces.search(" ")).containsExactly("t1", "t2");
    add("t2", span("c", "b", 0, 9), 0);
    assertThat(traces.search("c pod t2")).as("what has come since").containsExactly("t2");
  }

  private static List<String> ids(RecentTraces.Update update) {
    return update.traces().stream().map(version -> version.trace().traceId()).toList();
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
        Attributes.NONE,
        Attributes.NONE,
        List.of());
  }
}
