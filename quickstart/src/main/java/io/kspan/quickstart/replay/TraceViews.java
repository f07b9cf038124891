package io.kspan.quickstart.replay;

import io.kspan.quickstart.receiver.OtlpRequest;
import io.kspan.quickstart.receiver.ReceivedSpan;
import io.kspan.quickstart.receiver.ReceivedTrace;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The spans of a replay as traces that can be drawn, in order of their starts. Thread-safe. */
public final class TraceViews {

  private TraceViews() {}

  /** All traces of {@code log}. */
  public static List<ReceivedTrace> of(SpanLog log) {
    Map<String, List<ReceivedSpan>> traces = new LinkedHashMap<>();
    log.requests().stream()
        .flatMap(request -> OtlpRequest.spans(request).stream())
        .forEach(
            received ->
                traces
                    .computeIfAbsent(received.traceId(), id -> new ArrayList<>())
                    .add(received.span()));
    return traces.entrySet().stream()
        .map(trace -> new ReceivedTrace(trace.getKey(), trace.getValue()))
        .sorted(
            Comparator.comparingLong(ReceivedTrace::startEpochNanos)
                .thenComparing(ReceivedTrace::traceId))
        .toList();
  }
}
