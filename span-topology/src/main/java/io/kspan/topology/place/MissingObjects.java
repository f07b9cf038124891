package io.kspan.topology.place;

import static java.util.stream.Collectors.groupingBy;

import io.kspan.topology.lineage.GlobalLineage;
import io.kspan.topology.model.ObjectIdentity;
import io.kspan.topology.model.ObjectReference;
import io.kspan.topology.time.Watermark;
import io.kspan.topology.wire.LineageRecord.WatchedKind;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * Objects that a complete list should contain and does not: they were deleted while nothing was
 * watched. Sole owner of the store {@code missing-objects}.
 *
 * <p>A list is read by one task, which publishes it in the lineage topic. Each task looks through
 * its own objects for those that were received before the list began and not since. That takes
 * time, and records may be late; so no object counts as deleted before {@code delayMillis} have
 * passed since the list was received, and an object that is received in between does not. The
 * watermark of the task stays behind that moment until it has looked through everything ({@link
 * #bound}), so how fast tasks are does not matter.
 *
 * <p>Called by the placing processor on its stream thread.
 */
final class MissingObjects {
  private static final String SEARCHED = "searched";
  // Bounds the work of one punctuation; a missing object is written to four stores and topics.
  private static final int VISITED = 2000;
  private static final int FOUND = 200;

  private final ObjectIndex objects;
  private final KeyValueStore<String, Long> store;
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

  /**
   * A missing object.
   *
   * @param key in the object index
   * @param deletedMillis when it counts as deleted
   */
  record Missing(String key, String cluster, ObjectIdentity object, long deletedMillis) {}

  /**
   * A search over the stores of a task.
   *
   * @param delayMillis after the receipt of a list, for an object that is not in it to count as
   *     deleted
   */
  MissingObjects(
      ObjectIndex objects,
      KeyValueStore<String, Long> store,
      GlobalLineage lineage,
      long delayMillis) {
    this.objects = objects;
    this.store = store;
    this.lineage = lineage;
    this.delayMillis = delayMillis;
    Long searched = store.get(SEARCHED);
    this.knownUntilMillis = searched == null ? -1 : searched;
  }

  /**
   * Searches a bounded number of objects.
   *
   * @param millis up to when this task has read its input, and all others have published their
   *     lists
   */
  List<Missing> search(long millis) {
    if (lists.isEmpty() && millis > knownUntilMillis) {
      List<WatchedKind> published = lineage.lists(knownUntilMillis + 1, millis);
      lists = published.stream().collect(groupingBy(Scope::of));
      firstMillis = published.isEmpty() ? millis : published.get(0).sinceMillis();
      knownUntilMillis = millis;
      next = null;
    }
    List<Missing> missing = new ArrayList<>();
    if (!lists.isEmpty()) {
      next =
          objects.visit(
              next,
              VISITED,
              (key, cluster, object, lastSeen) -> {
                missedAt(cluster, object, lastSeen)
                    .ifPresent(
                        listed ->
                            missing.add(new Missing(key, cluster, object, listed + delayMillis)));
                return missing.size() < FOUND;
              });
      if (next == null) {
        store.put(SEARCHED, knownUntilMillis);
        lists = Map.of();
      }
    }
    return missing;
  }

  /** Whether a search is under way. */
  boolean isSearching() {
    return !lists.isEmpty();
  }

  /**
   * Whether there may be something to search for: well before the bound is reached, so that nothing
   * has to wait for it.
   */
  boolean isDue(long readMillis) {
    long bound = bound();
    return !lists.isEmpty() || bound < 0 || bound - delayMillis / 2 < readMillis;
  }

  /** How far the watermark of this task may be: all deletions up to then have been found. */
  long bound() {
    long searched = lists.isEmpty() ? knownUntilMillis : firstMillis - 1;
    return searched < 0 ? Watermark.NONE : Watermark.plus(searched, delayMillis);
  }

  /** Receipt of the first list that should contain the object and does not. */
  private OptionalLong missedAt(String cluster, ObjectIdentity identity, long lastSeenMillis) {
    String group = group(identity.apiVersion());
    ObjectReference reference = identity.reference();
    return Stream.of("", reference.namespace())
        .distinct()
        .map(namespace -> new Scope(cluster, group, reference.kind(), namespace))
        .flatMap(scope -> lists.getOrDefault(scope, List.of()).stream())
        .filter(list -> lastSeenMillis < list.startedMillis())
        .mapToLong(WatchedKind::sinceMillis)
        .min();
  }

  private static String group(String apiVersion) {
    int slash = apiVersion.indexOf('/');
    return slash < 0 ? "" : apiVersion.substring(0, slash);
  }
}
