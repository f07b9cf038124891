package io.kspan.quickstart.receiver;

import io.kspan.topology.waterfall.OtlpReader;
import io.kspan.topology.waterfall.ReceivedSpan;
import io.kspan.topology.waterfall.ReceivedTrace;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The traces that were received last.
 *
 * <p>A trace arrives in several requests. It is complete when no new span has come for the quiet
 * time and every parent is present, or when a missing parent has not come within its timeout: that
 * parent is then a span of another program. Thread-safe. Times are nanoseconds of any monotonic
 * clock, given by the caller.
 */
final class RecentTraces {

  /** The most that is kept; the oldest traces are dropped first. */
  record Limits(int traces, int spans) {}

  /**
   * The changes since a revision.
   *
   * @param revision the current one, to ask with the next time
   * @param kept ids of all traces that are kept
   * @param traces those that are new, or have grown
   */
  record Update(long revision, List<String> kept, List<ReceivedTrace> traces) {}

  private final Limits limits;
  private final long quietNanos;
  private final long parentTimeoutNanos;
  // Guarded by this. In order of first arrival.
  private final Map<String, Entry> entries = new LinkedHashMap<>();
  private int spanCount;
  private long revision;

  RecentTraces(Limits limits, Duration quiet, Duration parentTimeout) {
    this.limits = limits;
    this.quietNanos = quiet.toNanos();
    this.parentTimeoutNanos = parentTimeout.toNanos();
  }

  /** Adds spans; those that are there already change nothing. */
  synchronized void add(Collection<OtlpReader.Received> received, long now) {
    for (OtlpReader.Received one : received) {
      Entry entry = entries.computeIfAbsent(one.traceId(), id -> new Entry());
      if (entry.spans.putIfAbsent(one.span().spanId(), one.span()) == null) {
        spanCount++;
        entry.changedAt = now;
        entry.reported = false;
        entry.revision = ++revision;
      }
    }
    dropOldest();
  }

  /**
   * The traces that have become complete by {@code now}; each is returned once, in order of start.
   */
  synchronized List<ReceivedTrace> complete(long now) {
    List<ReceivedTrace> complete = new ArrayList<>();
    entries.forEach(
        (id, entry) -> {
          long quiet = now - entry.changedAt;
          if (!entry.reported && quiet >= quietNanos) {
            ReceivedTrace trace = entry.trace(id);
            if (quiet >= parentTimeoutNanos || trace.connected()) {
              entry.reported = true;
              complete.add(trace);
            }
          }
        });
    complete.sort(
        Comparator.comparingLong(ReceivedTrace::startEpochNanos)
            .thenComparing(ReceivedTrace::traceId));
    return complete;
  }

  /** All traces, newest first. */
  synchronized List<ReceivedTrace> newestFirst() {
    List<ReceivedTrace> traces = new ArrayList<>();
    entries.forEach((id, entry) -> traces.add(0, entry.trace(id)));
    return traces;
  }

  /** The changes after {@code knownRevision}, complete or not; 0 returns everything. */
  synchronized Update since(long knownRevision) {
    List<ReceivedTrace> traces = new ArrayList<>();
    entries.forEach(
        (id, entry) -> {
          if (entry.revision > knownRevision) {
            traces.add(entry.trace(id));
          }
        });
    return new Update(revision, List.copyOf(entries.keySet()), traces);
  }

  private void dropOldest() {
    Iterator<Entry> oldest = entries.values().iterator();
    // The newest trace stays even if it alone is above the limit: the user waits for it.
    while ((entries.size() > limits.traces() || spanCount > limits.spans()) && entries.size() > 1) {
      spanCount -= oldest.next().spans.size();
      oldest.remove();
    }
  }

  private static final class Entry {
    private final Map<String, ReceivedSpan> spans = new LinkedHashMap<>();
    private long changedAt;
    private boolean reported;
    private long revision;

    ReceivedTrace trace(String traceId) {
      return new ReceivedTrace(traceId, List.copyOf(spans.values()));
    }
  }
}
