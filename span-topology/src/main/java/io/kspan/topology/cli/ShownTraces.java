package io.kspan.topology.cli;

import io.kspan.topology.waterfall.OtlpReader;
import io.kspan.topology.waterfall.ReceivedTrace;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * The traces to show, held in memory: as many as fit, the rest is only counted. A trace is held
 * whole or not at all. For one thread.
 */
final class ShownTraces {
  static final int MOST_BY_DEFAULT = 200_000;

  /** Generous: a span and its attributes as OTLP, as it is read, and while it is written. */
  private static final int BYTES_PER_SPAN = 16 * 1024;

  private final int maxSpans;
  private final List<ExportTraceServiceRequest> held = new ArrayList<>();
  private final Set<String> heldTraces = new HashSet<>();
  private final Set<String> others = new HashSet<>();
  private long heldSpans;
  private long spans;

  /** Begins no further trace once it holds {@code maxSpans}. */
  ShownTraces(int maxSpans) {
    this.maxSpans = maxSpans;
  }

  /** How many spans a heap of {@code maxBytes} has room for, at most {@link #MOST_BY_DEFAULT}. */
  static int fitting(long maxBytes) {
    return (int) Math.max(1, Math.min(MOST_BY_DEFAULT, maxBytes / BYTES_PER_SPAN));
  }

  /** Takes the spans of a request, which are all of one trace. */
  void add(ExportTraceServiceRequest request) {
    List<OtlpReader.Received> received = OtlpReader.spans(request);
    if (received.isEmpty()) {
      return;
    }
    spans += received.size();
    String trace = received.get(0).traceId();
    if (!heldTraces.contains(trace) && (heldSpans >= maxSpans || others.contains(trace))) {
      others.add(trace);
      return;
    }
    heldTraces.add(trace);
    heldSpans += received.size();
    held.add(request);
  }

  /** What is held, in the order of the starts. */
  Collection<ReceivedTrace> traces() {
    return OtlpReader.traces(held);
  }

  boolean isCut() {
    return !others.isEmpty();
  }

  /** How much of everything is held, such as "9 of 12 traces (55 of 80 spans)". */
  String share() {
    return String.format(
        Locale.ROOT,
        "%,d of %,d traces (%,d of %,d spans)",
        heldTraces.size(),
        heldTraces.size() + others.size(),
        heldSpans,
        spans);
  }
}
