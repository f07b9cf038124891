package io.kspan.topology.config;

import static org.apache.kafka.common.config.ConfigDef.Importance.LOW;
import static org.apache.kafka.common.config.ConfigDef.Importance.MEDIUM;
import static org.apache.kafka.common.config.ConfigDef.Range.atLeast;
import static org.apache.kafka.common.config.ConfigDef.Type.LONG;
import static org.apache.kafka.common.config.ConfigDef.Type.STRING;
import static org.apache.kafka.common.config.ConfigDef.ValidString.in;

import io.kspan.topology.envelope.StatusFactsReader;
import java.util.Locale;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigDef;

/** The keys of what is written besides Events and changes. Stateless. */
final class StateSpanSettings {
  static final String STATE_SPANS_CONFIG = "trace.state.spans";
  static final String STATE_SPANS_DOC =
      "Spans of what objects say between Events: how long a pod waited, ran, became ready and terminated, with exit codes"
          + " ('pods'); also how long owners and custom kinds were not ready or available ('all'); or none ('off'). A"
          + " change of this setting counts for versions of objects that are received after it.";

  static final String PROVISIONAL_AFTER_CONFIG = "trace.provisional.after.ms";
  static final String PROVISIONAL_AFTER_DOC =
      "How long a change or activity is open before its root span is written as provisional, with the ids that it will"
          + " have and kspan.provisional=true, for a backend that merges spans by their ids; 0 for never.";

  private StateSpanSettings() {}

  static void define(ConfigDef keys) {
    keys.define(
        STATE_SPANS_CONFIG, STRING, "pods", in("off", "pods", "all"), MEDIUM, STATE_SPANS_DOC);
    keys.define(PROVISIONAL_AFTER_CONFIG, LONG, 0, atLeast(0), LOW, PROVISIONAL_AFTER_DOC);
  }

  static StatusFactsReader reader(AbstractConfig config) {
    String objects = config.getString(STATE_SPANS_CONFIG).toUpperCase(Locale.ROOT);
    return new StatusFactsReader(StatusFactsReader.Objects.valueOf(objects));
  }
}
