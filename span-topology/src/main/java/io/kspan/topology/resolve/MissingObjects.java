package io.kspan.topology.resolve;

import static java.util.stream.Collectors.groupingBy;

import io.kspan.topology.index.IndexedObject;
import io.kspan.topology.lineage.GlobalLineage;
import io.kspan.topology.model.ObjectIdentity;
import io.kspan.topology.model.ObjectReference;
import io.kspan.topology.wire.LineageRecord.WatchedKind;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * Objects that a complete list should contain and does not: they were deleted while nobody watched.
 *
 * <p>A list is read by one task, and told to all by the lineage topic. Each looks through its own
 * objects for what was received before the list began and not since. That takes time, and what was
 * received may be late; so nobody counts as deleted before {@code delayMillis} have passed since
 * the list was received, and whoever is received in between does not. The watermark of the task
 * stays behind that moment until it has looked through everything ({@link #bound}), so how fast
 * tasks are does not matter.
 *
 * <p>Not thread-safe.
 */
final class MissingObjects {
  private static final String LOOKED = "lists";
  // Bounds the work of one look; an object that is missing is written to four stores and topics.
  private static final int LOOK_AT = 2000;
  private static final int FIND = 200;

  private final KeyValueStore<String, IndexedObject> objects;
  private final KeyValueStore<String, Long> progress;
  private final GlobalLineage lineage;
  private final long delayMillis;
  private Map<Scope, List<WatchedKind>> lists = Map.of();
  private long firstMillis;
  // Of the lists received up to then, those before `lists` are done with.
  private long knownUntilMillis;
  private String next;

  /**
   * What a list is of.
   *
   * @param namespace empty for all
   */
  private record Scope(String cluster, String group, String kind, String namespace) {
    static Scope of(WatchedKind list) {
      return new Scope(
          list.cluster(),
          Objects.requireNonNullElse(list.group(), ""),
          list.kind(),
          Objects.requireNonNullElse(list.namespace(), ""));
    }
  }

  /** What to do with a missing object. */
  interface Found {
    /**
     * Takes note of one.
     *
     * @param key in the store of objects
     * @param goneMillis when it counts as deleted
     */
    void missing(String key, String cluster, IndexedObject object, long goneMillis);
  }

  /**
   * Over the stores of a task.
   *
   * @param delayMillis after the receipt of a list, for whoever is not in it to count as deleted
   */
  MissingObjects(
      KeyValueStore<String, IndexedObject> objects,
      KeyValueStore<String, Long> progress,
      GlobalLineage lineage,
      long delayMillis) {
    this.objects = objects;
    this.progress = progress;
    this.lineage = lineage;
    this.delayMillis = delayMillis;
    Long looked = progress.get(LOOKED);
    this.knownUntilMillis = looked == null ? -1 : looked;
  }

  /**
   * Looks for a bounded number of objects.
   *
   * @param millis up to when this task has read its input, and all others have told their lists
   */
  void look(long millis, Found found) {
    if (lists.isEmpty() && millis > knownUntilMillis) {
      List<WatchedKind> told = lineage.lists(knownUntilMillis + 1, millis);
      lists = told.stream().collect(groupingBy(Scope::of));
      firstMillis = told.isEmpty() ? millis : told.get(0).sinceMillis();
      knownUntilMillis = millis;
      next = null;
    }
    if (!lists.isEmpty() && lookFurther(found)) {
      progress.put(LOOKED, knownUntilMillis);
      lists = Map.of();
    }
  }

  /**
   * Whether there may be something to look for: well before the bound is reached, so that nothing
   * has to wait for it.
   */
  boolean isDue(long readMillis) {
    long bound = bound();
    return !lists.isEmpty() || bound < 0 || bound - delayMillis / 2 < readMillis;
  }

  /**
   * How far the watermark of this task may be: what it has found by now says everything up to then.
   */
  long bound() {
    long looked = lists.isEmpty() ? knownUntilMillis : firstMillis - 1;
    if (looked < 0) {
      return Long.MIN_VALUE;
    }
    return looked > Long.MAX_VALUE - delayMillis ? Long.MAX_VALUE : looked + delayMillis;
  }

  /** Whether it came to the end. */
  private boolean lookFurther(Found found) {
    int missing = 0;
    try (KeyValueIterator<String, IndexedObject> entries = objects.range(next, null)) {
      for (int i = 0; entries.hasNext(); i++) {
        if (i == LOOK_AT || missing == FIND) {
          next = entries.peekNextKey();
          return false;
        }
        KeyValue<String, IndexedObject> entry = entries.next();
        String cluster = clusterOf(entry.key, entry.value);
        OptionalLong listed = missedAt(cluster, entry.value);
        if (listed.isPresent()) {
          missing++;
          found.missing(entry.key, cluster, entry.value, listed.getAsLong() + delayMillis);
        }
      }
    }
    return true;
  }

  private static String clusterOf(String key, IndexedObject object) {
    int uid = object.lineage().identity().uid().length();
    return key.substring(0, key.length() - uid - 1);
  }

  /** Receipt of the first list that should contain the object and does not. */
  private OptionalLong missedAt(String cluster, IndexedObject object) {
    if (!object.isThere()) {
      return OptionalLong.empty();
    }
    long heard = object.heardMillis();
    ObjectIdentity identity = object.lineage().identity();
    String group = group(identity.apiVersion());
    ObjectReference reference = identity.reference();
    return Stream.of("", reference.namespace())
        .distinct()
        .map(namespace -> new Scope(cluster, group, reference.kind(), namespace))
        .flatMap(scope -> lists.getOrDefault(scope, List.of()).stream())
        .filter(list -> heard < list.startedMillis())
        .mapToLong(WatchedKind::sinceMillis)
        .min();
  }

  private static String group(String apiVersion) {
    int slash = apiVersion.indexOf('/');
    return slash < 0 ? "" : apiVersion.substring(0, slash);
  }
}
