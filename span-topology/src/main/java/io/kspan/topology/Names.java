package io.kspan.topology;

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
  public static final String REKEYED_OBJECTS = "rekeyed-objects";
  public static final String REKEYED_EVENTS = "rekeyed-events";
  public static final String INDEX_OBJECTS = "index-objects";
  public static final String WRAP_EVENTS = "wrap-events";
  public static final String JOIN_INPUTS = "join-inputs";
  public static final String RESOLVE_OWNERS = "resolve-owners";
  public static final String SPLIT_RESOLVED = "split-resolved-";
  public static final String TO_LINEAGE = "to-lineage";
  public static final String TO_GATHER = "to-gather";
  public static final String LINEAGE_RECORDS = "lineage-records";
  public static final String WRITE_LINEAGE = "write-lineage";
  public static final String GATHER_ITEMS = "gather-items";
  public static final String BY_ROOT = "by-root";
  public static final String GATHER_SESSIONS = "gather-sessions";
  public static final String ENCODE_SPANS = "encode-spans";
  public static final String WRITE_SPANS = "write-spans";

  public static final String OBJECTS_STORE = "known-objects";
  public static final String PROGRESS_STORE = "input-progress";
  public static final String SEEN_STORE = "seen-occurrences";
  public static final String WAITING_STORE = "waiting-items";
  public static final String FIRST_EVENTS_STORE = "first-events";
  public static final String EXPIRY_STORE = "lineage-expiry";
  public static final String LINEAGE_STORE = "lineage";
  public static final String ITEMS_STORE = "root-items";
  public static final String ROOTS_STORE = "roots";
  public static final String TIMERS_STORE = "root-timers";
  public static final String WATERMARKS_STORE = "resolve-watermarks";
  public static final String CLUSTERS_STORE = "cluster-uids";

  private Names() {}
}
