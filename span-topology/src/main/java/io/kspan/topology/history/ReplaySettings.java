package io.kspan.topology.history;

import io.kspan.topology.config.TopologyConfig;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.streams.StreamsConfig;

/** Which settings of the live application, and of its sink, a replay takes over. Stateless. */
final class ReplaySettings {
  private static final String SINK_PREFIX = "sink.";
  private static final String OTEL_PREFIX = "otel.";
  private static final String KAFKA = TopologyConfig.KAFKA_PREFIX;

  /** What the sink sets itself. */
  private static final Set<String> OF_THE_SINK =
      Set.of(
          ConsumerConfig.GROUP_INSTANCE_ID_CONFIG,
          ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG,
          ConsumerConfig.ISOLATION_LEVEL_CONFIG,
          ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG,
          ConsumerConfig.KEY_DESERIALIZER_CLASS_CONFIG,
          ConsumerConfig.VALUE_DESERIALIZER_CLASS_CONFIG);

  private ReplaySettings() {}

  /** Those of the topology. */
  static Map<String, String> topology(Map<String, String> properties) {
    Map<String, String> topology = new HashMap<>(properties);
    topology
        .keySet()
        .removeIf(
            key ->
                key.startsWith(SINK_PREFIX)
                    || key.startsWith(OTEL_PREFIX)
                        && !key.equals(TopologyConfig.RESOURCE_ATTRIBUTES_CONFIG));
    return topology;
  }

  /**
   * Refuses what would not replay the live run.
   *
   * @throws ConfigException naming the key
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

  /** {@code topology}, as one lonely instance with a group of its own. */
  static Map<String, String> own(Map<String, String> topology, ReplayNames names) {
    Map<String, String> own = new HashMap<>(topology);
    own.put(TopologyConfig.APPLICATION_ID_CONFIG, names.id());
    own.putIfAbsent(
        KAFKA + StreamsConfig.NUM_STREAM_THREADS_CONFIG,
        Integer.toString(Runtime.getRuntime().availableProcessors()));
    // Offsets are committed for it before it starts, which makes a classic group.
    own.put(KAFKA + StreamsConfig.GROUP_PROTOCOL_CONFIG, "classic");
    own.put(KAFKA + StreamsConfig.NUM_STANDBY_REPLICAS_CONFIG, "0");
    own.remove(KAFKA + CommonClientConfigs.GROUP_INSTANCE_ID_CONFIG);
    own.remove(KAFKA + CommonClientConfigs.CLIENT_ID_CONFIG);
    return own;
  }

  /** Those of the sink over the topics of {@code names}. */
  static Map<String, String> sink(Map<String, String> properties, ReplayNames names) {
    Map<String, String> sink = new HashMap<>();
    properties.forEach(
        (key, value) -> {
          boolean ofClients =
              key.startsWith(KAFKA)
                  && ConsumerConfig.configNames().contains(key.substring(KAFKA.length()))
                  && !OF_THE_SINK.contains(key.substring(KAFKA.length()));
          if (ofClients || key.startsWith(SINK_PREFIX) || key.startsWith(OTEL_PREFIX)) {
            sink.put(key, value);
          }
        });
    sink.remove(TopologyConfig.RESOURCE_ATTRIBUTES_CONFIG);
    sink.put(
        TopologyConfig.BOOTSTRAP_SERVERS_CONFIG,
        properties.get(TopologyConfig.BOOTSTRAP_SERVERS_CONFIG));
    sink.put(TopologyConfig.TOPIC_PREFIX_CONFIG, names.prefix());
    sink.put("sink.group.id", names.sinkGroup());
    return sink;
  }
}
