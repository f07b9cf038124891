package io.kspan.topology.history;

import io.kspan.topology.config.LogSettings;
import io.kspan.topology.config.TopologyConfig;
import io.kspan.topology.export.OtlpSink;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.streams.StreamsConfig;

/** Derives the settings of a replay from those of the live application and sink. Stateless. */
final class ReplaySettings {
  private static final String SINK_PREFIX = "sink.";
  private static final String OTEL_PREFIX = "otel.";
  private static final String KAFKA = TopologyConfig.KAFKA_PREFIX;

  private ReplaySettings() {}

  static Map<String, String> topology(Map<String, String> properties) {
    Map<String, String> topology = new HashMap<>(properties);
    topology.keySet().removeIf(key -> isOfSink(key) && !isResourceAttributes(key));
    return topology;
  }

  private static boolean isOfSink(String key) {
    return key.startsWith(SINK_PREFIX) || key.startsWith(OTEL_PREFIX);
  }

  private static boolean isResourceAttributes(String key) {
    return key.equals(TopologyConfig.RESOURCE_ATTRIBUTES_CONFIG);
  }

  /**
   * Throws a {@link ConfigException} for settings with which a replay cannot repeat the live run.
   */
  static void check(TopologyConfig live) {
    if (live.rekeysInput()) {
      throw new ConfigException(
          TopologyConfig.INPUT_REKEY_CONFIG,
          true,
          "is for the live run only; a replay needs topics that are keyed by the references of objects");
    }
    if (live.latenessMillis() == Long.MAX_VALUE) {
      throw new ConfigException(
          TopologyConfig.WATERMARK_LATENESS_CONFIG,
          TopologyConfig.INFINITE,
          "is for captures; a replay of topics follows the rules of the live run: give its value");
    }
  }

  /** {@code topology} for a single instance with a group of its own. */
  static Map<String, String> own(Map<String, String> topology, ReplayNames names) {
    Map<String, String> own = new HashMap<>(topology);
    own.put(TopologyConfig.APPLICATION_ID_CONFIG, names.id());
    own.putIfAbsent(
        KAFKA + StreamsConfig.NUM_STREAM_THREADS_CONFIG,
        Integer.toString(Runtime.getRuntime().availableProcessors()));
    // Offsets are committed for the group before it starts, which makes it a classic group.
    own.put(KAFKA + StreamsConfig.GROUP_PROTOCOL_CONFIG, "classic");
    own.put(KAFKA + StreamsConfig.NUM_STANDBY_REPLICAS_CONFIG, "0");
    own.remove(KAFKA + CommonClientConfigs.GROUP_INSTANCE_ID_CONFIG);
    own.remove(KAFKA + CommonClientConfigs.CLIENT_ID_CONFIG);
    return own;
  }

  /** The settings of the sink among {@code properties}, for the topics of {@code names}. */
  static Map<String, String> sink(Map<String, String> properties, ReplayNames names) {
    Map<String, String> sink = new HashMap<>(properties);
    sink.keySet()
        .removeIf(key -> isResourceAttributes(key) || !isOfSink(key) && !isOfConsumer(key));
    sink.put(
        TopologyConfig.BOOTSTRAP_SERVERS_CONFIG,
        properties.get(TopologyConfig.BOOTSTRAP_SERVERS_CONFIG));
    sink.put(TopologyConfig.TOPIC_PREFIX_CONFIG, names.prefix());
    sink.put("sink.group.id", names.sinkGroup());
    sink.put("sink.changes.metrics", "false");
    sink.put(LogSettings.CONFIG, properties.getOrDefault(LogSettings.CONFIG, "false"));
    return sink;
  }

  private static boolean isOfConsumer(String key) {
    if (!key.startsWith(KAFKA)) {
      return false;
    }
    String name = key.substring(KAFKA.length());
    return ConsumerConfig.configNames().contains(name)
        && !name.equals(ConsumerConfig.GROUP_INSTANCE_ID_CONFIG)
        && !OtlpSink.fixedConsumerSettings().contains(name);
  }
}
