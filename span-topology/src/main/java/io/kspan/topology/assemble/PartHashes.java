package io.kspan.topology.assemble;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The parts of a spec that a snapshot carries without their values: a line for each, its hash and
 * then its name (trace-model 7). Stateless.
 */
public final class PartHashes {
  /** Begins the names of such texts in a configuration. */
  public static final String GROUP = "#";

  /** Of the key of the hashes: those under different keys cannot be compared. */
  public static final String KEY = GROUP + "key";

  /** Stands for the parts that have no hash of their own, and for those that are not listed. */
  static final String OTHERS = "*";

  /** In characters. */
  public static final int HASH_LENGTH = 4;

  private static final int MAX_LISTED = 32;
  private static final String SEPARATOR = "\n";

  private PartHashes() {}

  /**
   * The text of the parts of a group.
   *
   * @param hashes by name; each has {@link #HASH_LENGTH} characters, and no name a line break
   */
  public static String text(SortedMap<String, String> hashes) {
    List<String> lines = new ArrayList<>(hashes.size());
    hashes.forEach((name, hash) -> lines.add(hash + name));
    return String.join(SEPARATOR, lines);
  }

  private static SortedMap<String, String> parse(String text) {
    TreeMap<String, String> hashes = new TreeMap<>();
    for (String line : text.split(SEPARATOR)) {
      if (line.length() > HASH_LENGTH) {
        hashes.put(line.substring(HASH_LENGTH), line.substring(0, HASH_LENGTH));
      }
    }
    return hashes;
  }

  /** The names of the parts that differ, in their order; at most 32, and then {@code *}. */
  static List<String> changed(String before, String now) {
    SortedMap<String, String> old = parse(before);
    SortedMap<String, String> current = parse(now);
    Set<String> names = new TreeSet<>(old.keySet());
    names.addAll(current.keySet());
    List<String> changed = new ArrayList<>();
    for (String name : names) {
      boolean differs = !Objects.equals(old.get(name), current.get(name));
      if (differs && isTold(old, name) && isTold(current, name)) {
        changed.add(name);
      }
    }
    if (changed.size() > MAX_LISTED) {
      changed = new ArrayList<>(changed.subList(0, MAX_LISTED));
      changed.remove(OTHERS);
      changed.add(OTHERS);
    }
    return changed;
  }

  /** Parts behind the last name of a group that has others are among those. */
  private static boolean isTold(SortedMap<String, String> hashes, String name) {
    return !hashes.containsKey(OTHERS) || name.compareTo(hashes.lastKey()) <= 0;
  }
}
