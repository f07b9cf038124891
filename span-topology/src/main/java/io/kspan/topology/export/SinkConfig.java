package io.kspan.topology.export;

import static org.apache.kafka.common.config.ConfigDef.Importance.LOW;
import static org.apache.kafka.common.config.ConfigDef.Importance.MEDIUM;
import static org.apache.kafka.common.config.ConfigDef.Range.atLeast;
import static org.apache.kafka.common.config.ConfigDef.Type.BOOLEAN;
import static org.apache.kafka.common.config.ConfigDef.Type.INT;
import static org.apache.kafka.common.config.ConfigDef.Type.LONG;
import static org.apache.kafka.common.config.ConfigDef.Type.STRING;

import io.kspan.topology.config.ClientConfig;
import io.kspan.topology.config.HttpListen;
import io.kspan.topology.config.LogSettings;
import io.kspan.topology.names.Topics;
import io.kspan.topology.otlp.Signal;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.CooperativeStickyAssignor;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.NonEmptyString;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * The sink's own settings; keys with the prefix {@code otel.} go to the exporter. Immutable and
 * thread-safe.
 */
final class SinkConfig extends ClientConfig {
  static final String OTEL_PREFIX = "otel.";
  private static final int MIB = 1 << 20;

  static final String TOPIC_PREFIX_DOC =
      "Names the topics: <prefix>spans, <prefix>changes, <prefix>logs, <prefix>dead-letters.";

  static final String GROUP_ID_CONFIG = "sink.group.id";
  static final String GROUP_ID_DOC =
      "Consumer group; sinks of one group share the work, each group exports everything.";

  static final String BATCH_MAX_BYTES_CONFIG = "sink.batch.max.bytes";
  static final String BATCH_MAX_BYTES_DOC =
      "Largest request to the backend; gRPC servers refuse more than 4 MiB by default.";

  static final String BUFFER_MAX_BYTES_CONFIG = "sink.buffer.max.bytes";
  static final String BUFFER_MAX_BYTES_DOC =
      "What is read ahead of the backend; above it the partitions are paused.";

  static final String BACKOFF_MIN_CONFIG = "sink.backoff.min.ms";
  static final String BACKOFF_MIN_DOC = "Wait after the first failed export; doubled by each more.";

  static final String BACKOFF_MAX_CONFIG = "sink.backoff.max.ms";
  static final String BACKOFF_MAX_DOC = "Longest wait between two attempts.";

  static final String CHANGES_CONFIG = "sink.changes.metrics";
  static final String CHANGES_DOC =
      "Whether to make metrics of the changes topic; in one group of sinks only, if there are several, and not where"
          + " the topology has changes.enabled=false.";

  static final String WORKLOAD_CONFIG = "sink.changes.workload";
  static final String WORKLOAD_DOC =
      "Whether kspan.change.duration also has the name of the root object; up to 2000 series an instance,"
          + " the rest together.";

  static final String SHUTDOWN_TIMEOUT_DOC =
      "How long stopping may take; a request that is not answered by then is sent again by the next sink.";

  private static final ConfigDef DEFINITION =
      keys(TOPIC_PREFIX_DOC)
          .define(
              GROUP_ID_CONFIG,
              STRING,
              "kspan-otlp-sink",
              new NonEmptyString(),
              MEDIUM,
              GROUP_ID_DOC)
          .define(BATCH_MAX_BYTES_CONFIG, INT, 3 * MIB, atLeast(1024), MEDIUM, BATCH_MAX_BYTES_DOC)
          .define(BUFFER_MAX_BYTES_CONFIG, INT, 16 * MIB, atLeast(1024), LOW, BUFFER_MAX_BYTES_DOC)
          .define(BACKOFF_MIN_CONFIG, LONG, 500, atLeast(1), LOW, BACKOFF_MIN_DOC)
          .define(BACKOFF_MAX_CONFIG, LONG, 30_000, atLeast(1), LOW, BACKOFF_MAX_DOC)
          .define(CHANGES_CONFIG, BOOLEAN, true, MEDIUM, CHANGES_DOC)
          .define(WORKLOAD_CONFIG, BOOLEAN, false, LOW, WORKLOAD_DOC)
          .define(SHUTDOWN_TIMEOUT_CONFIG, LONG, 20_000, atLeast(1), LOW, SHUTDOWN_TIMEOUT_DOC)
          .define(HttpListen.CONFIG, STRING, "", HttpListen.VALID, MEDIUM, HttpListen.DOC);

