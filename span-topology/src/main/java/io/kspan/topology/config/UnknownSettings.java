package io.kspan.topology.config;

import static java.util.stream.Collectors.joining;

import java.util.Arrays;
import java.util.Comparator;
import java.util.Set;
import java.util.TreeSet;
import org.apache.kafka.common.config.ConfigException;

/**
 * Refuses settings that do not exist: a misspelt one would be silently without effect. Stateless.
 */
public final class UnknownSettings {
  // Of the longer of two keys so much may differ: a forgotten word, but not half of it.
  private static final int ALIKE = 3;

  private UnknownSettings() {}

  /**
   * Throws a {@link ConfigException} that names the unknown settings and what was probably meant,
   * else what there is; {@code others} says what may be set besides.
   */
  public static void refuse(Set<String> given, Set<String> known, String others) {
    Set<String> unknown = new TreeSet<>(given);
    unknown.removeAll(known);
    if (!unknown.isEmpty()) {
      boolean guessed = unknown.stream().noneMatch(key -> hint(key, known).isEmpty());
      throw new ConfigException(
          "Unknown setting "
              + unknown.stream().map(key -> key + hint(key, known)).collect(joining(", "))
              + "; "
              + (guessed
                  ? ""
                  : "own settings are " + String.join(", ", new TreeSet<>(known)) + "; ")
              + others);
    }
  }

  private static String hint(String key, Set<String> known) {
    return known.stream()
        .filter(k -> edits(key, k) * ALIKE <= Math.max(key.length(), k.length()))
        .min(Comparator.comparingInt((String k) -> edits(key, k)).thenComparing(k -> k))
        .map(k -> " (did you mean " + k + "?)")
        .orElse("");
  }

  /** Levenshtein distance: how many characters must be put in, taken out or replaced. */
  private static int edits(String from, String to) {
    int[] row = new int[to.length() + 1];
    Arrays.setAll(row, j -> j);
    for (int i = 1; i <= from.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= to.length(); j++) {
        int replaced = diagonal + (from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(replaced, 1 + Math.min(row[j], row[j - 1]));
      }
    }
    return row[to.length()];
  }
}
