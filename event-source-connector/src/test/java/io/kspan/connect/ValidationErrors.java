package io.kspan.connect;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.common.config.ConfigValue;

/** The errors of a validation by key. */
final class ValidationErrors {
  private ValidationErrors() {}

  static Map<String, List<String>> of(Map<String, String> properties) {
    Map<String, List<String>> errors = new TreeMap<>();
    for (ConfigValue value :
        new KubernetesEventSourceConnector().validate(properties).configValues()) {
      if (!value.errorMessages().isEmpty()) {
        errors.put(value.name(), value.errorMessages());
      }
    }
    return errors;
  }
}
