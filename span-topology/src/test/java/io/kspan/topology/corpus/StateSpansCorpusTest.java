package io.kspan.topology.corpus;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.kspan.testsupport.corpus.Corpus;
import io.kspan.testsupport.corpus.WatchEvent;
import io.kspan.topology.config.TopologyConfig;
import io.kspan.topology.explain.OfflineModel;
import io.kspan.topology.model.FinishedSpan;
import io.kspan.topology.model.FinishedTrace;
import io.kspan.topology.rules.Invariants;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the states of the recordings say: trace model 9. */
class StateSpansCorpusTest {

  @ParameterizedTest
  @ValueSource(strings = {"cluster-a", "cluster-c"})
  void shouldChangeNoOtherSpan(String recording) {
    List<byte[]> records = Corpus.envelopes(recording, "a");
    List<FinishedTrace> off = traces(records, "off");

    for (String setting : List.of("pods", "all")) {
      List<FinishedTrace> traces = traces(records, setting);
      traces.forEach(Invariants::check);
      assertThat(withoutStates(traces)).isEqualTo(withoutStates(off));
      assertThat(states(traces)).isNotEmpty();
    }
    assertThat(states(off)).isEmpty();
  }

  /** To the second, whichever way the status was received. */
  @ParameterizedTest
  @ValueSource(strings = {"cluster-a", "cluster-c"})
  void shouldSayWhenEachPodBecameReady(String recording) {
    Map<String, String> expected = new TreeMap<>();
    for (WatchEvent event : Corpus.watchEvents(recording)) {
      for (JsonNode condition : event.object().at("/status/conditions")) {
        if (isPod(event)
            && condition.path("type").asText().equals("Ready")
            && condition.path("status").asText().equals("True")) {
          expected.putIfAbsent(
              event.object().at("/metadata/uid").asText(),
              condition.path("lastTransitionTime").asText());
        }
      }
    }
    Map<String, String> said = new TreeMap<>();
    for (FinishedSpan span : states(traces(Corpus.envelopes(recording, "a"), "pods"))) {
      if (span.name().equals("Pod.BecomingReady") && !isContinuedAfter(span)) {
        assertThat(said.put(uid(span), second(span, "end", span.endEpochNanos()))).isNull();
      }
    }
    said.keySet().retainAll(expected.keySet());
    assertThat(said).isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(strings = {"cluster-a", "cluster-c"})
  void shouldSayOnceHowEachContainerRunEnded(String recording) {
    Map<String, Long> expected = exitCodes(Corpus.watchEvents(recording));
    Map<String, Long> said = new TreeMap<>();
    for (FinishedSpan span : states(traces(Corpus.envelopes(recording, "a"), "pods"))) {
      Object exitCode = span.attributes().get("kspan.state.exit_code");
      if (exitCode != null && !isContinuedAfter(span)) {
        String run =
            String.join(
                " ",
                uid(span),
                span.attributes().get("k8s.container.name").toString(),
                second(span, "start", span.startEpochNanos()));
        assertThat(said.put(run, (Long) exitCode)).isNull();
      }
    }
    assertThat(said).containsAllEntriesOf(expected);
  }

  /**
   * By run. Without those that end with their namespace: an API server takes no Events for it then,
   * so no session is open. Without those that a pod inherits from the one before it.
   */
  private static Map<String, Long> exitCodes(List<WatchEvent> events) {
    Map<String, Instant> deletions = new HashMap<>();
    for (WatchEvent event : events) {
      JsonNode metadata = event.object().path("metadata");
      if (event.object().path("kind").asText().equals("Namespace")
          && metadata.hasNonNull("deletionTimestamp")) {
        deletions.put(metadata.path("name").asText(), instant(metadata, "deletionTimestamp"));
      }
    }
    Map<String, Long> exitCodes = new TreeMap<>();
    for (WatchEvent event : events) {
      JsonNode metadata = event.object().path("metadata");
      for (JsonNode container : containers(event.object().path("status"))) {
        for (String state : List.of("state", "lastState")) {
          JsonNode ended = container.path(state).path("terminated");
          if (ended.hasNonNull("startedAt")
              && !instant(ended, "startedAt").isBefore(instant(metadata, "creationTimestamp"))
              && instant(ended, "finishedAt")
                  .isBefore(
                      deletions.getOrDefault(metadata.path("namespace").asText(), Instant.MAX))) {
            exitCodes.put(
                String.join(
                    " ",
                    metadata.path("uid").asText(),
                    container.path("name").asText(),
                    ended.path("startedAt").asText()),
                ended.path("exitCode").asLong());
          }
        }
      }
    }
    return exitCodes;
  }

  private static List<JsonNode> containers(JsonNode status) {
    List<JsonNode> containers = new ArrayList<>();
    status.path("initContainerStatuses").forEach(containers::add);
    status.path("containerStatuses").forEach(containers::add);
    return containers;
  }

  private static Instant instant(JsonNode node, String field) {
    return Instant.parse(node.path(field).asText());
  }

  private static boolean isPod(WatchEvent event) {
    return event.object().path("kind").asText().equals("Pod");
  }

  private static String uid(FinishedSpan span) {
    return span.attributes().get("k8s.pod.uid").toString();
  }

  private static boolean isContinuedAfter(FinishedSpan span) {
    return "after".equals(span.attributes().getOrDefault("kspan.state.continued", ""));
  }

  private static String second(FinishedSpan span, String which, long nanos) {
    Object said = span.attributes().get("kspan.state." + which + "_time");
    Instant time = said == null ? Instant.ofEpochSecond(0, nanos) : Instant.parse(said.toString());
    return time.truncatedTo(ChronoUnit.SECONDS).toString();
  }

  private static List<FinishedTrace> traces(List<byte[]> records, String setting) {
    TopologyConfig config =
        new TopologyConfig(
            Map.of("bootstrap.servers", "unused:9092", "trace.state.spans", setting));
    OfflineModel model = new OfflineModel(config, config.traceSettings());
    records.forEach(model::add);
    return model.traces();
  }

  private static boolean isState(FinishedSpan span) {
    return span.attributes().get("kspan.origin").equals("state");
  }

  private static List<List<FinishedSpan>> withoutStates(List<FinishedTrace> traces) {
    return traces.stream()
        .map(trace -> trace.spans().stream().filter(s -> !isState(s)).toList())
        .toList();
  }

  private static List<FinishedSpan> states(List<FinishedTrace> traces) {
    return traces.stream().flatMap(t -> t.spans().stream()).filter(s -> isState(s)).toList();
  }
}
