package io.kspan.topology.waterfall.page;

import com.fasterxml.jackson.databind.util.RawValue;
import io.kspan.topology.waterfall.ReceivedTrace;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The answers to the script of a live page, as JSON. Thread-safe. */
final class LiveTraces {
  /** The run, the revision of the kept traces, and that of the open ones. */
  private static final Pattern TOKEN = Pattern.compile("(.+)-(\\d{1,18})-(\\d{1,18})");

  private static final long NEVER = -1;

  /** Distinguishes the revisions of this process from those of an earlier one on the same port. */
  private final String run = UUID.randomUUID().toString();

  private final RecentTraces kept;
  private final Supplier<OpenTraces> opened;
  // Guarded by this.
  private OpenTraces source = OpenTraces.EMPTY;
  private List<TraceVersion> open = List.of();
  private String openJson = "";
  private long openRevision;
  // The revision of the kept traces that openJson was made with.
  private long openJsonAsOf = NEVER;

  LiveTraces(RecentTraces kept, Supplier<OpenTraces> opened) {
    this.kept = kept;
    this.opened = opened;
  }

  /**
   * The changes since the answer that {@code token} is from: ids that are removed, summaries of
   * traces that are new or have changed, and all that is open if that has changed. If the token is
   * of another process or too old, {@code reset} says that this is all there is.
   */
  String update(String token) {
    Matcher known = TOKEN.matcher(token);
    boolean own = known.matches() && known.group(1).equals(run);
    RecentTraces.Update update = kept.since(own ? Long.parseLong(known.group(2)) : 0);
    Map<String, Object> json = new LinkedHashMap<>();
    synchronized (this) {
      refreshOpenJson(update.revision());
      json.put("next", run + "-" + update.revision() + "-" + openRevision);
      if (!own || Long.parseLong(known.group(3)) != openRevision) {
        json.put("open", new RawValue(openJson));
      }
    }
    json.put("reset", update.reset());
    json.put("removed", update.removed());
    json.put("traces", summaries(update.traces()));
    return TracesJson.text(json);
  }

  /** The trace with all spans, as it is kept, else as it is open. */
  Optional<String> trace(String id) {
    Optional<TraceVersion> finished = kept.version(id).filter(version -> !version.open());
    return finished
        .or(() -> open().stream().filter(version -> id.equals(version.trace().traceId())).findAny())
        .or(() -> kept.version(id))
        .map(version -> TracesJson.text(TracesJson.of(version.trace())));
  }

  /** The ids of the traces, kept or open, that all words of {@code query} are found in. */
  String search(String query) {
    Collection<String> terms = SearchText.terms(query);
    Stream<String> ofOpen =
        open().stream()
            .filter(version -> version.matches(terms))
            .map(version -> version.trace().traceId());
    return TracesJson.text(
        Map.of("ids", Stream.concat(kept.search(query).stream(), ofOpen).distinct().toList()));
  }

  private synchronized List<TraceVersion> open() {
    refreshOpen();
    return open;
  }

  private void refreshOpen() {
    OpenTraces current = opened.get();
    if (current != source) {
      Map<String, TraceVersion> before = new HashMap<>();
      open.forEach(version -> before.put(version.trace().traceId(), version));
      // Two instances may name the same trace while one takes it over from the other.
      Map<String, TraceVersion> versions = new LinkedHashMap<>();
      for (ReceivedTrace trace : current.traces()) {
        TraceVersion version = before.get(trace.traceId());
        boolean same = version != null && version.trace().equals(trace);
        versions.putIfAbsent(trace.traceId(), same ? version : new TraceVersion(trace));
      }
      open = List.copyOf(versions.values());
      source = current;
      openJsonAsOf = NEVER;
    }
  }

  /** What is shown as open can differ only if what is open or what is kept has changed. */
  private void refreshOpenJson(long keptRevision) {
    refreshOpen();
    if (openJsonAsOf != keptRevision) {
      String json = openJson();
      openJsonAsOf = keptRevision;
      if (!json.equals(openJson)) {
        openJson = json;
        openRevision++;
      }
    }
  }

  private String openJson() {
    // One that is finished meanwhile is among the kept.
    List<TraceVersion> shown =
        open.stream()
            .filter(
                version ->
                    kept.version(version.trace().traceId()).stream().allMatch(TraceVersion::open))
            .toList();
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("traces", summaries(shown));
    json.put("missing", source.missing());
    return TracesJson.text(json);
  }

  private static List<RawValue> summaries(List<TraceVersion> versions) {
    return versions.stream().map(version -> new RawValue(version.summary())).toList();
  }
}
