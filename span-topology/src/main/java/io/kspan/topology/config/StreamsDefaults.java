package io.kspan.topology.config;

import io.kspan.topology.errors.FailedRecordHandler;
import io.kspan.topology.errors.FailedWriteHandler;
import io.kspan.topology.errors.UnreadableRecordHandler;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.streams.StreamsConfig;

/** The Kafka Streams settings that differ from their defaults, each with its reason. */
public final class StreamsDefaults {
  private static final long NEVER = Long.MAX_VALUE;
  private static final int BATCH_BYTES = 256 * 1024;
  private static final int LINGER_MILLIS = 20;
  private static final int COMMIT_MILLIS = 200;
  private static final int IDLE_MILLIS = 1000;
  private static final int POLL_MILLIS = 200;
  private static final int METADATA_AGE_MILLIS = 60_000;

  private StreamsDefaults() {}

  /** Settings of the client; those given with the prefix {@code kafka.} win. */
  public static Properties of(TopologyConfig config) {
    Properties settings = new Properties();
    settings.put(StreamsConfig.APPLICATION_ID_CONFIG, config.applicationId());
    settings.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, config.bootstrapServers());
    // What is in k8s.spans must be a function of what is in the input topics, whatever is killed
    // when.
    settings.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.EXACTLY_ONCE_V2);
    // A transaction costs the same however little is in it; a span passes three of them.
    settings.put(StreamsConfig.COMMIT_INTERVAL_MS_CONFIG, COMMIT_MILLIS);
    // A task that waits for its other partition keeps snapshots before the events that need them.
    settings.put(StreamsConfig.MAX_TASK_IDLE_MS_CONFIG, IDLE_MILLIS);
    // Most of what an idle application costs is looking for records. One that comes ends the wait.
    settings.put(StreamsConfig.POLL_MS_CONFIG, POLL_MILLIS);
    // Poison input must not stop the stream: it goes to the dead letters, as received, with the
    // reason. A broker or a disk that fails must: no record is to blame for it.
    settings.put(
        StreamsConfig.DESERIALIZATION_EXCEPTION_HANDLER_CLASS_CONFIG,
        UnreadableRecordHandler.class);
    settings.put(
        StreamsConfig.PROCESSING_EXCEPTION_HANDLER_CLASS_CONFIG, FailedRecordHandler.class);
    settings.put(StreamsConfig.PRODUCTION_EXCEPTION_HANDLER_CLASS_CONFIG, FailedWriteHandler.class);
    // On the thread of the global store, too; the constant is deprecated because this will be the
    // default.
    settings.put("processing.exception.handler.global.enabled", true);
    settings.put(
        StreamsConfig.ERRORS_DEAD_LETTER_QUEUE_TOPIC_NAME_CONFIG, config.topics().deadLetters());
    // A generated name in a persisted contract changes with the next edit of the topology.
    settings.put(StreamsConfig.ENSURE_EXPLICIT_INTERNAL_RESOURCE_NAMING_CONFIG, true);
    // Replayed history and clocks that are ahead must not be refused by internal topics.
    settings.put(
        StreamsConfig.topicPrefix(TopicConfig.MESSAGE_TIMESTAMP_AFTER_MAX_MS_CONFIG), NEVER);
    settings.put(
        StreamsConfig.topicPrefix(TopicConfig.MESSAGE_TIMESTAMP_BEFORE_MAX_MS_CONFIG), NEVER);
    // Large compressed batches double the throughput of the whole application.
    producer(settings, ProducerConfig.BATCH_SIZE_CONFIG, BATCH_BYTES);
    producer(settings, ProducerConfig.LINGER_MS_CONFIG, LINGER_MILLIS);
    producer(settings, ProducerConfig.COMPRESSION_TYPE_CONFIG, "lz4");
    // Without a bound RocksDB takes up to 100 MiB outside the heap for each store of each task.
    settings.put(StreamsConfig.ROCKSDB_CONFIG_SETTER_CLASS_CONFIG, RocksDbMemory.class);
    settings.put(RocksDbMemory.MAX_BYTES, config.rocksDbMemoryMaxBytes());
    // A topic that lost a partition or was made anew is noticed within a minute.
    settings.put(
        StreamsConfig.consumerPrefix(ConsumerConfig.METADATA_MAX_AGE_CONFIG), METADATA_AGE_MILLIS);
    settings.putAll(config.kafkaSettings());
    return settings;
  }

  /** Settings of an admin client with the same connections. */
  public static Map<String, Object> admin(StreamsConfig settings) {
    Map<String, Object> admin = new HashMap<>(settings.getAdminConfigs("admin"));
    admin.remove(CommonClientConfigs.CLIENT_ID_CONFIG);
    return admin;
  }

  /** Whether the application joins its group by KIP-1071. */
  public static boolean isStreamsProtocol(StreamsConfig settings) {
    return "streams".equalsIgnoreCase(settings.getString(StreamsConfig.GROUP_PROTOCOL_CONFIG));
  }

  private static void producer(Properties settings, String key, Object value) {
    settings.put(StreamsConfig.producerPrefix(key), value);
  }
}
