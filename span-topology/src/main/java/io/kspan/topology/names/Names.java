package io.kspan.topology.names;

import java.util.List;
import java.util.stream.Stream;

/**
 * Every operator, store and internal topic by name.
 *
 * <p>The names are part of the persisted contract: changing one loses state on upgrade, so the
 * snapshot test of the described topology must change with it, on purpose.
 */
public final class Names {
  public static final String READ_LINEAGE = "read-lineage";
  public static final String READ_OBJECTS = "read-objects";
  public static final String READ_EVENTS = "read-events";
  public static final String SELECT_OBJECTS = "select-objects";
  public static final String SELECT_EVENTS = "select-events";
  public static final String REKEY_OBJECTS = "rekey-objects";
  public static final String REKEY_EVENTS = "rekey-events";
  public static final String OBJECTS_BY_REFERENCE = "objects-by-reference";
  public static final String EVENTS_BY_REFERENCE = "events-by-reference";
  public static final String JOIN_INPUTS = "join-inputs";
  public static final String PLACE = "place";
  public static final String SPLIT_PLACED = "split-placed-";
  public static final String SPLIT_REKEYED_OBJECTS = "split-rekeyed-objects-";
  public static final String SPLIT_REKEYED_EVENTS = "split-rekeyed-events-";
  public static final String TO_LINEAGE = "to-lineage";
  public static final String ONWARD = "onward";
  public static final String WRITE_LINEAGE = "write-lineage";
  public static final String WRITE_REKEYED_OBJECTS = "write-rekeyed-objects";
  public static final String WRITE_REKEYED_EVENTS = "write-rekeyed-events";
  public static final String BY_ROOT = "by-root";
  public static final String GATHER_SESSIONS = "gather-sessions";
  public static final String SPLIT_FINISHED = "split-finished-";
  public static final String TO_CHANGES = "to-changes";
  public static final String WRITE_CHANGES = "write-changes";
  public static final String ENCODE_SPANS = "encode-spans";
  public static final String WRITE_SPANS = "write-spans";
  public static final String ENCODE_LOGS = "encode-logs";
  public static final String WRITE_LOGS = "write-logs";

  public static final String OBJECTS_STORE = "known-objects";
  public static final String SEEN_STORE = "seen-occurrences";
  public static final String PENDING_STORE = "pending-items";
  public static final String FIRST_EVENTS_STORE = "first-events";
  public static final String RETENTION_STORE = "lineage-retention";
  public static final String TASK_WATERMARKS_STORE = "task-watermarks";
  public static final String MISSING_STORE = "missing-objects";
  public static final String KINDS_STORE = "announced-kinds";
  public static final String ITEMS_STORE = "root-items";
  public static final String ROOTS_STORE = "roots";
  public static final String TIMERS_STORE = "root-timers";
  public static final String GATHER_WATERMARK_STORE = "gather-watermark";
  public static final String LINEAGE_STORE = "lineage";

  /** The stores of a placing task; each has a changelog. */
  public static final List<String> PLACE_STORES =
      List.of(
          OBJECTS_STORE,
          SEEN_STORE,
          PENDING_STORE,
          FIRST_EVENTS_STORE,
          RETENTION_STORE,
          TASK_WATERMARKS_STORE,
          MISSING_STORE,
          KINDS_STORE);

  /** The stores of a gather task; each has a changelog. */
  public static final List<String> GATHER_STORES =
      List.of(ITEMS_STORE, ROOTS_STORE, TIMERS_STORE, GATHER_WATERMARK_STORE);

  /** The topic between a repartition of that name and the stage behind it. */
  public static String repartitionTopic(String applicationId, String name) {
    return applicationId + "-" + name + "-repartition";
  }

  /** The changelog topic of a store. */
  public static String changelogTopic(String applicationId, String store) {
    return applicationId + "-" + store + "-changelog";
  }

  /** The topics that Kafka Streams creates for an application, {@link #BY_ROOT} first. */
  public static List<String> internalTopics(String applicationId, boolean rekeyed) {
    Stream<String> repartitions =
        rekeyed
            ? Stream.of(BY_ROOT, OBJECTS_BY_REFERENCE, EVENTS_BY_REFERENCE)
            : Stream.of(BY_ROOT);
    return Stream.concat(
            repartitions.map(name -> repartitionTopic(applicationId, name)),
            Stream.of(PLACE_STORES, GATHER_STORES)
                .flatMap(List::stream)
                .map(store -> changelogTopic(applicationId, store)))
        .toList();
  }

  private Names() {}
}
