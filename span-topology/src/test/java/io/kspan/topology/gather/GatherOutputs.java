package io.kspan.topology.gather;

import static org.assertj.core.api.Assertions.assertThat;

import io.kspan.topology.model.ChangeNotice;
import io.kspan.topology.model.FinishedTrace;
import io.kspan.topology.model.GatherOutput;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/** What gather has sent on, divided and checked. */
public final class GatherOutputs {
  private GatherOutputs() {}

  public static List<FinishedTrace> traces(List<? extends GatherOutput> sent) {
    return sent.stream()
        .filter(FinishedTrace.class::isInstance)
        .map(FinishedTrace.class::cast)
        .toList();
  }

  /**
   * The changes as traces of their root span, whose id says the rest, so that runs can be compared.
   * Each is told of once, and every change trace is told of with its own root span.
   */
  public static List<FinishedTrace> changes(List<? extends GatherOutput> sent) {
    List<FinishedTrace> changes = new ArrayList<>();
    Set<String> told = new HashSet<>();
    Set<Object> finished = new HashSet<>();
    for (GatherOutput output : sent) {
      if (output instanceof ChangeNotice change) {
        String id =
            "%s %s %d"
                .formatted(
                    change.finished() ? "finished" : "begun",
                    change.trace().root().spanId(),
                    change.generation());
        assertThat(told.add(id)).as("twice: %s", change).isTrue();
        if (change.finished()) {
          finished.add(change.trace().root());
        }
        changes.add(
            new FinishedTrace(
                id + " " + change.failedSinceNanos(), List.of(change.trace().root())));
      }
    }
    assertThat(finished)
        .isEqualTo(
            new HashSet<>(
                traces(sent).stream()
                    .map(FinishedTrace::root)
                    .filter(root -> Objects.nonNull(root.attributes().get("kspan.outcome")))
                    .toList()));
    // When a root is looked at decides whether one change begins before another one is finished.
    changes.sort(Comparator.comparing(FinishedTrace::traceId));
    return changes;
  }

  /** Whether {@code trace} is none of {@link #changes}. */
  public static boolean isTrace(FinishedTrace trace) {
    return !trace.traceId().contains(" ");
  }
}
