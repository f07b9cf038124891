package io.kspan.quickstart.page;

import io.kspan.topology.model.Attributes;
import io.kspan.topology.waterfall.ReceivedSpan;
import io.kspan.topology.waterfall.ReceivedTrace;
import io.kspan.topology.waterfall.page.TracesPage;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Traces of which a test knows everything, and pages of them. */
final class MadeUpTraces {
  static final long START = 1_795_205_861_000_000_000L;
  private static final long MILLI = 1_000_000;

  private MadeUpTraces() {}

  static String id(int number) {
    return "%032x".formatted(number);
  }

  static String spanId(int number) {
    return "%016x".formatted(number);
  }

  /** A span with times in milliseconds; without parent if that is 0. */
  static ReceivedSpan span(
      int id, int parent, String name, long from, long to, Map<String, Object> attributes) {
    return new ReceivedSpan(
        spanId(id),
        parent == 0 ? "" : spanId(parent),
        name,
        START + from * MILLI,
        START + to * MILLI,
        false,
        "",
        Attributes.copyOf(attributes),
        Attributes.copyOf(Map.of("service.name", "kubelet", "k8s.cluster.name", "demo")),
        List.of());
  }

  static ReceivedSpan linked(ReceivedSpan span, ReceivedSpan.Link... links) {
    return new ReceivedSpan(
        span.spanId(),
        span.parentSpanId(),
        span.name(),
        span.startEpochNanos(),
        span.endEpochNanos(),
        span.error(),
        span.statusMessage(),
        span.attributes(),
        span.resource(),
        List.of(links));
  }

  /** A root, below it branches of nine spans each. */
  static ReceivedTrace large(int spans) {
    List<ReceivedSpan> all = new ArrayList<>();
    for (int i = 1; i <= spans; i++) {
      int parent = i == 1 ? 0 : (i - 2) % 10 == 0 ? 1 : i - (i - 2) % 10;
      Map<String, Object> attributes =
          Map.of("k8s.object.name", "pod-" + i, "k8s.event.message", "Message of span " + i);
      all.add(span(i, parent, "Pod.Started", i, i + 20L, attributes));
    }
    return new ReceivedTrace(id(1), all);
  }

  static Path page(Path file, ReceivedTrace... traces) throws IOException {
    try (Writer out = Files.newBufferedWriter(file)) {
      TracesPage.file("Made up").write(out, List.of(traces));
    }
    return file;
  }
}
