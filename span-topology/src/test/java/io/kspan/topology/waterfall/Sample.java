package io.kspan.topology.waterfall;

import io.kspan.topology.model.Attributes;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Spans for tests: one by one, or a trace from a table that was cut from a real recording. */
public final class Sample {
  public static final long START = 1_795_205_861_000_000_000L;
  private static final long MILLI = 1_000_000;

  private Sample() {}

  /** A span of {@code worker}, with times in milliseconds after {@link #START}. */
  public static ReceivedSpan span(String id, String parent, long startMillis, long endMillis) {
    return new ReceivedSpan(
        id,
        parent,
        "Pod.Started",
        START + startMillis * MILLI,
        START + endMillis * MILLI,
        false,
        "",
        Attributes.NONE,
        Attributes.copyOf(Map.of("service.name", "kubelet")),
        List.of());
  }

  public static ReceivedSpan with(ReceivedSpan span, Map<String, Object> attributes) {
    return new ReceivedSpan(
        span.spanId(),
        span.parentSpanId(),
        span.name(),
        span.startEpochNanos(),
        span.endEpochNanos(),
        span.error(),
        span.statusMessage(),
        Attributes.copyOf(attributes),
        span.resource(),
        span.links());
  }

  /** The trace in {@code src/test/resources/waterfall/<name>.tsv}; its first line is the root. */
  public static ReceivedTrace trace(String name, Map<String, Object> rootAttributes) {
    List<ReceivedSpan> spans = new ArrayList<>();
    try {
      Path file = Path.of("src/test/resources/waterfall", name + ".tsv");
      for (String line : Files.readAllLines(file, StandardCharsets.UTF_8)) {
        if (!line.startsWith("#")) {
          spans.add(row(line.split("\t", -1), spans.isEmpty() ? rootAttributes : Map.of()));
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new ReceivedTrace("4bf92f3577b34da6a3ce929d0e0e4736", spans);
  }

  private static ReceivedSpan row(String[] cells, Map<String, Object> more) {
    Attributes.Builder attributes = Attributes.copyOf(more).toBuilder();
    attributes.put("k8s.object.kind", cells[7]);
    attributes.put("k8s.namespace.name", cells[8]);
    attributes.put("k8s.object.name", cells[9]);
    if (!cells[10].isEmpty()) {
      attributes.put("k8s.event.message", cells[10]);
    }
    boolean error = Boolean.parseBoolean(cells[5]);
    return new ReceivedSpan(
        id(cells[0]),
        id(cells[1]),
        cells[6],
        START + Long.parseLong(cells[2]) * MILLI,
        START + Long.parseLong(cells[3]) * MILLI,
        error,
        error ? cells[10] : "",
        attributes.build(),
        Attributes.copyOf(Map.of("service.name", cells[4])),
        List.of());
  }

  private static String id(String number) {
    return number.isEmpty() ? "" : "%016x".formatted(Long.parseLong(number));
  }
}
