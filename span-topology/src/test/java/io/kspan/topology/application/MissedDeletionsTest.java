package io.kspan.topology.application;

import static org.assertj.core.api.Assertions.assertThat;

import io.kspan.testsupport.generate.Input;
import io.kspan.topology.metrics.Metric;
import io.kspan.topology.names.Names;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Objects that were deleted while the connector did not watch leave every store some day. */
class MissedDeletionsTest {
  private static final Duration WINDOW = Duration.ofMinutes(1);
  private static final Duration RETENTION = Duration.ofMinutes(15);
  private static final Map<String, String> SETTINGS =
      Map.of(
          "dedupe.window.ms", Long.toString(WINDOW.toMillis()),
          "root.retention.ms", Long.toString(RETENTION.toMillis()));
  private static final List<String> STORES =
      List.of(Names.OBJECTS_STORE, Names.LINEAGE_STORE, Names.ITEMS_STORE, Names.ROOTS_STORE);

  private final TopologyHarness harness = new TopologyHarness(Input.START, SETTINGS).idle();
  private final Set<String> kept = new HashSet<>();

  @AfterEach
  void close() {
    harness.close();
  }

  private double now() {
    return Duration.between(Input.START, harness.now()).toMillis() / 1000.0;
  }

  private void receive(Input object) {
    harness.object(object.again().received(now()).envelope());
  }

  private void listed(String group, String kind, Instant startedAt) {
    harness.object(
        "{\"type\":\"LISTED\",\"cluster\":\"c\",\"observedAt\":\"%s\",\"scope\":{\"group\":\"%s\",\"kind\":\"%s\",\"namespace\":\"\",\"startedAt\":\"%s\"}}"
            .formatted(harness.now(), group, kind, startedAt)
            .getBytes(StandardCharsets.UTF_8));
  }

  /** The keys of what is in all stores, among them those that name {@code uid}. */
  private Set<String> kept(String uid) {
    for (String store : STORES) {
      for (TestRecord<byte[], byte[]> write : harness.changelog(store)) {
        String key = store + " " + new String(write.key(), StandardCharsets.UTF_8);
        if (write.value() == null) {
          kept.remove(key);
        } else {
          kept.add(key);
        }
      }
    }
    Set<String> named = new HashSet<>(kept);
    named.removeIf(Predicate.not(key -> key.contains(uid)));
    return named;
  }

  private static Input deployment(String uid) {
    return Input.object("Deployment", uid, uid)
        .resourceVersion("1")
        .generation(1)
        .specChangedAt(0, "kubectl", "Update");
  }

  private static Input pod(String uid, Input owner) {
    return Input.object("Pod", uid, uid)
        .resourceVersion("2")
        .ownedBy(owner)
        .status("{conditions: [{type: 'Ready', status: 'True'}]}");
  }

  /** A deployment and its pod, with a trace of each. */
  private Input seen(String uid) {
    Input deployment = deployment(uid);
    receive(deployment);
    receive(pod(uid + "-pod", deployment));
    harness.event(
        Input.event(uid + "-event", deployment, "ScalingReplicaSet").at(now()).envelope());
    return deployment;
  }

  @Test
  void shouldForgetWhatNoListContainsAndKeepWhatOneDoes() {
    Input left = seen("left");
    seen("lost");
    harness.pass(Duration.ofMinutes(10));
    assertThat(kept("lost-pod")).isNotEmpty();
    assertThat(harness.counters.sum(Metric.FINISHED_TRACES)).isEqualTo(2);

    Instant startedAt = harness.now();
    harness.pass(Duration.ofSeconds(1));
    receive(left);
    listed("apps", "Deployment", startedAt);
    receive(pod("left-pod", left));
    listed("", "Pod", startedAt);
    harness.pass(WINDOW.multipliedBy(2).plus(RETENTION.multipliedBy(2)));

    assertThat(kept("lost")).isEmpty();
    assertThat(kept("left-pod"))
        .anyMatch(key -> key.startsWith(Names.OBJECTS_STORE))
        .anyMatch(key -> key.startsWith(Names.LINEAGE_STORE))
        .anyMatch(key -> key.startsWith(Names.ITEMS_STORE));
    assertThat(kept("left")).anyMatch(key -> key.startsWith(Names.ROOTS_STORE));
    assertThat(kept("list/")).isEmpty();
    assertThat(harness.counters.sum(Metric.MISSED_DELETIONS)).isEqualTo(2);
    assertThat(harness.counters.sum(Metric.FINISHED_TRACES)).isEqualTo(2);
  }

  @Test
  void shouldForgetNothingByAListThatOnlyAnnouncesAKind() {
    seen("left");
    harness.pass(Duration.ofMinutes(1));

    listed("apps", "Deployment", Instant.EPOCH);
    harness.pass(WINDOW.multipliedBy(2).plus(RETENTION.multipliedBy(2)));

    assertThat(harness.counters.sum(Metric.MISSED_DELETIONS)).isZero();
    assertThat(kept("left")).anyMatch(key -> key.startsWith(Names.ROOTS_STORE));
  }

  /** A list that is wrong, or that another connector wrote of which this one is a copy. */
  @Test
  void shouldFindAgainWhatIsReceivedBeforeItCountsAsDeleted() {
    Input left = seen("left");
    harness.pass(Duration.ofMinutes(1));
    listed("apps", "Deployment", harness.now());
    harness.pass(WINDOW.minusSeconds(20));
    assertThat(harness.counters.sum(Metric.MISSED_DELETIONS)).isEqualTo(1);

    receive(left);
    harness.pass(WINDOW.multipliedBy(2).plus(RETENTION.multipliedBy(2)));

    assertThat(kept("left"))
        .anyMatch(key -> key.startsWith(Names.OBJECTS_STORE))
        .anyMatch(key -> key.startsWith(Names.ROOTS_STORE));
  }

  @Test
  void shouldBeginAnewWithWhatIsReceivedAfterItCountedAsDeleted() {
    Input back = seen("back");
    harness.pass(Duration.ofMinutes(1));
    listed("apps", "Deployment", harness.now());
    harness.pass(WINDOW.plus(Duration.ofSeconds(20)));

    receive(back);
    harness.event(Input.event("later", back, "ScalingReplicaSet").at(now()).envelope());
    harness.pass(WINDOW.multipliedBy(2).plus(RETENTION.multipliedBy(2)));

    assertThat(kept("back"))
        .anyMatch(key -> key.startsWith(Names.OBJECTS_STORE))
        .anyMatch(key -> key.startsWith(Names.LINEAGE_STORE))
        .anyMatch(key -> key.startsWith(Names.ROOTS_STORE));
    assertThat(harness.counters.sum(Metric.FINISHED_TRACES)).isEqualTo(2);
  }
}
