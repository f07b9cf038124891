package io.kspan.topology.assemble;

import io.kspan.topology.assemble.Generations.Generation;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeSet;

/**
 * Who changed a spec, and what differs between the configurations of two generations (trace-model
 * 7). Confined to the thread that builds the trace.
 */
final class ChangeAttributes {
  static final String IMAGE = "image.";
  private static final String ABSENT = "(none)";
  private static final String PATHS = "paths";
  private static final String STRATEGY = "strategy";

  /** Compared with the generation before; all others with what was last rolled out. */
  private static final Set<String> AT_ONCE =
      Set.of("replicas", "paused", "suspend", "parallelism", "revision", STRATEGY);

  /** Not in the hash of a spec. */
  private static final Set<String> UNHASHED = Set.of("replicas", "revision");

  private final AttributeMap attributes;
  private final Optional<Generation> before;
  private final SortedMap<String, String> old;
  private final SortedMap<String, String> effective;
  private final Optional<SortedMap<String, String>> rolledOutImages;
  private boolean hasDifference;

  private ChangeAttributes(
      AttributeMap attributes,
      Optional<Generation> before,
      Optional<Generation> effective,
      Optional<SortedMap<String, String>> rolledOutImages) {
    this.attributes = attributes;
    this.before = before;
    this.old = configuration(before);
    this.effective = configuration(effective);
    this.rolledOutImages = rolledOutImages;
  }

  private static SortedMap<String, String> configuration(Optional<Generation> generation) {
    return generation.map(g -> g.last().configuration()).orElseGet(Collections::emptySortedMap);
  }

  /**
   * Adds the attributes of one change.
   *
   * @param rolledOutImages the images that were last rolled out, if that is known: they are what is
   *     replaced
   */
  static void add(
      AttributeMap attributes,
      Generation now,
      Generations generations,
      Optional<SortedMap<String, String>> rolledOutImages) {
    if (now.spec() != null) {
      attributes
          .put("kspan.change.manager", now.spec().manager())
          .put("kspan.change.operation", now.spec().operation());
    }
    new ChangeAttributes(
            attributes,
            generations.before(now.number()),
            generations.effectiveBefore(now.number()),
            rolledOutImages)
        .compare(now);
  }

  private void compare(Generation now) {
    SortedMap<String, String> current = now.last().configuration();
    TreeSet<String> names = new TreeSet<>(old.keySet());
    names.addAll(effective.keySet());
    names.addAll(current.keySet());
    rolledOutImages.ifPresent(images -> names.addAll(images.keySet()));
    String key = current.getOrDefault(PartHashes.KEY, "");
    boolean comparable = !key.isEmpty() && key.equals(effective.getOrDefault(PartHashes.KEY, ""));
    boolean known = !key.isEmpty() && effective.containsKey(PartHashes.KEY);
    for (String name : names) {
      if (!name.startsWith(PartHashes.GROUP)) {
        // Versions of an earlier connector, and cut ones, have neither hashes nor these values.
        boolean always = AT_ONCE.contains(name) || name.startsWith(IMAGE);
        if (always || before.isEmpty() || known) {
          value(name, current);
        }
      } else if (comparable && !name.equals(PartHashes.KEY)) {
        parts(name, current);
      }
    }
    boolean differs =
        before
            .map(g -> g.last().specHash())
            .filter(hash -> hash != 0 && now.last().specHash() != 0)
            .filter(hash -> hash != now.last().specHash())
            .isPresent();
    if (differs && !hasDifference) {
      attributes.put("kspan.change." + PATHS, List.of(PartHashes.OTHERS));
    }
  }

  private void value(String name, SortedMap<String, String> current) {
    boolean image = rolledOutImages.isPresent() && name.startsWith(IMAGE);
    SortedMap<String, String> compared =
        image ? rolledOutImages.get() : AT_ONCE.contains(name) ? old : effective;
    String was = compared.getOrDefault(name, ABSENT);
    String is = current.getOrDefault(name, ABSENT);
    boolean isFirst = before.isEmpty() && !image;
    // Every new object has a strategy, mostly that of the API server.
    if (!was.equals(is) && !(isFirst && name.equals(STRATEGY))) {
      attributes.put("kspan.change." + name, isFirst ? is : was + " -> " + is);
      hasDifference |= !UNHASHED.contains(name);
    }
  }

  /** Only the names of what differs: a value may be secret. */
  private void parts(String name, SortedMap<String, String> current) {
    List<String> changed =
        PartHashes.changed(effective.getOrDefault(name, ""), current.getOrDefault(name, ""));
    attributes.put("kspan.change." + name.substring(PartHashes.GROUP.length()), changed);
    hasDifference |= !changed.isEmpty();
  }
}
