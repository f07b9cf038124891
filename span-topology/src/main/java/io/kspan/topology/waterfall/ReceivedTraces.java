package io.kspan.topology.waterfall;

import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Requests as traces that can be drawn, in the order of their starts. Stateless. */
public final class ReceivedTraces {

  private ReceivedTraces() {}

  /** All traces of {@code requests}. */
  public static List<ReceivedTrace> of(Collection<ExportTraceServiceRequest> requests) {
    Map<String, List<ReceivedSpan>> traces = new LinkedHashMap<>();
    requests.stream()
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
