package io.kspan.topology.config;

import static org.apache.kafka.common.config.ConfigDef.Importance.HIGH;
import static org.apache.kafka.common.config.ConfigDef.NO_DEFAULT_VALUE;
import static org.apache.kafka.common.config.ConfigDef.Type.STRING;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.NonEmptyString;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * Settings of a command that reads topics with Kafka clients of its own; keys with the prefix
 * {@code kafka.} go to them as they are. Immutable and thread-safe.
 *
 * <p>Unknown own keys are refused, because a misspelt setting would have no effect.
 */
public abstract class ClientConfig extends AbstractConfig {
  protected static final String KAFKA_PREFIX = "kafka.";

  public static final String BOOTSTRAP_SERVERS_CONFIG = "bootstrap.servers";
  private static final String BOOTSTRAP_SERVERS_DOC = "Kafka brokers, host:port, comma-separated.";

  protected static final String TOPIC_PREFIX_CONFIG = "topic.prefix";
  protected static final String SHUTDOWN_TIMEOUT_CONFIG = "shutdown.timeout.ms";

  /** Settings of consumers that the commands depend on, so they cannot be set. */
  private static final Map<String, Object> FIXED_CONSUMER_SETTINGS =
      Map.of(
          // By hand, or not at all.
          ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG,
          false,
          // Spans of an aborted transaction are written again by the topology.
          ConsumerConfig.ISOLATION_LEVEL_CONFIG,
          "read_committed",
          // A missing topic is an error at start, not an empty topic with default settings.
          ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG,
          false,
          ConsumerConfig.KEY_DESERIALIZER_CLASS_CONFIG,
          ByteArrayDeserializer.class,
          ConsumerConfig.VALUE_DESERIALIZER_CLASS_CONFIG,
          ByteArrayDeserializer.class);

  /** The settings of Kafka clients, without prefix. */
  protected final Map<String, String> kafka = new HashMap<>();

  /**
   * Reads settings; a {@link ConfigException} names key, value and remedy.
   *
   * @param program that they are of, for messages
   * @param passedOn prefixes of keys that are not its own
   * @param others what these are, for messages
   */
  protected ClientConfig(
      ConfigDef definition,
      Map<String, String> properties,
      String program,
      List<String> passedOn,
      String others) {
    super(
        definition,
        SettingValues.checked(definition, own(definition, properties, passedOn, others)),
        false);
    properties.forEach(
        (key, value) -> {
          if (key.startsWith(KAFKA_PREFIX)) {
            kafka.put(key.substring(KAFKA_PREFIX.length()), value);
          }
        });
    for (String key : fixedConsumerSettings()) {
      if (kafka.containsKey(key)) {
        throw new ConfigException(
            KAFKA_PREFIX + key,
            kafka.get(key),
            program + " needs its own value; remove this setting");
      }
    }
  }

  /** The keys that all have, at the beginning of a definition. */
  protected static ConfigDef keys(String topicPrefixDoc) {
    return new ConfigDef()
        .define(
            BOOTSTRAP_SERVERS_CONFIG,
            STRING,
            NO_DEFAULT_VALUE,
            new NonEmptyString(),
            HIGH,
            BOOTSTRAP_SERVERS_DOC)
        .define(TOPIC_PREFIX_CONFIG, STRING, "k8s.", HIGH, topicPrefixDoc);
  }

  private static Map<String, String> own(
      ConfigDef definition, Map<String, String> properties, List<String> passedOn, String others) {
    Map<String, String> own = new HashMap<>(properties);
    own.keySet().removeIf(key -> passedOn.stream().anyMatch(key::startsWith));
    UnknownSettings.refuse(own.keySet(), definition.names(), others);
    return own;
  }

  /** The keys of consumers that cannot be set. */
  public static Set<String> fixedConsumerSettings() {
    return FIXED_CONSUMER_SETTINGS.keySet();
  }

  public final String bootstrapServers() {
    return getString(BOOTSTRAP_SERVERS_CONFIG);
  }

  /** Where probes and scrapes are answered; empty for nowhere. */
  public final Optional<InetSocketAddress> httpListen() {
    return HttpListen.parse(getString(HttpListen.CONFIG));
  }

  /** How long stopping may take. */
  public final Duration shutdownTimeout() {
    return Duration.ofMillis(getLong(SHUTDOWN_TIMEOUT_CONFIG));
  }

  /** All settings in one line, without secrets. */
  public final String effective() {
    Map<String, Object> all = new HashMap<>(values());
    kafka.forEach((key, value) -> all.put(KAFKA_PREFIX + key, value));
    all.putAll(passedOn());
    return EffectiveSettings.of(all);
  }

  /** Settings for others than Kafka clients, with their prefix. */
  protected Map<String, String> passedOn() {
    return Map.of();
  }

  /** Settings of a consumer; {@code defaults} give way to those that are set. */
  protected final Map<String, Object> consumer(Map<String, Object> defaults) {
    Map<String, Object> settings = new HashMap<>(defaults);
    settings.putIfAbsent(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
    settings.putAll(kafka);
    settings.putAll(FIXED_CONSUMER_SETTINGS);
    settings.put(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers());
    return settings;
  }

  /** Settings of an admin client. */
  public final Map<String, Object> admin() {
    Map<String, Object> settings = new HashMap<>(kafka);
    settings.keySet().retainAll(AdminClientConfig.configNames());
    settings.put(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers());
    return settings;
  }
}
