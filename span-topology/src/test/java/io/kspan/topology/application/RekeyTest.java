package io.kspan.topology.application;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.kspan.testsupport.generate.Input;
import io.kspan.testsupport.generate.InputMessage;
import io.kspan.testsupport.generate.SimulatedCluster;
import io.kspan.topology.config.TopologyConfig;
import io.kspan.topology.metrics.Metric;
import io.kspan.topology.metrics.Metrics;
import io.kspan.topology.names.Names;
import io.kspan.topology.ops.InputPartitions;
import io.kspan.topology.time.IdlePartitions;
import java.time.Duration;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.apache.kafka.streams.TopologyDescription;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.Test;

/** {@code input.rekey}, over one partition. */
class RekeyTest {
  private static final Duration LONG = Duration.ofMinutes(30);
  private static final Map<String, String> REKEYED = Map.of("input.rekey", "true");

  private static TopologyHarness rollout(Map<String, String> settings) {
    TopologyHarness harness = new TopologyHarness(Input.START, settings).idle();
    Iterator<InputMessage> rollout = SimulatedCluster.rollouts(1, Input.START, 2, 3, Duration.ZERO);
    rollout.forEachRemaining(harness::pipe);
    return harness.pass(LONG);
  }

  private static List<String> keys(TopologyHarness harness, String name) {
    return harness.rekeyed(name).stream()
        .map(TestRecord::key)
        .map(key -> new String(key, UTF_8))
        .filter(key -> !key.isEmpty())
        .toList();
  }

  @Test
  void shouldGiveTheSameSpans() {
    try (TopologyHarness direct = rollout(Map.of());
        TopologyHarness rekeyed = rollout(REKEYED)) {
      assertThat(rekeyed.spans()).isNotEmpty().containsExactlyInAnyOrderElementsOf(direct.spans());
    }
  }

  @Test
  void shouldGiveAtTheEndTheSameSpansAsAReplayOfCaptures() {
    Map<String, String> wholeLog = Map.of("watermark.lateness.ms", "infinite");
    Map<String, String> both = Map.of("watermark.lateness.ms", "infinite", "input.rekey", "true");
    try (TopologyHarness direct = rollout(wholeLog).end();
        TopologyHarness rekeyed = rollout(both).end()) {
      assertThat(rekeyed.spans()).isNotEmpty().containsExactlyInAnyOrderElementsOf(direct.spans());
    }
  }

  /** An event gets the key of its object, and both keep when they were received. */
  @Test
  void shouldKeyByTheObjectThatARecordIsAbout() {
    Input deployment = Input.object("Deployment", "web", "uid-1");
    Input node = Input.object("Node", "worker", "uid-2").without("metadata.namespace");
    node.with("apiVersion", "v1");
    Input ofNode = Input.event("event-2", "Node", "worker", "uid-2").at(2);
    ofNode.involved("namespace", "default").involved("apiVersion", "v1");
    try (TopologyHarness harness = new TopologyHarness(Input.START, REKEYED)) {
      harness
          .object(deployment.envelope())
          .object(node.envelope())
          .object(null)
          .event(
              Input.event("event-1", deployment, "ScalingReplicaSet")
                  .at(1)
                  .involved("apiVersion", "apps/v1")
                  .envelope())
          .event(ofNode.envelope());

      assertThat(keys(harness, Names.OBJECTS_BY_REFERENCE))
          .containsExactly("c/ns/Deployment.apps/web", "c//Node/worker");
      assertThat(harness.rekeyed(Names.EVENTS_BY_REFERENCE))
          .filteredOn(record -> record.key().length > 0)
          .extracting(record -> new String(record.key(), UTF_8) + " " + record.timestamp())
          .containsExactly(
              "c/ns/Deployment.apps/web " + Input.START.plusSeconds(1).toEpochMilli(),
              "c//Node/worker " + Input.START.plusSeconds(2).toEpochMilli());
    }
  }

  @Test
  void shouldTakeTheReceiptOfABareObjectFromItsRecord() {
    long received = Input.START.plusSeconds(7).toEpochMilli();
    try (TopologyHarness harness = new TopologyHarness(Input.START, REKEYED)) {
      harness.object(Input.object("Deployment", "web", "uid-1").bare(), received);

      assertThat(harness.rekeyed(Names.OBJECTS_BY_REFERENCE))
          .filteredOn(record -> record.key().length > 0)
          .singleElement()
          .satisfies(record -> assertThat(record.timestamp()).isEqualTo(received));
    }
  }

  @Test
  void shouldPutAsideWhatCannotBeReadAsReceived() {
    try (TopologyHarness harness = new TopologyHarness(Input.START, REKEYED)) {
      harness.event("not JSON".getBytes(UTF_8));

      assertThat(harness.deadLetters())
          .singleElement()
          .satisfies(letter -> assertThat(letter.value()).isEqualTo("not JSON".getBytes(UTF_8)));
      assertThat(harness.counters.sum(Metric.DEAD_LETTERS)).isEqualTo(1);
    }
  }

  @Test
  void shouldAddNoStepByDefault() {
    assertThat(sources(Map.of())).noneMatch(name -> name.contains("by-reference"));
    assertThat(sources(REKEYED))
        .anyMatch(name -> name.contains(Names.OBJECTS_BY_REFERENCE))
        .anyMatch(name -> name.contains(Names.EVENTS_BY_REFERENCE));
  }

  private static List<String> sources(Map<String, String> settings) {
    Map<String, String> all = new HashMap<>(settings);
    all.put("bootstrap.servers", "nowhere:9092");
    return new SpanTopology(
            new TopologyConfig(all), new InputPartitions(2, 3), IdlePartitions.NONE, new Metrics())
        .get().describe().subtopologies().stream()
            .flatMap(part -> part.nodes().stream())
            .map(TopologyDescription.Node::name)
            .toList();
  }
}
