package io.kspan.topology.gather;

import io.kspan.topology.assemble.Assembler.Assembled;
import io.kspan.topology.assemble.Session;
import io.kspan.topology.lineage.GlobalLineage;
import io.kspan.topology.model.Attributes;
import io.kspan.topology.model.FinishedSpan;
import io.kspan.topology.model.FinishedTrace;
import io.kspan.topology.model.RootLog;
import io.kspan.topology.time.Watermark;
import io.kspan.topology.wire.GatherItem;
import io.kspan.topology.wire.RootKeys;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.ReadOnlyKeyValueStore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The traces of roots with open sessions, as they would be if nothing more were received. Every
 * span has {@code kspan.provisional}; the root span says since when the session is open, until when
 * it is if nothing happens, and why. An outcome is not known yet.
 *
 * <p>For interactive queries: it only reads, so it may see what a transaction has not committed.
 * Thread-safe.
 */
public final class ProvisionalTraces {
  private static final Logger log = LoggerFactory.getLogger(ProvisionalTraces.class);

  private static final int MAX_SPANS = 20_000;
  private static final List<String> KNOWN_AT_THE_END =
      List.of("kspan.outcome", "kspan.outcome.reason", "kspan.finished.by");

  private final GatherSettings settings;

  /** With the rules of the application. */
  public ProvisionalTraces(GatherSettings settings) {
    this.settings =
        new GatherSettings(
            settings.trace(),
            settings.wholeLog(),
            settings.retentionMillis(),
            false,
            GatherSettings.NEVER);
  }

  /**
   * What is open.
   *
   * @param traces of a bounded number of roots
   * @param leftOut roots that are above the bound, or that cannot be assembled
   */
  public record Open(List<FinishedTrace> traces, int leftOut) {}

  /** What is open at {@code now} in the task of one partition, whose stores these are. */
  public Open of(
      ReadOnlyKeyValueStore<String, GatherItem> items,
      ReadOnlyKeyValueStore<String, RootMeta> roots,
      ReadOnlyKeyValueStore<String, byte[]> lineage,
      Instant now) {
    StoredItems stored = new StoredItems(items);
    GlobalLineage known = new GlobalLineage(lineage, Set.of());
    List<FinishedTrace> traces = new ArrayList<>();
    int spans = 0;
    int leftOut = 0;
    for (String rootKey : open(roots)) {
      if (spans > MAX_SPANS) {
        leftOut++;
        continue;
      }
      // As of now, as its items are: the session may be over since.
      RootMeta meta = roots.get(rootKey);
      if (meta == null || !meta.open()) {
        continue;
      }
      RootLog tree = stored.load(rootKey, known.cluster(RootKeys.clusterOf(rootKey)));
      try {
        List<FinishedTrace> open = of(tree, meta, now);
        traces.addAll(open);
        spans += open.stream().mapToInt(trace -> trace.spans().size()).sum();
      } catch (RuntimeException e) {
        // The stream thread reports it when the session is over.
        log.debug("Cannot assemble what is open of {}", RootKeys.rootOf(rootKey), e);
        leftOut++;
      }
    }
    return new Open(traces, leftOut);
  }

  /** The keys of all roots with occurrences. */
  private static List<String> open(ReadOnlyKeyValueStore<String, RootMeta> roots) {
    List<String> open = new ArrayList<>();
    try (KeyValueIterator<String, RootMeta> entries = roots.all()) {
      while (entries.hasNext()) {
        KeyValue<String, RootMeta> entry = entries.next();
        if (entry.value.open()) {
          open.add(entry.key);
        }
      }
    }
    return open;
  }

  /** The traces of all sessions of a root that are not written, as far as they have come. */
  List<FinishedTrace> of(RootLog tree, RootMeta meta, Instant now) {
    return new RootEvaluation(
            settings, (log, closedUntil, session, all) -> provisional(session, all, now))
        .evaluate(tree, meta, Watermark.END_OF_INPUT)
        .traces();
  }

  /** The same traces, each with its root span only. */
  List<FinishedTrace> rootSpans(RootLog tree, RootMeta meta, Instant now) {
    return of(tree, meta, now).stream()
        .map(trace -> new FinishedTrace(trace.traceId(), List.of(trace.root()), trace.parent()))
        .toList();
  }

  private static List<FinishedTrace> provisional(Session session, Assembled all, Instant now) {
    long nowNanos = now.getEpochSecond() * 1_000_000_000L + now.getNano();
    return all.traces().stream()
        .map(
            trace -> {
              List<FinishedSpan> spans = new ArrayList<>();
              for (FinishedSpan span : trace.spans()) {
                Attributes.Builder attributes =
                    span.attributes().toBuilder()
                        .removeIf(KNOWN_AT_THE_END::contains)
                        .put(FinishedTrace.PROVISIONAL, true);
                if (span == trace.root()) {
                  attributes.put("kspan.open.since", time(all.explanation().startNanos()));
                  attributes.put("kspan.open.until", time(session.closingNanos()));
                  attributes.put("kspan.open.reason", reason(session, all, nowNanos));
                }
                spans.add(soFar(span, trace, nowNanos).withAttributes(attributes.build()));
              }
              return new FinishedTrace(trace.traceId(), spans, trace.parent());
            })
        .toList();
  }

  /** A span that would end with its session ends with the last that is known of its trace. */
  private static FinishedSpan soFar(FinishedSpan span, FinishedTrace trace, long nowNanos) {
    if (span.endEpochNanos() <= nowNanos) {
      return span;
    }
    return span.endingAt(
        trace.spans().stream()
            .mapToLong(FinishedSpan::endEpochNanos)
            .filter(end -> end <= nowNanos)
            .reduce(span.startEpochNanos(), Math::max));
  }

  private static String reason(Session session, Assembled all, long nowNanos) {
    return session.closingNanos() <= nowNanos
        ? "it is over, and written when all tasks have read that far"
        : all.explanation().openReason();
  }

  private static String time(long epochNanos) {
    return Instant.ofEpochSecond(0, epochNanos).toString();
  }
}
