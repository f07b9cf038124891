package io.kspan.topology.config;

import static org.apache.kafka.common.config.ConfigDef.Importance.LOW;
import static org.apache.kafka.common.config.ConfigDef.Importance.MEDIUM;
import static org.apache.kafka.common.config.ConfigDef.Range.atLeast;

import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Type;

/** The settings of the HTTP endpoint. Stateless. */
final class ReadinessSettings {
  static final String MAX_LAG_CONFIG = "readiness.max.lag";
  static final String MAX_LAG_DOC =
      "An instance that is more records behind the end of one of its input partitions is not ready.";
  private static final long MAX_LAG_DEFAULT = 10_000;

  private ReadinessSettings() {}

  static ConfigDef define(ConfigDef definition) {
    return definition
        .define(HttpListen.CONFIG, Type.STRING, "", HttpListen.VALID, MEDIUM, HttpListen.DOC)
        .define(MAX_LAG_CONFIG, Type.LONG, MAX_LAG_DEFAULT, atLeast(0), LOW, MAX_LAG_DOC);
  }
}
