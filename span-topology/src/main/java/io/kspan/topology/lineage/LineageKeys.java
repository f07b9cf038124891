package io.kspan.topology.lineage;

import io.kspan.topology.model.Delivery;
import io.kspan.topology.model.ObjectReference;
import io.kspan.topology.wire.SortableStamp;

/**
 * Keys of the lineage topic. The key of an object is its UID; every other key begins with a word
 * and a slash, which no UID contains. A name can contain a hash and the name of a cluster a slash,
 * so a scan for a prefix checks the records that it finds.
 */
public final class LineageKeys {
  static final String OBJECT = "object/";
  static final String MENTION = "mention/";
  static final String FIRST_EVENTS = "first/";
  static final String WATERMARKS = "watermarks/";
  static final String KIND = "kind/";
  private static final String DELIVERY = "delivery/";
  private static final String LIST = "list/";
  // The next character: no key of a list that was received later is smaller.
  private static final String BEHIND = "0";

  private LineageKeys() {}

  /**
   * An object.
   *
   * @param uid or the reference that stands in for it, which is unique in its cluster only
   */
  public static String object(String cluster, String uid) {
    return uid.indexOf('/') < 0 ? uid : OBJECT + cluster + "/" + uid;
  }

  /** A cause names {@code named}; one record per cause. */
  public static String mention(String cluster, ObjectReference named, String eventId) {
    return mentions(cluster, named) + eventId;
  }

  static String mentions(String cluster, ObjectReference named) {
    return MENTION + cluster + "/" + named + "#";
  }

  /** The earliest events about an object without snapshot. */
  public static String firstEvents(String cluster, String uid, ObjectReference reference) {
    return FIRST_EVENTS + cluster + "/" + reference + "#" + uid;
  }

  /** Whether {@code key} is one of {@link #firstEvents}. */
  public static boolean isFirstEvents(String key) {
    return key.startsWith(FIRST_EVENTS);
  }

  /** A change of a root belongs to {@code delivery}. */
  public static String delivery(String delivery, Delivery.Change change) {
    return deliveries(delivery, change.receiptMillis())
        + change.root().key()
        + "/"
        + change.generation();
  }

  /** No change of a delivery that was received at {@code receiptMillis} or later is smaller. */
  static String deliveries(String delivery, long receiptMillis) {
    return DELIVERY + delivery + "/" + SortableStamp.of(receiptMillis) + "/";
  }

  /** How far a placing task has come. */
  public static String task(int task) {
    return WATERMARKS + "task/" + task;
  }

  /** How far a task has re-keyed its partition of one of the inputs. */
  public static String rekeyed(boolean isObjects, int partition) {
    return WATERMARKS + (isObjects ? "objects/" : "events/") + partition;
  }

  /** A kind that the connector watches, as placing task {@code task} has read. */
  public static String kind(String cluster, String kind, int task) {
    return kind(cluster, kind) + task;
  }

  /** A complete list, by its receipt. */
  public static String list(
      long receiptMillis, String cluster, String group, String kind, String namespace) {
    return lists(receiptMillis) + '/' + String.join("/", cluster, group, kind, namespace);
  }

  /** No list that was received at {@code receiptMillis} or later has a smaller key. */
  static String lists(long receiptMillis) {
    return LIST + SortableStamp.of(receiptMillis);
  }

  /** No list that was received at {@code receiptMillis} or before has a larger key. */
  static String listsUntil(long receiptMillis) {
    return lists(receiptMillis) + BEHIND;
  }

  static String kind(String cluster, String kind) {
    return kinds(cluster) + kind + "#";
  }

  static String kinds(String cluster) {
    return KIND + cluster + "/";
  }

  /** An entry of the store's own index from references to UIDs. */
  static String referenceEntry(String cluster, ObjectReference reference, String uid) {
    return referenceEntries(cluster, reference) + uid;
  }

  static String referenceEntries(String cluster, ObjectReference reference) {
    return "reference/" + cluster + "/" + reference + "#";
  }
}
