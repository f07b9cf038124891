package io.kspan.topology.config;

import static java.util.stream.Collectors.joining;

import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.apache.kafka.common.config.types.Password;

/** Shows settings without secrets. Stateless. */
public final class EffectiveSettings {
  // Kafka's own names for what must not be shown; keys of third-party login modules follow them.
  // Headers of OTLP carry API keys.
  private static final Pattern SECRET =
      Pattern.compile(
          "password|secret|jaas|token|credential|keystore.key|headers", Pattern.CASE_INSENSITIVE);
  private static final Pattern USER_IN_URL = Pattern.compile("(?<=://)[^/@\\s]+(?=@)");

  private static final String OWN = "kspan.";

  private EffectiveSettings() {}

  /** One line, by key. */
  public static String of(Map<?, ?> settings) {
    Map<String, String> shown = new TreeMap<>();
    settings.forEach((key, value) -> shown.put(key.toString(), shown(key.toString(), value)));
    return shown.entrySet().stream()
        .map(setting -> setting.getKey() + "=" + setting.getValue())
        .collect(joining(", "));
  }

  /**
   * The settings of Kafka Streams by their keys here, without secrets and without the internal ones
   * of our own classes.
   */
  public static Map<String, String> ofKafka(Map<?, ?> settings) {
    Map<String, String> shown = new TreeMap<>();
    settings.forEach(
        (key, value) -> {
          if (!key.toString().startsWith(OWN)) {
            shown.put(TopologyConfig.KAFKA_PREFIX + key, shown(key.toString(), value));
          }
        });
    return shown;
  }

  /** A value, or that it is hidden. */
  public static String shown(String key, Object value) {
    if (SECRET.matcher(key).find()) {
      return Password.HIDDEN;
    }
    String text = value instanceof Class<?> type ? type.getName() : String.valueOf(value);
    return USER_IN_URL.matcher(text).replaceAll(Password.HIDDEN);
  }
}
