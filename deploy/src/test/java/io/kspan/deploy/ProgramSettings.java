package io.kspan.deploy;

import io.kspan.topology.config.StreamsDefaults;
import io.kspan.topology.config.TopologyConfig;
import io.kspan.topology.doctor.Doctor;
import io.kspan.topology.export.OtlpSink;
import io.kspan.topology.metrics.Metrics;
import io.kspan.topology.serve.TracesServer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.streams.StreamsConfig;

/** Gives settings to the programs themselves, and says what they object to. */
final class ProgramSettings {
  /** The variables that running-the-topology.md and metrics.md document. */
  private static final Set<String> OTEL_NAMES =
      Set.of("OTEL_RESOURCE_ATTRIBUTES", "OTEL_SERVICE_NAME", "OTEL_METRICS_EXPORTER");

  private static final String OTLP =
      "OTEL_EXPORTER_OTLP_(TRACES_|METRICS_)?"
          + "(ENDPOINT|PROTOCOL|HEADERS|COMPRESSION|TIMEOUT|CERTIFICATE|CLIENT_KEY|CLIENT_CERTIFICATE)";

  private static final String KAFKA = "kafka.";
  private static final Doctor.Options WHOLE_CHAIN =
      new Doctor.Options(Optional.empty(), Optional.empty(), Duration.ZERO, true, true);
  private static final Duration MARGIN = Duration.ofSeconds(2);

  private final String command;
  private final Map<String, String> settings;
  private final Map<String, String> environment;

  /**
   * Settings as a command would merge them.
   *
   * @param command run, sink, serve or doctor
   * @param file what the properties file holds
   * @param environment of the process
   * @param options of {@code --set}
   */
  ProgramSettings(
      String command,
      Map<String, String> file,
      Map<String, String> environment,
      Map<String, String> options) {
    this.command = command;
    this.environment = Map.copyOf(environment);
    settings = new HashMap<>(file);
    environment.forEach(
        (name, value) -> {
          if (name.startsWith("KSPAN_")) {
            settings.put(
                name.substring("KSPAN_".length()).toLowerCase(Locale.ROOT).replace('_', '.'),
                value);
          }
        });
    settings.putAll(options);
  }

  String get(String key) {
    return settings.getOrDefault(key, "");
  }

  /** The longest time that a process needs to stop. */
  Duration longestStop() {
    String millis = settings.getOrDefault("shutdown.timeout.ms", "20000");
    return Duration.ofMillis(Long.parseLong(millis)).plus(MARGIN);
  }

  /** The problems; empty if the program starts with these settings. */
  List<String> problems() {
    List<String> problems = new ArrayList<>();
    for (String name : new TreeSet<>(environment.keySet())) {
      if (name.startsWith("OTEL_") && !OTEL_NAMES.contains(name) && !name.matches(OTLP)) {
        problems.add(name + " is not read by any program");
      } else if (!name.matches("(KSPAN|OTEL)_.+|POD_NAME|POD_IP|JDK_JAVA_OPTIONS")) {
        problems.add(name + " is not read by any program");
      }
    }
    Set<String> known = kafkaSettings();
    for (String key : new TreeSet<>(settings.keySet())) {
      if (key.startsWith(KAFKA) && !known.contains(key.substring(KAFKA.length()))) {
        problems.add(key + " is no setting of Kafka Streams or a Kafka client");
      }
    }
    try {
      start();
    } catch (ConfigException | IllegalArgumentException e) {
      problems.add(command + " refuses its settings: " + e.getMessage());
    }
    return problems;
  }

  private void start() {
    switch (command) {
      case "run" -> new StreamsConfig(StreamsDefaults.of(new TopologyConfig(settings)));
      case "sink" -> new OtlpSink(settings, environment, new Metrics()).close(Duration.ZERO);
      case "serve" -> new TracesServer(settings, new Metrics()).close();
      case "doctor" -> new Doctor(settings, environment, WHOLE_CHAIN).close();
      default -> throw new IllegalArgumentException("there is no command '" + command + "'");
    }
  }

  /** Names of settings of Kafka Streams and the Kafka clients. */
  static Set<String> kafkaSettings() {
    Set<String> names = new HashSet<>(StreamsConfig.configDef().names());
    names.addAll(ConsumerConfig.configNames());
    names.addAll(ProducerConfig.configNames());
    names.addAll(AdminClientConfig.configNames());
    // Prefix of settings for internal topics.
    names.add(StreamsConfig.topicPrefix("min.insync.replicas"));
    return names;
  }
}
