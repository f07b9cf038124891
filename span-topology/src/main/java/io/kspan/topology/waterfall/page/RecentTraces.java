package io.kspan.topology.waterfall.page;

import io.kspan.topology.waterfall.OtlpReader;
import io.kspan.topology.waterfall.ReceivedSpan;
import io.kspan.topology.waterfall.ReceivedTrace;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.Deque;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The traces that were received last.
 *
 * <p>A trace arrives in several requests. It is complete when no new span has come for the quiet
 * time and every parent is present, or when a missing parent has not come within its timeout: that
 * parent is then a span of another program. Thread-safe. Times are nanoseconds of any monotonic
 * clock, given by the caller.
 */
public final class RecentTraces {

  /** The most that is kept; the oldest traces are dropped first. */
  public record Limits(int traces, int spans) {}

  /**
   * The changes since a revision.
   *
   * @param revision the current one, to ask with the next time
   * @param reset whether {@code traces} are all that are kept, because the changes since then are
   *     not known
   * @param removed ids of those that are not kept any more
   * @param traces those that are new, or have changed
   */
  record Update(long revision, boolean reset, List<String> removed, List<TraceVersion> traces) {}

  private record Dropped(long revision, String traceId) {}

  private final Limits limits;
  private final long quietNanos;
  private final long parentTimeoutNanos;
  // Guarded by this. In order of first arrival.
  private final Map<String, Entry> entries = new LinkedHashMap<>();
  // Of the last traces that were dropped, the latest last; as many as traces are kept.
  private final Deque<Dropped> dropped = new ArrayDeque<>();
  private int spanCount;
  private long revision;
  // Before it, ids that were dropped are forgotten.
  private long firstKnownRevision;

  /**
   * Keeps nothing yet.
   *
   * @param quiet how long no span comes before a trace is complete
   * @param parentTimeout how long a missing parent is waited for
   */
  public RecentTraces(Limits limits, Duration quiet, Duration parentTimeout) {
    this.limits = limits;
    this.quietNanos = quiet.toNanos();
    this.parentTimeoutNanos = parentTimeout.toNanos();
  }

  /**
   * Adds spans. One that is there already changes nothing, unless the one that is there is
   * provisional and this one is not.
   */
  public void add(Collection<OtlpReader.Received> received, long now) {
    // Here, and not in the first request of a page, which would wait for all of them.
    put(received, now).forEach(TraceVersion::prepare);
  }

  private synchronized List<TraceVersion> put(Collection<OtlpReader.Received> received, long now) {
    Set<String> changed = new LinkedHashSet<>();
    for (OtlpReader.Received one : received) {
      Entry entry = entries.computeIfAbsent(one.traceId(), id -> new Entry());
      int before = entry.spans.size();
      if (entry.put(one.span())) {
        spanCount += entry.spans.size() - before;
        entry.changedAt = now;
        entry.reported = false;
        entry.version = null;
        entry.revision = ++revision;
        changed.add(one.traceId());
      }
    }
    dropOldest();
    return changed.stream().flatMap(id -> version(id).stream()).toList();
  }

  /**
   * The traces that have become complete by {@code now}; each is returned once, in order of start.
   * One with a provisional root is not complete.
   */
  public synchronized List<ReceivedTrace> complete(long now) {
    List<ReceivedTrace> complete = new ArrayList<>();
    entries.forEach(
        (id, entry) -> {
          long quiet = now - entry.changedAt;
          if (!entry.reported && quiet >= quietNanos) {
            TraceVersion version = entry.version(id);
            if (!version.open() && (quiet >= parentTimeoutNanos || version.trace().connected())) {
              entry.reported = true;
              complete.add(version.trace());
            }
          }
        });
    complete.sort(
        Comparator.comparingLong(ReceivedTrace::startEpochNanos)
            .thenComparing(ReceivedTrace::traceId));
    return complete;
  }

  /** All traces, newest first. */
  public List<ReceivedTrace> newestFirst() {
    List<ReceivedTrace> traces = new ArrayList<>();
    versions().forEach(version -> traces.add(0, version.trace()));
    return traces;
  }

  /** The trace with this id, if it is kept. */
  public Optional<ReceivedTrace> trace(String traceId) {
    return version(traceId).map(TraceVersion::trace);
  }

  /** Ids of the traces that the words of {@code query} are found in; of all if it has none. */
  public List<String> search(String query) {
    Collection<String> terms = SearchText.terms(query);
    return versions().stream()
        .filter(version -> version.matches(terms))
        .map(version -> version.trace().traceId())
        .toList();
  }

  /** How many traces are kept. */
  public synchronized int traceCount() {
    return entries.size();
  }

  /** How many spans are kept. */
  public synchronized int spanCount() {
    return spanCount;
  }

  synchronized Optional<TraceVersion> version(String traceId) {
    return Optional.ofNullable(entries.get(traceId)).map(entry -> entry.version(traceId));
  }

  /** The changes after {@code knownRevision}, complete or not; everything after 0. */
  synchronized Update since(long knownRevision) {
    boolean reset =
        knownRevision <= 0 || knownRevision < firstKnownRevision || knownRevision > revision;
    long since = reset ? 0 : knownRevision;
    List<TraceVersion> traces = new ArrayList<>();
    entries.forEach(
        (id, entry) -> {
          if (entry.revision > since) {
            traces.add(entry.version(id));
          }
        });
    List<String> removed =
        reset
            ? List.of()
            : dropped.stream()
                .filter(one -> one.revision > since)
                .map(Dropped::traceId)
                .filter(id -> !entries.containsKey(id))
                .distinct()
                .toList();
    return new Update(revision, reset, removed, traces);
  }

  private synchronized List<TraceVersion> versions() {
    List<TraceVersion> versions = new ArrayList<>(entries.size());
    entries.forEach((id, entry) -> versions.add(entry.version(id)));
    return versions;
  }

  private void dropOldest() {
    Iterator<Map.Entry<String, Entry>> oldest = entries.entrySet().iterator();
    // The newest trace stays even if it alone is above the limit: the user waits for it.
    while ((entries.size() > limits.traces() || spanCount > limits.spans()) && entries.size() > 1) {
      Map.Entry<String, Entry> entry = oldest.next();
      spanCount -= entry.getValue().spans.size();
      dropped.add(new Dropped(++revision, entry.getKey()));
      oldest.remove();
    }
    while (dropped.size() > limits.traces()) {
      firstKnownRevision = dropped.remove().revision;
    }
  }

  private static final class Entry {
    private final Map<String, ReceivedSpan> spans = new LinkedHashMap<>();
    private long changedAt;
    private boolean reported;
    private long revision;
    // Null if a span has come since.
    private TraceVersion version;

    /** Whether this changed anything. */
    boolean put(ReceivedSpan span) {
      ReceivedSpan known = spans.putIfAbsent(span.spanId(), span);
      boolean isFinal = known != null && known.isProvisional() && !span.isProvisional();
      if (isFinal) {
        spans.put(span.spanId(), span);
      }
      return known == null || isFinal;
    }

    TraceVersion version(String traceId) {
      if (version == null) {
        version = new TraceVersion(new ReceivedTrace(traceId, List.copyOf(spans.values())));
      }
      return version;
    }
  }
}
