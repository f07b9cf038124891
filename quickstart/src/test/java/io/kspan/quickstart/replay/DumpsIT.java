package io.kspan.quickstart.replay;

import static org.assertj.core.api.Assertions.assertThat;

import io.kspan.quickstart.replay.Pipeline.Shape;
import io.kspan.testsupport.corpus.Corpus;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.trace.v1.Span;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Dumps of strangers' clusters, as {@code kubectl get} prints them: every Event in its trace. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DumpsIT {
  private static final String R1_OBJECTS =
      " R1-velero-crashloop.deployments R1-velero-crashloop.pods R1-velero-crashloop.replicasets";

  @TempDir private static Path folder;

  private Pipeline pipeline;

  @BeforeAll
  void start() {
    pipeline = new Pipeline(folder);
  }

  @AfterAll
  void stop() {
    pipeline.close();
  }

  @ParameterizedTest
  @CsvSource({
    "R1-velero-crashloop.events" + R1_OBJECTS + ", R1-velero-crashloop",
    "R1-velero-crashloop.events-list" + R1_OBJECTS + ", R1-velero-crashloop.list",
    "R1-velero-crashloop.events-list, R1-velero-crashloop.events-only",
    "R3-minikube-morning.events, R3-minikube-morning",
    "R3-minikube-morning.events-list, R3-minikube-morning.list"
  })
  void shouldPlaceEveryEvent(String files, String expected) throws Exception {
    List<Path> captures =
        Arrays.stream(files.split(" ")).map(f -> Corpus.file("cases/" + f + ".json.gz")).toList();
    Map<String, String> rows = new TreeMap<>();
    for (String line : Corpus.lines(Corpus.file("cases/" + expected + ".expected.tsv.gz"))) {
      String[] columns = line.split("\t", -1);
      rows.put(columns[0], columns[2] + " under " + columns[1]);
    }

    assertThat(placed(pipeline.run(captures, "dump", new Shape(2, 1), "infinite")))
        .containsExactlyEntriesOf(rows);
  }

  private static Map<String, String> placed(SpanLog log) throws Exception {
    Map<String, String> ids = new TreeMap<>();
    Map<String, Span> spans = new TreeMap<>();
    for (ExportTraceServiceRequest request : log.requests()) {
      request.getResourceSpansList().stream()
          .flatMap(r -> r.getScopeSpansList().stream())
          .flatMap(s -> s.getSpansList().stream())
          .filter(span -> !attribute(span, "k8s.event.uid").isEmpty())
          .forEach(
              span -> {
                String count = attribute(span, "k8s.event.count");
                String id =
                    attribute(span, "k8s.event.uid") + "#" + (count.isEmpty() ? "0" : count);
                ids.put(hex(span.getSpanId().toByteArray()), id);
                spans.put(id, span);
              });
    }
    Map<String, String> placed = new TreeMap<>();
    spans.forEach(
        (id, span) ->
            placed.put(
                id,
                hex(span.getTraceId().toByteArray())
                    + " under "
                    + ids.getOrDefault(hex(span.getParentSpanId().toByteArray()), "root")));
    return placed;
  }

  private static String attribute(Span span, String key) {
    for (KeyValue attribute : span.getAttributesList()) {
      if (attribute.getKey().equals(key)) {
        return attribute.getValue().hasIntValue()
            ? Long.toString(attribute.getValue().getIntValue())
            : attribute.getValue().getStringValue();
      }
    }
    return "";
  }

  private static String hex(byte[] bytes) {
    return HexFormat.of().formatHex(bytes);
  }
}
