package io.kspan.topology.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.kspan.topology.application.SpanTopologyApplication;
import io.kspan.topology.names.Names;
import io.kspan.topology.names.Topics;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.apache.kafka.clients.consumer.ConsumerInterceptor;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** While an instance restores its state, however long that takes, it lives and is not ready. */
class RestoreReadinessIT {
  private static final String PREFIX = "restore.";
  private static final String GROUP = PREFIX + "topology";

  @TempDir private Path folder;

  /** Holds the restore of one store at its first records. */
  public static final class Held implements ConsumerInterceptor<byte[], byte[]> {
    private static volatile String topic;
    private static CountDownLatch begun;
    private static CountDownLatch released;

    static void hold(String restored) {
      topic = restored;
      begun = new CountDownLatch(1);
      released = new CountDownLatch(1);
    }

    @Override
    public ConsumerRecords<byte[], byte[]> onConsume(ConsumerRecords<byte[], byte[]> records) {
      if (records.partitions().stream().anyMatch(partition -> partition.topic().equals(topic))) {
        begun.countDown();
        try {
          released.await();
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
        }
      }
      return records;
    }

    @Override
    public void onCommit(Map<TopicPartition, OffsetAndMetadata> offsets) {
      // A restore commits nothing.
    }

    @Override
    public void configure(Map<String, ?> configs) {
      // One topic for all consumers.
    }

    @Override
    public void close() {
      // Nothing is open.
    }
  }

  private Map<String, String> settings(Broker broker, String state) {
    Map<String, String> settings = new HashMap<>(broker.settings(PREFIX, folder));
    settings.put("watermark.lateness.ms", "2000");
    settings.put("kafka.state.dir", folder.resolve(state).toString());
    return settings;
  }

  @ParameterizedTest
  @ValueSource(strings = {Names.LINEAGE_STORE, Names.OBJECTS_STORE})
  void shouldLiveButNotBeReadyUntilItsStateIsRestored(String store) throws Exception {
    try (Broker broker = Broker.start()) {
      broker.createTopics(PREFIX);
      broker.write(PREFIX, Broker.rollouts(2, 4));
      try (SpanTopologyApplication before =
          new SpanTopologyApplication(settings(broker, "before"))) {
        before.start();
        await().atMost(Kafka.PATIENCE).until(() -> broker.hasRead(PREFIX, GROUP));
      }

      Held.hold(
          store.equals(Names.LINEAGE_STORE)
              ? Topics.withPrefix(PREFIX).lineage()
              : Names.changelogTopic(GROUP, store));
      Map<String, String> settings = settings(broker, "after");
      settings.put("kafka.global.consumer.interceptor.classes", Held.class.getName());
      settings.put("kafka.restore.consumer.interceptor.classes", Held.class.getName());
      try (SpanTopologyApplication after = new SpanTopologyApplication(settings)) {
        // Returns when the global store is restored.
        CompletableFuture<Void> started = CompletableFuture.runAsync(after::start);
        try {
          await().atMost(Kafka.PATIENCE).until(() -> Held.begun.getCount() == 0);
          assertThat(after.notReady()).hasValueSatisfying(why -> assertThat(why).contains("state"));
          assertThat(after.notAlive()).isEmpty();
        } finally {
          Held.released.countDown();
        }
        started.get();
        await().atMost(Kafka.PATIENCE).until(() -> after.notReady().isEmpty());
      }
    }
  }
}
