package io.kspan.quickstart.receiver;

import io.kspan.topology.waterfall.OtlpRequest;
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
 * The last traces, and which of them are complete.
 *
 * <p>A trace comes in several requests, so having its root and every parent says nothing while
 * spans keep arriving: it is complete when in addition nothing new came for {@code quiet}. With a
 * parent still missing, {@code patience} is waited for it; then the trace hangs below a span that
 * nobody sends here, and is complete as it is.
 *
 * <p>Thread-safe. Time is handed in, as nanoseconds of any monotonic clock.
 */
final class TraceBook {

  /** How much is kept; the oldest traces go first. */
  record Limits(int traces, int spans) {}

  /**
   * What has happened since a revision.
   *
   * @param revision the current one, to ask with the next time
   * @param kept ids of all traces that are kept
   * @param traces those that are new, or have grown
   */
  record News(long revision, List<String> kept, List<ReceivedTrace> traces) {}

  private final Limits limits;
  private final long quietNanos;
  private final long patienceNanos;
  // Guarded by this. In order of first arrival.
  private final Map<String, Entry> entries = new LinkedHashMap<>();
  private int spanCount;
  private long revision;

  TraceBook(Limits limits, Duration quiet, Duration patience) {
    this.limits = limits;
    this.quietNanos = quiet.toNanos();
    this.patienceNanos = patience.toNanos();
  }

  /** Adds what has not been seen yet. */
  synchronized void add(Collection<OtlpRequest.Received> received, long now) {
    for (OtlpRequest.Received one : received) {
      Entry entry = entries.computeIfAbsent(one.traceId(), id -> new Entry());
      if (entry.spans.putIfAbsent(one.span().spanId(), one.span()) == null) {
        spanCount++;
        entry.changedAt = now;
        entry.reported = false;
        entry.revision = ++revision;
      }
    }
    forgetOldest();
  }

  /**
   * The traces that have become complete by {@code now}; each is returned once, in order of start.
   */
  synchronized List<ReceivedTrace> complete(long now) {
    List<ReceivedTrace> complete = new ArrayList<>();
    for (Map.Entry<String, Entry> each : entries.entrySet()) {
      Entry entry = each.getValue();
      long still = now - entry.changedAt;
      if (entry.reported || still < quietNanos) {
        continue;
      }
      ReceivedTrace trace = entry.trace(each.getKey());
      if (still >= patienceNanos || trace.connected()) {
        entry.reported = true;
        complete.add(trace);
      }
    }
    complete.sort(
        Comparator.comparingLong(ReceivedTrace::startEpochNanos)
            .thenComparing(ReceivedTrace::traceId));
    return complete;
  }

  /** What is kept, newest first. */
  synchronized List<ReceivedTrace> newestFirst() {
    List<ReceivedTrace> traces = new ArrayList<>();
    entries.forEach((id, entry) -> traces.add(0, entry.trace(id)));
    return traces;
  }

  /** What is new since {@code known}, complete or not; 0 asks for everything. */
  synchronized News since(long known) {
    List<ReceivedTrace> traces = new ArrayList<>();
    entries.forEach(
        (id, entry) -> {
          if (entry.revision > known) {
            traces.add(entry.trace(id));
          }
        });
    return new News(revision, List.copyOf(entries.keySet()), traces);
  }

  private void forgetOldest() {
    Iterator<Entry> oldest = entries.values().iterator();
    // The newest stays even if it alone is above the limit: it is what the user waits for.
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
