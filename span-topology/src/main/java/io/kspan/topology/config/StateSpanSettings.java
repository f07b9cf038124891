package io.kspan.topology.config;

import static org.apache.kafka.common.config.ConfigDef.Importance.MEDIUM;
import static org.apache.kafka.common.config.ConfigDef.Type.STRING;
import static org.apache.kafka.common.config.ConfigDef.ValidString.in;

import io.kspan.topology.envelope.StatusFactsReader;
import java.util.Locale;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigDef;

/** The keys of state spans. Stateless. */
final class StateSpanSettings {
  static final String STATE_SPANS_CONFIG = "trace.state.spans";
  static final String STATE_SPANS_DOC =
      "Spans of what objects say between Events: how long a pod waited, ran, became ready and terminated, with exit codes"
          + " ('pods'); also how long owners and custom kinds were not ready or available ('all'); or none ('off'). A"
          + " change of this setting counts for versions of objects that are received after it.";

  private StateSpanSettings() {}

  static void define(ConfigDef keys) {
    keys.define(
        STATE_SPANS_CONFIG, STRING, "pods", in("off", "pods", "all"), MEDIUM, STATE_SPANS_DOC);
  }

  static StatusFactsReader reader(AbstractConfig config) {
    String objects = config.getString(STATE_SPANS_CONFIG).toUpperCase(Locale.ROOT);
    return new StatusFactsReader(StatusFactsReader.Objects.valueOf(objects));
  }
}
