package io.kspan.topology.application;

import static org.assertj.core.api.Assertions.assertThat;

import io.kspan.testsupport.GoldenFile;
import io.kspan.topology.config.TopologyConfig;
import io.kspan.topology.metrics.Metrics;
import io.kspan.topology.names.Names;
import io.kspan.topology.ops.InputPartitions;
import io.kspan.topology.time.IdlePartitions;
import java.io.IOException;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.streams.TopologyDescription;
import org.junit.jupiter.api.Test;

/**
 * The shape of the topology is a persisted contract: a changed name loses state on upgrade. The
 * snapshot is rewritten only with -Dgolden.update=true.
 */
class TopologyDescriptionTest {
  private static final Path SNAPSHOT = Path.of("src/test/resources/topology/span-topology.txt");
  private static final int PARTITIONS = 4;

  private final TopologyConfig config =
      new TopologyConfig(Map.of(TopologyConfig.BOOTSTRAP_SERVERS_CONFIG, "localhost:9092"));
  private final TopologyDescription description =
      new SpanTopology(
              config, InputPartitions.equal(PARTITIONS), IdlePartitions.NONE, new Metrics())
          .get()
          .describe();

  @Test
  void shouldKeepItsShape() throws IOException {
    String described = description.toString();
    assertThat(described).isEqualTo(GoldenFile.expected(SNAPSHOT, described));
  }

  /** So that logs can be turned on and off at any time. */
  @Test
  void shouldOnlyAddOperatorsForLogs() {
    Map<String, String> settings =
        Map.of(TopologyConfig.BOOTSTRAP_SERVERS_CONFIG, "localhost:9092", "logs.enabled", "true");
    TopologyDescription withLogs =
        new SpanTopology(
                new TopologyConfig(settings),
                InputPartitions.equal(PARTITIONS),
                IdlePartitions.NONE,
                new Metrics())
            .get()
            .describe();

    assertThat(withLogs.subtopologies()).hasSameSizeAs(description.subtopologies());
    Set<String> added = names(withLogs);
    added.removeAll(names(description));
    assertThat(added).containsExactlyInAnyOrder(Names.ENCODE_LOGS, Names.WRITE_LOGS);
  }

  private static Set<String> names(TopologyDescription description) {
    return nodes(description)
        .map(TopologyDescription.Node::name)
        .collect(Collectors.toCollection(HashSet::new));
  }

  @Test
  void shouldNameEveryStoreInNames() {
    Set<String> stores = new HashSet<>();
    processors().forEach(processor -> stores.addAll(processor.stores()));

    Set<String> named = new HashSet<>(Names.PLACE_STORES);
    named.addAll(Names.GATHER_STORES);
    named.add(Names.LINEAGE_STORE);
    assertThat(stores).containsExactlyInAnyOrderElementsOf(named);
  }

  @Test
  void shouldUseOnlyTheConfiguredTopicsAndOneNamedRepartition() {
    Set<String> topics = new HashSet<>();
    nodes()
        .forEach(
            node -> {
              if (node instanceof TopologyDescription.Source source) {
                topics.addAll(source.topicSet());
              } else if (node instanceof TopologyDescription.Sink sink) {
                topics.add(sink.topic());
              }
            });

    assertThat(topics)
        .containsExactlyInAnyOrder(
            config.topics().events(),
            config.topics().objects(),
            config.topics().lineage(),
            config.topics().spans(),
            config.topics().changes(),
            Names.BY_ROOT + "-repartition");
  }

  @Test
  void shouldDeriveNoOperatorNameFromItsPositionAmongTheOperators() {
    Set<String> names = declaredNames();

    assertThat(nodes().stream().map(TopologyDescription.Node::name))
        .allSatisfy(
            name ->
                assertThat(names).anySatisfy(declared -> assertThat(name).startsWith(declared)));
  }

  private Set<TopologyDescription.Node> nodes() {
    return nodes(description).collect(Collectors.toSet());
  }

  private static Stream<TopologyDescription.Node> nodes(TopologyDescription description) {
    return Stream.concat(
        description.subtopologies().stream().flatMap(subtopology -> subtopology.nodes().stream()),
        description.globalStores().stream()
            .flatMap(global -> Stream.of(global.source(), global.processor())));
  }

  private Set<TopologyDescription.Processor> processors() {
    return nodes().stream()
        .filter(TopologyDescription.Processor.class::isInstance)
        .map(TopologyDescription.Processor.class::cast)
        .collect(Collectors.toSet());
  }

  private static Set<String> declaredNames() {
    return Arrays.stream(Names.class.getFields())
        .filter(field -> Modifier.isStatic(field.getModifiers()) && field.getType() == String.class)
        .map(TopologyDescriptionTest::value)
        .collect(Collectors.toSet());
  }

  private static String value(Field field) {
    try {
      return (String) field.get(null);
    } catch (IllegalAccessException e) {
      throw new IllegalStateException(e);
    }
  }
}
