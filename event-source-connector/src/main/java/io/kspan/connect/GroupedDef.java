package io.kspan.connect;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.ConfigDef.Range;
import org.apache.kafka.common.config.ConfigDef.Type;
import org.apache.kafka.common.config.ConfigDef.ValidString;
import org.apache.kafka.common.config.ConfigDef.Validator;
import org.apache.kafka.common.config.ConfigDef.Width;

/**
 * Adds keys to a definition, group by group and numbered in the order of the calls. Keys without a
 * safe default are of high importance, tuning of low, the others of medium. One thread only.
 */
final class GroupedDef {
  private final ConfigDef definition = new ConfigDef();
  private final Map<String, List<String>> dependents = new HashMap<>();
  private String group = "";
  private int order;
  private Recommender next;

  /**
   * Recommends values for a key and shows it only when the needed key is set.
   *
   * @param needed null to show the key always
   */
  private record Recommender(List<Object> values, String needed) implements ConfigDef.Recommender {
    @Override
    public List<Object> validValues(String name, Map<String, Object> parsedConfig) {
      return values;
    }

    @Override
    public boolean visible(String name, Map<String, Object> parsedConfig) {
      Object value = needed == null ? "shown" : parsedConfig.get(needed);
      return value instanceof Collection<?> list
          ? !list.isEmpty()
          : value != null && !value.toString().isEmpty();
    }
  }

  GroupedDef group(String name) {
    group = name;
    order = 0;
    return this;
  }

  /** Shows the next key only when this one is set. */
  GroupedDef shownWith(String needed) {
    next = new Recommender(List.of(), needed);
    return this;
  }

  /** Recommends these values for the next key. */
  GroupedDef recommending(String... values) {
    next = new Recommender(List.of((Object[]) values), null);
    return this;
  }

  GroupedDef required(String name, Validator validator, String doc, String displayName) {
    Object none = ConfigDef.NO_DEFAULT_VALUE;
    return add(name, Type.STRING, none, validator, Importance.HIGH, doc, displayName);
  }

  GroupedDef text(String name, Validator validator, String doc, String displayName) {
    return text(name, "", validator, doc, displayName);
  }

  GroupedDef text(
      String name, String defaultValue, Validator validator, String doc, String displayName) {
    return add(name, Type.STRING, defaultValue, validator, Importance.MEDIUM, doc, displayName);
  }

  GroupedDef choice(
      String name, String defaultValue, String[] values, String doc, String displayName) {
    return recommending(values).text(name, defaultValue, ValidString.in(values), doc, displayName);
  }

  GroupedDef list(
      String name, List<String> defaultValue, Validator validator, String doc, String displayName) {
    return add(name, Type.LIST, defaultValue, validator, Importance.MEDIUM, doc, displayName);
  }

  GroupedDef list(String name, Validator validator, String doc, String displayName) {
    return list(name, List.of(), validator, doc, displayName);
  }

  GroupedDef secret(String name, Validator validator, String doc, String displayName) {
    return add(name, Type.PASSWORD, null, validator, Importance.MEDIUM, doc, displayName);
  }

  GroupedDef flag(String name, String doc, String displayName) {
    return add(name, Type.BOOLEAN, false, null, Importance.LOW, doc, displayName);
  }

  GroupedDef count(String name, int defaultValue, int min, String doc, String displayName) {
    return add(name, Type.INT, defaultValue, Range.atLeast(min), Importance.LOW, doc, displayName);
  }

  GroupedDef bytes(String name, long defaultValue, long min, String doc, String displayName) {
    return add(name, Type.LONG, defaultValue, Range.atLeast(min), Importance.LOW, doc, displayName);
  }

  GroupedDef millis(String name, long defaultValue, long min, String doc, String displayName) {
    // Timeouts of the HTTP client are ints.
    Range range = Range.between(min, Integer.MAX_VALUE);
    return add(name, Type.LONG, defaultValue, range, Importance.LOW, doc, displayName);
  }

  ConfigDef definition() {
    return definition;
  }

  /** The definition keeps this list, which later keys extend. */
  private List<String> dependents(String name) {
    return dependents.computeIfAbsent(name, key -> new ArrayList<>());
  }

  private GroupedDef add(
      String name,
      Type type,
      Object defaultValue,
      Validator validator,
      Importance importance,
      String doc,
      String displayName) {
    boolean wide = type == Type.STRING || type == Type.PASSWORD || type == Type.LIST;
    definition.define(
        name,
        type,
        defaultValue,
        validator,
        importance,
        doc,
        group,
        ++order,
        wide ? Width.LONG : Width.SHORT,
        displayName,
        dependents(name),
        next);
    if (next != null && next.needed() != null) {
      dependents(next.needed()).add(name);
    }
    next = null;
    return this;
  }
}
