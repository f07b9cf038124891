package io.kspan.topology.doctor;

import io.kspan.topology.config.StreamsDefaults;
import io.kspan.topology.config.TopologyConfig;
import io.kspan.topology.config.UnknownSettings;
import io.kspan.topology.export.OtlpSender;
import io.kspan.topology.export.OtlpSink;
import io.kspan.topology.names.Topics;
import io.kspan.topology.otlp.Signal;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.streams.StreamsConfig;

/**
 * The settings of {@code run} and of {@code sink}, which may stand together.
 *
 * <p>Immutable, but for the connections of {@link #backends}.
 *
 * @param connection settings of Kafka clients
 * @param streamsProtocol whether the application joins its group by KIP-1071
 * @param bootstrapServers as configured, for messages
 * @param backends of the signals that are written
 */
record DoctorConfig(
    TopologyConfig topology,
    String sinkGroup,
    Map<String, Object> connection,
    boolean streamsProtocol,
    String bootstrapServers,
    Map<Signal, OtlpSender> backends) {
  private static final int ANSWER_MILLIS = 10_000;
  private static final int REQUEST_MILLIS = 5_000;
  private static final String OTEL_PREFIX = "otel.";
  private static final String SINK_GROUP = "sink.group.id";

  static DoctorConfig of(Map<String, String> properties, Map<String, String> environment) {
    ConfigDef sinkKeys = OtlpSink.definition();
    Set<String> known = new HashSet<>(TopologyConfig.definition().names());
    known.addAll(sinkKeys.names());
    UnknownSettings.refuse(
        keep(properties, key -> !isForeign(key)).keySet(),
        known,
        "settings of Kafka take the prefix "
            + TopologyConfig.KAFKA_PREFIX
            + ", those of the exporter begin with "
            + OTEL_PREFIX);
    Set<String> topologyKeys = TopologyConfig.definition().names();
    TopologyConfig topology =
        new TopologyConfig(
            keep(
                properties,
                key -> topologyKeys.contains(key) || key.startsWith(TopologyConfig.KAFKA_PREFIX)));
    StreamsConfig streams = new StreamsConfig(StreamsDefaults.of(topology));
    Map<String, Object> sink =
        sinkKeys.parse(keep(properties, key -> sinkKeys.names().contains(key)));
    Map<String, Object> connection = StreamsDefaults.admin(streams);
    connection.put(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, ANSWER_MILLIS);
    connection.put(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, REQUEST_MILLIS);
    return new DoctorConfig(
        topology,
        sink.get(SINK_GROUP).toString(),
        connection,
        StreamsDefaults.isStreamsProtocol(streams),
        topology.bootstrapServers(),
        backends(
            topology.topics(), keep(properties, key -> key.startsWith(OTEL_PREFIX)), environment));
  }

  private static Map<Signal, OtlpSender> backends(
      Topics topics, Map<String, String> properties, Map<String, String> environment) {
    Map<Signal, OtlpSender> backends = new EnumMap<>(Signal.class);
    backends.put(Signal.TRACES, new OtlpSender(Signal.TRACES, properties, environment));
    if (topics.hasLogs()) {
      backends.put(Signal.LOGS, new OtlpSender(Signal.LOGS, properties, environment));
    }
    return backends;
  }

  Topics topics() {
    return topology.topics();
  }

  /** Settings of a consumer that belongs to no group. */
  Map<String, Object> consumer() {
    Map<String, Object> consumer = new HashMap<>(connection);
    consumer.keySet().retainAll(ConsumerConfig.configNames());
    return consumer;
  }

  private static boolean isForeign(String key) {
    return key.startsWith(TopologyConfig.KAFKA_PREFIX)
        || key.startsWith(OTEL_PREFIX) && !key.equals(TopologyConfig.RESOURCE_ATTRIBUTES_CONFIG);
  }

  private static Map<String, String> keep(
      Map<String, String> properties, Predicate<String> wanted) {
    Map<String, String> kept = new HashMap<>(properties);
    kept.keySet().removeIf(wanted.negate());
    return kept;
  }
}
