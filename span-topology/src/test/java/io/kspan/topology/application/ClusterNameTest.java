package io.kspan.topology.application;

import static org.assertj.core.api.Assertions.assertThat;

import io.kspan.testsupport.generate.Input;
import io.kspan.topology.otlp.OtlpDecoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The name of a cluster may be any text, such as the ARN of a managed one. */
class ClusterNameTest {
  private static final String ARN = "arn:aws:eks:eu-west-1:1:cluster/prod";

  private static byte[] inCluster(String cluster, Input input) {
    String json = new String(input.envelope(), StandardCharsets.UTF_8);
    return json.replace("\"cluster\":\"c\"", "\"cluster\":\"" + cluster + "\"")
        .getBytes(StandardCharsets.UTF_8);
  }

  @Test
  void shouldKeepASlashInTheNameOfTheCluster() {
    Input root = Input.object("Deployment", "web", "uid-d").generation(1);
    Input event = Input.event("e", root, "Any").at(1);
    try (TopologyHarness harness =
        new TopologyHarness(Input.START, Map.of("watermark.lateness.ms", "infinite"))) {
      harness.object(inCluster(ARN, root)).event(inCluster(ARN, event));

      List<byte[]> requests = harness.end().spans();

      Set<String> clusters =
          requests.stream()
              .flatMap(r -> OtlpDecoder.decode(r).getResourceSpansList().stream())
              .flatMap(r -> r.getResource().getAttributesList().stream())
              .filter(a -> a.getKey().equals("k8s.cluster.name"))
              .map(a -> a.getValue().getStringValue())
              .collect(Collectors.toSet());
      assertThat(clusters).containsExactly(ARN);
      // Its generation is known only if its own snapshots were recognised.
      assertThat(
              requests.stream()
                  .flatMap(OtlpDecoder::spans)
                  .flatMap(s -> s.getAttributesList().stream())
                  .filter(a -> a.getKey().equals("k8s.object.generation"))
                  .map(a -> a.getValue().getIntValue()))
          .containsExactly(1L);
    }
  }
}
