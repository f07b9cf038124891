package io.kspan.connect;

import java.util.ArrayList;
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
 * Adds keys to a definition group by group, numbering them in the order in which they are written.
 * What has no safe default is of high importance, tuning of low, the rest of medium. One thread
 * only.
 */
final class GroupedDef {
  private final ConfigDef definition = new ConfigDef();
  private String group = "";
  private int order;
  private final Map<String, List<String>> dependents = new HashMap<>();
  private ConfigDef.Recommender next;

  GroupedDef group(String name) {
    group = name;
    order = 0;
    return this;
  }

  /** The next key is shown only when this one is set. */
  GroupedDef shownWith(String needed) {
    next = new VisibleWith(needed);
    return this;
  }

  /** Recommends these values for the next key. */
  GroupedDef recommending(String... values) {
    next = new FixedValues(values);
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
    Validator validator = ValidString.in(values);
    return recommending(values)
        .add(name, Type.STRING, defaultValue, validator, Importance.MEDIUM, doc, displayName);
  }

  GroupedDef list(
      String name, List<String> defaultValue, Validator validator, String doc, String displayName) {
    return add(name, Type.LIST, defaultValue, validator, Importance.MEDIUM, doc, displayName);
  }

  GroupedDef secret(String name, Validator validator, String doc, String displayName) {
    return add(name, Type.PASSWORD, null, validator, Importance.MEDIUM, doc, displayName);
  }

  GroupedDef flag(String name, String doc, String displayName) {
    return add(name, Type.BOOLEAN, false, null, Importance.LOW, doc, displayName);
  }

  GroupedDef count(String name, int defaultValue, int atLeast, String doc, String displayName) {
    Range range = Range.atLeast(atLeast);
    return add(name, Type.INT, defaultValue, range, Importance.LOW, doc, displayName);
  }

  GroupedDef bytes(String name, long defaultValue, long atLeast, String doc, String displayName) {
    Range range = Range.atLeast(atLeast);
    return add(name, Type.LONG, defaultValue, range, Importance.LOW, doc, displayName);
  }

  GroupedDef millis(String name, long defaultValue, long atLeast, String doc, String displayName) {
    // Timeouts of the HTTP client are ints.
    Range range = Range.between(atLeast, Integer.MAX_VALUE);
    return add(name, Type.LONG, defaultValue, range, Importance.LOW, doc, displayName);
  }

  ConfigDef definition() {
    return definition;
  }

  /** Filled while further keys are added: the definition keeps this very list. */
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
    Width width =
        switch (type) {
          case STRING, PASSWORD, LIST -> Width.LONG;
          default -> Width.SHORT;
        };
    definition.define(
        name,
        type,
        defaultValue,
        validator,
        importance,
        doc,
        group,
        ++order,
        width,
        displayName,
        dependents(name),
        next);
    if (next instanceof VisibleWith dependent) {
      dependents(dependent.needed()).add(name);
    }
    next = null;
    return this;
  }
}
