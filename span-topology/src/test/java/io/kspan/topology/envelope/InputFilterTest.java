package io.kspan.topology.envelope;

import static org.assertj.core.api.Assertions.assertThat;

import io.kspan.testsupport.generate.Input;
import io.kspan.topology.config.TopologyConfig;
import io.kspan.topology.metrics.Metric;
import io.kspan.topology.metrics.Metrics;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** All input of {@link Input} is of cluster "c" and in namespace "ns", as far as it has one. */
class InputFilterTest {
  private final Metrics counters = new Metrics();

  private InputRecord read(Input next, String... settings) {
    Map<String, String> properties = new HashMap<>(Map.of("bootstrap.servers", "localhost:9092"));
    for (int i = 0; i < settings.length; i += 2) {
      properties.put(settings[i], settings[i + 1]);
    }
    return new InputRecordDeserializer(
            new EnvelopeReader("c", "topLevelSpan", List.of()),
            new TopologyConfig(properties).filter(),
            counters)
        .deserialize("k8s.events", next.envelope());
  }

  private static Input event() {
    return Input.event("e", "Pod", "web-1", "uid-1").reason("Unhealthy").type("Warning").at(1);
  }

  @ParameterizedTest
  @CsvSource({
    "filter.clusters.include, c, true",
    "filter.clusters.include, 'a,b', false",
    "filter.clusters.exclude, 'a,c', false",
    "filter.namespaces.include, 'kube-*,n*', true",
    "filter.namespaces.exclude, '*s', false",
    "filter.namespaces.exclude, 'n', true",
    "filter.kinds.include, Pod, true",
    "filter.kinds.exclude, Pod, false",
    "filter.reasons.exclude, 'Pulled,Unhealthy', false",
    "filter.reasons.include, 'Pulled', false",
    "filter.types.include, Warning, true",
    "filter.types.include, Normal, false",
    "filter.types.exclude, '', true"
  })
  void shouldLeaveOutEventsByName(String key, String names, boolean wanted) {
    InputRecord read = read(event(), key, names);

    assertThat(read instanceof InputRecord.Occurrence).isEqualTo(wanted);
    assertThat(counters.sum(Metric.FILTERED_RECORDS)).isEqualTo(wanted ? 0 : 1);
  }

  @Test
  void shouldLeaveOutWhatIsBothIncludedAndExcluded() {
    assertThat(
            read(event(), "filter.reasons.include", "Un*", "filter.reasons.exclude", "Unhealthy"))
        .isInstanceOf(InputRecord.Ignored.class);
  }

  @Test
  void shouldKeepObjectsOfEveryKindForTheirOwners() {
    Input pod = Input.object("Pod", "web-1", "uid-1").received(1);

    assertThat(read(pod, "filter.kinds.include", "Deployment"))
        .isInstanceOf(InputRecord.Snapshot.class);
    assertThat(read(pod, "filter.namespaces.exclude", "ns"))
        .isInstanceOf(InputRecord.Ignored.class);
  }

  @Test
  void shouldNotAskForANamespaceWhereThereIsNone() {
    Input node = Input.event("e", "Node", "n1", "n1").involved("namespace", "").at(1);

    assertThat(read(node, "filter.namespaces.include", "shop"))
        .isInstanceOf(InputRecord.Occurrence.class);
  }

  @Test
  void shouldStillMoveTheWatermark() {
    InputRecord wanted = read(event());

    assertThat(read(event(), "filter.reasons.exclude", "*").observedAtMillis())
        .isEqualTo(wanted.observedAtMillis());
  }
}
