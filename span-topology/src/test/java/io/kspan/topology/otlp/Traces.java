package io.kspan.topology.otlp;

import io.kspan.topology.model.Attributes;
import io.kspan.topology.model.FinishedSpan;
import io.kspan.topology.model.FinishedTrace;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Finished traces for tests. */
public final class Traces {
  public static final long START = 1_795_205_861_000_000_000L;

  private Traces() {}

  /** {@code count} spans of about {@code messageChars}, by turns of two components. */
  public static FinishedTrace trace(int number, int count, int messageChars) {
    List<FinishedSpan> spans = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      spans.add(
          span(
              i + 1,
              i == 0 ? 0 : 1,
              i % 2 == 0 ? "deployment-controller" : "kubelet",
              "x".repeat(messageChars)));
    }
    return new FinishedTrace("%032x".formatted(number), spans);
  }

  public static FinishedSpan span(int id, int parent, String component, String message) {
    boolean error = id % 3 == 0;
    return new FinishedSpan(
        "%016x".formatted(id),
        parent == 0 ? "" : "%016x".formatted(parent),
        "Pod.Started",
        START + id,
        START + 2L * id,
        Attributes.copyOf(
            Map.of("k8s.event.message", message, "k8s.event.count", (long) id, "flag", true)),
        error,
        error ? message : "",
        List.of(),
        Attributes.copyOf(Map.of("service.name", component, "k8s.cluster.name", "prod-1")),
        new FinishedSpan.Occurrence(START + id, TimeUnit.NANOSECONDS.toMillis(START) + id));
  }
}
