package io.kspan.topology.corpus;

import static org.assertj.core.api.Assertions.assertThat;

import io.kspan.testsupport.corpus.Corpus;
import io.kspan.topology.config.TopologyConfig;
import io.kspan.topology.explain.CaptureModel;
import io.kspan.topology.model.FinishedSpan;
import io.kspan.topology.model.FinishedTrace;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Dumps of strangers' clusters, as {@code kubectl get} prints them: every Event in its trace. That
 * a replay over a broker gives the same is in {@code PinnedSpansIT}.
 */
class DumpsTest {
  private static final String R1_OBJECTS =
      " R1-velero-crashloop.deployments R1-velero-crashloop.pods R1-velero-crashloop.replicasets";

  @ParameterizedTest
  @CsvSource({
    "R1-velero-crashloop.events" + R1_OBJECTS + ", R1-velero-crashloop",
    "R1-velero-crashloop.events-list" + R1_OBJECTS + ", R1-velero-crashloop.list",
    "R1-velero-crashloop.events-list, R1-velero-crashloop.events-only",
    "R3-minikube-morning.events, R3-minikube-morning",
    "R3-minikube-morning.events-list, R3-minikube-morning.list"
  })
  void shouldPlaceEveryEvent(String files, String expected) {
    List<Path> captures =
        Arrays.stream(files.split(" ")).map(f -> Corpus.file("cases/" + f + ".json.gz")).toList();
    TopologyConfig config =
        new TopologyConfig(Map.of("bootstrap.servers", "unused:9092", "cluster.name", "dump"));
    Map<String, String> rows = new TreeMap<>();
    for (String line : Corpus.lines(Corpus.file("cases/" + expected + ".expected.tsv.gz"))) {
      String[] columns = line.split("\t", -1);
      rows.put(columns[0], columns[2] + " under " + columns[1]);
    }

    Map<String, String> placed = new TreeMap<>();
    for (FinishedTrace trace :
        CaptureModel.read(captures, config, problem -> assertThat(problem).isEmpty()).traces()) {
      placed.putAll(placed(trace));
    }

    assertThat(placed).containsExactlyEntriesOf(rows);
  }

  private static Map<String, String> placed(FinishedTrace trace) {
    Map<String, String> ids = new HashMap<>();
    for (FinishedSpan span : trace.spans()) {
      Object uid = span.attributes().get("k8s.event.uid");
      if (uid != null) {
        ids.put(span.spanId(), uid + "#" + span.attributes().getOrDefault("k8s.event.count", 0));
      }
    }
    Map<String, String> placed = new HashMap<>();
    for (FinishedSpan span : trace.spans()) {
      if (ids.containsKey(span.spanId())) {
        String parent = ids.getOrDefault(span.parentSpanId(), "root");
        placed.put(ids.get(span.spanId()), trace.traceId() + " under " + parent);
      }
    }
    return placed;
  }
}