  static {
    LogSettings.define(DEFINITION);
  }

  private final Map<String, String> otel = new HashMap<>();

  SinkConfig(Map<String, String> properties) {
    super(
        DEFINITION,
        properties,
        "the sink",
        List.of(KAFKA_PREFIX, OTEL_PREFIX),
        "settings of Kafka clients take the prefix "
            + KAFKA_PREFIX
            + ", those of the exporter begin with "
            + OTEL_PREFIX);
    properties.forEach(
        (key, value) -> {
          if (key.startsWith(OTEL_PREFIX)) {
            otel.put(key, value);
          }
        });
    if (backoffMin().compareTo(backoffMax()) > 0) {
      throw new ConfigException(
          BACKOFF_MIN_CONFIG,
          backoffMin().toMillis(),
          "must not be above " + BACKOFF_MAX_CONFIG + " (" + backoffMax().toMillis() + ")");
    }
  }

  Topics topics() {
    Topics all = Topics.withPrefix(getString(TOPIC_PREFIX_CONFIG));
    Topics changes = getBoolean(CHANGES_CONFIG) ? all : all.withoutChanges();
    return getBoolean(LogSettings.CONFIG) ? changes : changes.withoutLogs();
  }

  /** What this sink exports. */
  List<Signal> signals() {
    return topics().hasLogs() ? List.of(Signal.TRACES, Signal.LOGS) : List.of(Signal.TRACES);
  }

  String topic(Signal signal) {
    return signal == Signal.TRACES ? topics().spans() : topics().logs();
  }

  boolean namesWorkload() {
    return getBoolean(WORKLOAD_CONFIG);
  }

  String groupId() {
    return getString(GROUP_ID_CONFIG);
  }

  int batchMaxBytes() {
    return getInt(BATCH_MAX_BYTES_CONFIG);
  }

  int bufferMaxBytes() {
    return getInt(BUFFER_MAX_BYTES_CONFIG);
  }

  Duration backoffMin() {
    return Duration.ofMillis(getLong(BACKOFF_MIN_CONFIG));
  }

  Duration backoffMax() {
    return Duration.ofMillis(getLong(BACKOFF_MAX_CONFIG));
  }

  static ConfigDef definition() {
    return new ConfigDef(DEFINITION);
  }

  /** Exporter settings that take precedence over the environment. */
  Map<String, String> otel() {
    return otel;
  }

  @Override
  protected Map<String, String> passedOn() {
    return otel;
  }

  Map<String, Object> consumer() {
    Map<String, Object> defaults = new HashMap<>();
    if (!"consumer".equalsIgnoreCase(kafka.get(ConsumerConfig.GROUP_PROTOCOL_CONFIG))) {
      // A rebalance takes away only what moves; the rest goes on. With KIP-848 the broker does
      // that.
      defaults.put(
          ConsumerConfig.PARTITION_ASSIGNMENT_STRATEGY_CONFIG,
          CooperativeStickyAssignor.class.getName());
    }
    // The default of 50 MiB per fetch would be most of the memory of a small sink.
    defaults.put(ConsumerConfig.FETCH_MAX_BYTES_CONFIG, 8 * MIB);
    // One poll at most lies above the buffer's bound: 32 MiB of the topology's largest records.
    defaults.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, 64);
    Map<String, Object> settings = consumer(defaults);
    settings.put(ConsumerConfig.GROUP_ID_CONFIG, groupId());
    return settings;
  }

  Map<String, Object> producer() {
    Map<String, Object> settings = new HashMap<>();
    // Together well below max.poll.interval.ms: the sink's one thread waits for the broker's
    // answer.
    settings.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, 10_000);
    settings.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, 30_000);
    settings.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, 15_000);
    // A record as large as the consumer was given must get out again, headers included.
    settings.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, 16 * MIB);
    kafka.forEach(
        (key, value) -> {
          if (ProducerConfig.configNames().contains(key)) {
            settings.put(key, value);
          }
        });
    settings.put(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers());
    settings.put(ProducerConfig.KEY_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class);
    settings.put(ProducerConfig.VALUE_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class);
    return settings;
  }
}
