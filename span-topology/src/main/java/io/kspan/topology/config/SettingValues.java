package io.kspan.topology.config;

import java.util.Locale;
import java.util.Map;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.ConfigKey;
import org.apache.kafka.common.config.ConfigException;

/**
 * The environment variables of settings, and what to write instead of a value that is missing or of
 * another type; {@link ConfigDef} only says that it is. Stateless.
 */
public final class SettingValues {
  /** What the environment variables of settings begin with. */
  public static final String ENVIRONMENT_PREFIX = "KSPAN_";

  private SettingValues() {}

  /** The key of an environment variable: {@code trace.settle.ms} of KSPAN_TRACE_SETTLE_MS. */
  public static String keyOf(String variable) {
    return variable
        .substring(ENVIRONMENT_PREFIX.length())
        .toLowerCase(Locale.ROOT)
        .replace('_', '.');
  }

  private static String variableOf(String key) {
    return ENVIRONMENT_PREFIX + key.toUpperCase(Locale.ROOT).replace('.', '_');
  }

  /**
   * Returns {@code given}, or throws a {@link ConfigException} that names the first key that is
   * missing or has no readable value, and the remedy.
   */
  public static Map<String, String> checked(ConfigDef definition, Map<String, String> given) {
    for (ConfigKey key : definition.configKeys().values()) {
      String value = given.get(key.name);
      if (value != null) {
        check(key, value.trim());
      } else if (!key.hasDefault()) {
        throw new ConfigException(
            "%1$s is missing: give it with --set %1$s=..., as %2$s in the environment, or in a file with --config; %3$s"
                .formatted(key.name, variableOf(key.name), key.documentation));
      }
    }
    return given;
  }

  private static void check(ConfigKey key, String value) {
    boolean readable =
        switch (key.type) {
          case INT -> isWhole(value, Integer.MIN_VALUE, Integer.MAX_VALUE);
          case LONG -> isWhole(value, Long.MIN_VALUE, Long.MAX_VALUE);
          case BOOLEAN -> value.equalsIgnoreCase("true") || value.equalsIgnoreCase("false");
          default -> true;
        };
    if (!readable) {
      throw new ConfigException(key.name, value, wanted(key));
    }
  }

  private static boolean isWhole(String value, long min, long max) {
    try {
      long number = Long.parseLong(value);
      return min <= number && number <= max;
    } catch (NumberFormatException e) {
      return false;
    }
  }

  private static String wanted(ConfigKey key) {
    if (key.type == ConfigDef.Type.BOOLEAN) {
      return "true or false";
    }
    String unit = unit(key.name);
    return "a whole number"
        + unit
        + (key.hasDefault() && key.defaultValue != null ? ", such as " + key.defaultValue : "");
  }

  private static String unit(String name) {
    if (name.endsWith(".ms")) {
      return " of milliseconds";
    }
    return name.endsWith(".bytes") ? " of bytes" : "";
  }
}
