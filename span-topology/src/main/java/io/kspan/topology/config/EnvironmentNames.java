package io.kspan.topology.config;

import java.util.Locale;

/**
 * What a setting is called in the environment: {@code trace.settle.ms} is {@code
 * KSPAN_TRACE_SETTLE_MS}. Stateless.
 */
public final class EnvironmentNames {
  public static final String PREFIX = "KSPAN_";

  private EnvironmentNames() {}

  /** Of a key without capitals and hyphens. */
  public static String of(String key) {
    return PREFIX + key.toUpperCase(Locale.ROOT).replace('.', '_');
  }

  /** The key of a name that begins with {@link #PREFIX}. */
  public static String key(String name) {
    return name.substring(PREFIX.length()).toLowerCase(Locale.ROOT).replace('_', '.');
  }
}
