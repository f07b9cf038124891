package io.kspan.connect;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.config.ConfigDef;

/** Shows a key only when the one that it depends on is set; recommends no values. */
record VisibleWith(String needed) implements ConfigDef.Recommender {
  @Override
  public List<Object> validValues(String name, Map<String, Object> parsedConfig) {
    return List.of();
  }

  @Override
  public boolean visible(String name, Map<String, Object> parsedConfig) {
    Object value = parsedConfig.get(needed);
    return value instanceof Collection<?> list
        ? !list.isEmpty()
        : value != null && !value.toString().isEmpty();
  }
}
