package io.kspan.connect;

import java.util.List;
import java.util.Map;
import org.apache.kafka.common.config.ConfigDef;

/** Recommends a fixed set of values. */
final class FixedValues implements ConfigDef.Recommender {
  private final List<Object> values;

  FixedValues(String... values) {
    this.values = List.of((Object[]) values);
  }

  @Override
  public List<Object> validValues(String name, Map<String, Object> parsedConfig) {
    return values;
  }

  @Override
  public boolean visible(String name, Map<String, Object> parsedConfig) {
    return true;
  }
}
