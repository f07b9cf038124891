package io.kspan.quickstart.replay;

import io.kspan.quickstart.Count;
import io.opentelemetry.proto.trace.v1.Span;
import java.time.Duration;

/**
 * What came of a replay.
 *
 * @param records watch events read from the captures
 * @param unmapped of these, objects without a name
 * @param refusal what a backend did not take, for people; empty when it took all, or none was named
 */
public record ReplayResult(
    long records, long unmapped, SpanLog log, Duration duration, String refusal) {

  private static final String EVENT_UID = "k8s.event.uid";

  ReplayResult refused(String what) {
    return new ReplayResult(records, unmapped, log, duration, what);
  }

  /** Spans that stand for one occurrence of an Event each. */
  public long occurrences() {
    return log.spans().filter(ReplayResult::isOccurrence).count();
  }

  /** Finished traces. */
  public long traces() {
    return log.spans().map(Span::getTraceId).distinct().count();
  }

  /** Spans of all traces. */
  public long spans() {
    return log.spans().count();
  }

  private static boolean isOccurrence(Span span) {
    return span.getAttributesList().stream()
        .anyMatch(attribute -> attribute.getKey().equals(EVENT_UID));
  }

  /** One line for people. */
  public String summary(long unreadable, long bookmarks) {
    return ("%s, %s, %s, %s; %d unreadable,%s %d without a name," + " %s%s; %s")
        .formatted(
            Count.of(records, "watch event"),
            Count.of(occurrences(), "occurrence"),
            Count.of(traces(), "trace"),
            Count.of(spans(), "span"),
            unreadable,
            bookmarks == 0 ? "" : " " + Count.of(bookmarks, "bookmark") + " skipped,",
            unmapped,
            Count.of(log.deadLetters(), "dead letter"),
            log.deadLetters() == 0 ? "" : " (the first: " + log.firstDeadLetter() + ")",
            Stopwatch.seconds(duration));
  }
}
