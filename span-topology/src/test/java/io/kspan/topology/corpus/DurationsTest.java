package io.kspan.topology.corpus;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.kspan.testsupport.corpus.Corpus;
import io.kspan.topology.assemble.TraceSettings;
import io.kspan.topology.explain.OfflineModel;
import io.kspan.topology.model.FinishedSpan;
import io.kspan.topology.model.FinishedTrace;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Durations mean something: read off the recordings, without the classes under test. */
class DurationsTest {
  private static final String CLUSTER = "cluster-a";
  private static final double MOST_ZERO_LENGTHS = 0.03;
  private static final ObjectMapper JSON = new ObjectMapper();

  /** "in 5.870196872s", and since Kubernetes 1.25 "in 1.2s (3.4s including waiting)". */
  private static final Pattern PULL =
      Pattern.compile("Successfully pulled image .* in ([0-9.]+)(ms|s)\\b");

  /**
   * Both events tell their time to the nanosecond in their names; what is left is the way from the
   * kubelet's stopwatch to its recorder.
   */
  private static final Duration RECORDER = Duration.ofMillis(100);

  @Test
  void shouldHaveFewEventSpansWithoutLength() {
    List<FinishedSpan> events =
        traces(CLUSTER).stream()
            .flatMap(trace -> trace.spans().stream())
            .filter(DurationsTest::isEvent)
            .toList();
    List<String> zero =
        events.stream()
            .filter(span -> length(span).isZero())
            .map(
                span ->
                    "%s of %s, \"%s\""
                        .formatted(
                            span.name(),
                            span.attributes().get("k8s.object.name"),
                            span.attributes().get("k8s.event.message")))
            .toList();

    assertThat((double) zero.size() / events.size())
        .as("share of %d event spans: %s", events.size(), String.join("\n", zero))
        .isLessThanOrEqualTo(MOST_ZERO_LENGTHS);
  }

  @Test
  void shouldPullAsLongAsTheKubeletSays() {
    List<String> deviations = new ArrayList<>();
    int pulls = 0;
    for (String recording : List.of(CLUSTER, "kspan-two-pods")) {
      for (FinishedTrace trace : traces(recording)) {
        for (FinishedSpan pulled : trace.spans()) {
          Matcher pull = PULL.matcher(String.valueOf(pulled.attributes().get("k8s.event.message")));
          Optional<FinishedSpan> pulling =
              pull.find() ? before(pulled, "Pod.Pulling", trace) : Optional.empty();
          if (pulling.isPresent()) {
            pulls++;
            int scale = pull.group(2).equals("s") ? 9 : 6;
            Duration took =
                Duration.ofNanos(new BigDecimal(pull.group(1)).movePointRight(scale).longValue());
            Duration off = length(pulling.get()).minus(took).abs();
            if (off.compareTo(RECORDER) > 0) {
              deviations.add(
                  "%s lasts %s, but \"%s\""
                      .formatted(
                          pulling.get().name(),
                          length(pulling.get()),
                          pulled.attributes().get("k8s.event.message")));
            }
          }
        }
      }
    }
    assertThat(pulls).isPositive();
    assertThat(deviations).isEmpty();
  }

  @Test
  void shouldPullUntilThePullFailed() {
    List<FinishedSpan> failed = new ArrayList<>();
    for (FinishedTrace trace : traces(CLUSTER)) {
      for (FinishedSpan span : trace.spans()) {
        if (String.valueOf(span.attributes().get("k8s.event.message"))
            .startsWith("Failed to pull image")) {
          failed.add(span);
          assertThat(before(span, "Pod.Pulling", trace).orElseThrow().endEpochNanos())
              .as("end of Pod.Pulling before %s", span)
              .isEqualTo(span.startEpochNanos());
        }
      }
    }
    assertThat(failed).isNotEmpty();
  }

  /** The newest span of {@code name} about the same container of the same pod. */
  private static Optional<FinishedSpan> before(
      FinishedSpan span, String name, FinishedTrace trace) {
    return trace.spans().stream()
        .filter(
            s ->
                s.name().equals(name)
                    && s.startEpochNanos() <= span.startEpochNanos()
                    && Stream.of("k8s.object.uid", "k8s.container.name")
                        .allMatch(
                            key ->
                                Objects.equals(
                                    s.attributes().get(key), span.attributes().get(key))))
        .reduce((earlier, later) -> later);
  }

  private static boolean isEvent(FinishedSpan span) {
    return span.attributes().get("kspan.origin").equals("event");
  }

  private static Duration length(FinishedSpan span) {
    return Duration.ofNanos(span.endEpochNanos() - span.startEpochNanos());
  }

  static List<FinishedTrace> traces(String recording) {
    OfflineModel model = OfflineModels.with(TraceSettings.defaults());
    Corpus.envelopes(recording, "a").forEach(model::add);
    return model.traces();
  }
}
