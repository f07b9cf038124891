package io.kspan.topology.config;

import static org.apache.kafka.common.config.ConfigDef.Importance.MEDIUM;
import static org.apache.kafka.common.config.ConfigDef.Type.BOOLEAN;

import org.apache.kafka.common.config.ConfigDef;

/** The key of the logs topic, which the topology and the sink have in common. Stateless. */
public final class LogSettings {
  /** The key. */
  public static final String CONFIG = "logs.enabled";

  static final String DOC =
      "Whether each occurrence of an Event is a log record, too, with the ids of its span: run writes them to the logs"
          + " topic, sink exports them from there.";

  private LogSettings() {}

  /** Adds the key to {@code keys}. */
  public static void define(ConfigDef keys) {
    keys.define(CONFIG, BOOLEAN, false, MEDIUM, DOC);
  }
}
