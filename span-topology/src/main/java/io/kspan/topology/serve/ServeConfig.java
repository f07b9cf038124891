package io.kspan.topology.serve;

import static org.apache.kafka.common.config.ConfigDef.Importance.HIGH;
import static org.apache.kafka.common.config.ConfigDef.Importance.LOW;
import static org.apache.kafka.common.config.ConfigDef.Importance.MEDIUM;
import static org.apache.kafka.common.config.ConfigDef.Range.atLeast;
import static org.apache.kafka.common.config.ConfigDef.Type.INT;
import static org.apache.kafka.common.config.ConfigDef.Type.LIST;
import static org.apache.kafka.common.config.ConfigDef.Type.LONG;
import static org.apache.kafka.common.config.ConfigDef.Type.STRING;

import io.kspan.topology.config.ClientConfig;
import io.kspan.topology.config.HttpListen;
import io.kspan.topology.names.Topics;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigException;

/** The settings of {@code serve}. Immutable and thread-safe. */
public final class ServeConfig extends ClientConfig {
  static final String TOPIC_PREFIX_DOC = "Names the topic that is read: <prefix>spans.";

  static final String HTTP_LISTEN_DOC =
      "Address and port of the page, /livez, /readyz and /metrics. The page has no login: by default only programs on"
          + " this machine can ask, and they must name it localhost; with another address put an authenticating proxy in"
          + " front.";

  static final String BASE_PATH_CONFIG = "serve.base.path";
  static final String BASE_PATH_DOC =
      "What the paths of the page begin with, such as /kspan behind a proxy that passes them on whole; empty for none."
          + " Probes and metrics stay where they are.";

  static final String INSTANCES_CONFIG = "serve.instances";
  static final String INSTANCES_DOC =
      "Instances of run that are asked for what is open, host:port, comma-separated: one that answers names the others."
          + " They need http.listen and kafka.application.server. Empty: only finished traces are shown.";

  static final String HISTORY_CONFIG = "serve.history.ms";
  static final String HISTORY_DOC = "How far back the spans topic is read at start.";

  static final String MAX_TRACES_CONFIG = "serve.max.traces";
  static final String MAX_TRACES_DOC = "Finished traces that are kept; the oldest go first.";

  static final String MAX_SPANS_CONFIG = "serve.max.spans";
  static final String MAX_SPANS_DOC =
      "Spans that are kept, of all traces together; one takes about 2 kB of the heap.";

  static final String SHUTDOWN_TIMEOUT_DOC = "How long stopping may take.";

  private static final Pattern BASE_PATH = Pattern.compile("(/[A-Za-z0-9._~-]+)*");
  private static final Pattern INSTANCE =
      Pattern.compile("([^\\s:/]+|\\[[0-9a-fA-F:.]+]):\\d{1,5}");

  private static final ConfigDef DEFINITION =
      keys(TOPIC_PREFIX_DOC)
          .define(
              HttpListen.CONFIG, STRING, "127.0.0.1:8080", HttpListen.VALID, HIGH, HTTP_LISTEN_DOC)
          .define(BASE_PATH_CONFIG, STRING, "", MEDIUM, BASE_PATH_DOC)
          .define(INSTANCES_CONFIG, LIST, "", HIGH, INSTANCES_DOC)
          .define(HISTORY_CONFIG, LONG, 21_600_000, atLeast(0), MEDIUM, HISTORY_DOC)
          .define(MAX_TRACES_CONFIG, INT, 10_000, atLeast(1), MEDIUM, MAX_TRACES_DOC)
          .define(MAX_SPANS_CONFIG, INT, 200_000, atLeast(1), MEDIUM, MAX_SPANS_DOC)
          .define(SHUTDOWN_TIMEOUT_CONFIG, LONG, 20_000, atLeast(1), LOW, SHUTDOWN_TIMEOUT_DOC);

  /** Reads and checks settings; a {@link ConfigException} names key, value and remedy. */
  ServeConfig(Map<String, String> properties) {
    super(
        DEFINITION,
        properties,
        "serve",
        List.of(KAFKA_PREFIX),
        "settings of Kafka clients take the prefix " + KAFKA_PREFIX);
    check();
  }

  /** For documentation. */
  public static ConfigDef definition() {
    return new ConfigDef(DEFINITION);
  }

  Topics topics() {
    return Topics.withPrefix(getString(TOPIC_PREFIX_CONFIG));
  }

  String basePath() {
    return getString(BASE_PATH_CONFIG);
  }

  List<String> instances() {
    return getList(INSTANCES_CONFIG);
  }

  Duration history() {
    return Duration.ofMillis(getLong(HISTORY_CONFIG));
  }

  int maxTraces() {
    return getInt(MAX_TRACES_CONFIG);
  }

  int maxSpans() {
    return getInt(MAX_SPANS_CONFIG);
  }

  Map<String, Object> consumer() {
    return consumer(Map.of());
  }

  private void check() {
    if (getString(HttpListen.CONFIG).isEmpty()) {
      throw new ConfigException(
          HttpListen.CONFIG, "", "serve needs an address for the page, such as 127.0.0.1:8080");
    }
    if (!BASE_PATH.matcher(basePath()).matches()) {
      throw new ConfigException(
          BASE_PATH_CONFIG,
          basePath(),
          "must be empty or a path such as /kspan, without / at the end");
    }
    for (String instance : instances()) {
      if (!INSTANCE.matcher(instance).matches()) {
        throw new ConfigException(
            INSTANCES_CONFIG, instance, "must be host:port, such as span-topology:8080");
      }
    }
  }
}
