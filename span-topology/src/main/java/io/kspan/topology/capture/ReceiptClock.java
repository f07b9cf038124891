package io.kspan.topology.capture;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;

/**
 * The receipt of each document of a file. The leading list, with which a watch or a dump begins,
 * was received at one instant; any other document without {@code receivedAt} at the latest time
 * that it contains, but not before the document in front of it.
 *
 * <p>For one thread; one per file and pass.
 */
final class ReceiptClock {

  private final Instant listedAt;
  private final Iterator<Instant> knownLists;
  private final List<Instant> longLists = new ArrayList<>();
  private final LeadingList leading = new LeadingList();
  private Instant previous;
  private boolean isLeading = true;
  private byte[] lastKey;
  private Instant listLatest;
  private Instant listKnown;

  /**
   * A clock.
   *
   * @param listedAt when the leading list was received; null if that is not known yet: then it
   *     counts as received at the latest stamp read so far
   * @param longLists the latest stamp in each list that is read item by item, from an earlier pass;
   *     empty in the first one: then an item counts as received at the latest stamp read so far
   */
  ReceiptClock(Instant listedAt, List<Instant> longLists) {
    this.listedAt = listedAt;
    this.knownLists = longLists.iterator();
  }

  /** The latest stamp in each list that was read item by item, for the next pass. */
  List<Instant> longLists() {
    return longLists;
  }

  /** What is known of the leading list so far; complete after the document behind it. */
  LeadingList leading() {
    return leading;
  }

  /** The leading list of a file: its latest stamp, and the receipt of what follows it. */
  static final class LeadingList {
    private Instant latest;
    private Instant next;

    /** The latest stamp in it; null without a leading list. */
    Instant latest() {
      return latest;
    }

    /**
     * When it was received: at the latest stamp in the leading lists of all files, but not after
     * what follows it, and never before its own latest stamp.
     *
     * @return null without a leading list
     */
    Instant receivedAt(Instant latestOfAll) {
      if (latest == null) {
        return null;
      }
      Instant bounded = next == null || latestOfAll.isBefore(next) ? latestOfAll : next;
      return later(latest, bounded);
    }

    private void add(Instant stamp) {
      latest = later(latest, stamp);
    }
  }

  /**
   * The receipt of the next document of the file.
   *
   * @param receivedAt of the document, null without
   * @throws DateTimeException when {@code receivedAt} is no time
   */
  Instant receiptOf(JsonNode receivedAt, String type, JsonNode object) {
    if (receivedAt != null && !receivedAt.isNull()) {
      previous = time(receivedAt.asText()).truncatedTo(ChronoUnit.MILLIS);
      endLeading(previous);
      return previous;
    }
    Instant stamp = stampOf(object);
    if (isLeading && type.equals("ADDED") && isBehind(object)) {
      return ofLeading(stamp);
    }
    endLeading(stamp);
    previous = later(previous, stamp);
    return previous;
  }

  /** The receipt of a List, all items of which were received at one instant. */
  Instant receiptOf(List<ObjectNode> items) {
    Instant latest = null;
    for (ObjectNode item : items) {
      latest = later(latest, stampOf(item));
    }
    return latest == null ? previous : receiptOfList(latest);
  }

  private Instant receiptOfList(Instant latest) {
    if (isLeading && lastKey == null) {
      isLeading = false;
      return ofLeading(latest);
    }
    endLeading(latest);
    previous = later(previous, latest);
    return previous;
  }

  /** The receipt of an item of a list that is read item by item. */
  Instant receiptOfItem(ObjectNode item) {
    if (listLatest == null) {
      listKnown = knownLists.hasNext() ? knownLists.next() : null;
    }
    listLatest = later(listLatest, stampOf(item));
    Instant stamp = listKnown == null ? listLatest : listKnown;
    boolean isFirst = isLeading && lastKey == null;
    return later(previous, isFirst && listedAt != null ? listedAt : stamp);
  }

  /** The list that is read item by item is at its end. */
  void endList() {
    if (listLatest != null) {
      longLists.add(listLatest);
      receiptOfList(listLatest);
      listLatest = null;
    }
  }

  private Instant ofLeading(Instant stamp) {
    leading.add(stamp);
    previous = later(previous, listedAt == null ? stamp : listedAt);
    return previous;
  }

  private void endLeading(Instant receipt) {
    isLeading = false;
    if (leading.next == null) {
      leading.next = receipt;
    }
  }

  /** Whether the object lies behind the one before in the order in which API servers list. */
  private boolean isBehind(JsonNode object) {
    JsonNode metadata = object.path("metadata");
    // No name contains a character below the separator.
    byte[] key =
        (metadata.path("namespace").asText() + '\u0000' + metadata.path("name").asText())
            .getBytes(StandardCharsets.UTF_8);
    boolean isBehind = lastKey == null || Arrays.compareUnsigned(lastKey, key) < 0;
    lastKey = key;
    return isBehind;
  }

  /** The latest time that {@code object} contains; without one its creation, else 1970. */
  private static Instant stampOf(JsonNode object) {
    Instant latest = eventStamp(object);
    for (JsonNode entry : object.path("metadata").path("managedFields")) {
      latest = later(latest, lenient(entry.path("time")));
    }
    for (JsonNode condition : object.path("status").path("conditions")) {
      for (JsonNode value : condition) {
        latest = later(latest, lenient(value));
      }
    }
    if (latest == null) {
      latest = lenient(object.path("metadata").path("creationTimestamp"));
    }
    return latest == null ? Instant.EPOCH : latest.truncatedTo(ChronoUnit.MILLIS);
  }

  private static Instant eventStamp(JsonNode object) {
    if (!"Event".equals(object.path("kind").asText())) {
      return null;
    }
    return firstOf(
        object.path("lastTimestamp"),
        object.path("deprecatedLastTimestamp"),
        object.path("series").path("lastObservedTime"),
        object.path("eventTime"),
        object.path("firstTimestamp"),
        object.path("deprecatedFirstTimestamp"),
        object.path("metadata").path("creationTimestamp"));
  }

  private static Instant firstOf(JsonNode... stamps) {
    for (JsonNode stamp : stamps) {
      Instant time = lenient(stamp);
      if (time != null) {
        return time;
      }
    }
    return null;
  }

  private static Instant later(Instant a, Instant b) {
    return a == null || b != null && b.isAfter(a) ? b : a;
  }

  /** Null if {@code value} is no time: conditions also hold other texts. */
  private static Instant lenient(JsonNode value) {
    String text = value.asText();
    if (text.length() < "2026-01-01T00:00:00Z".length() || !Character.isDigit(text.charAt(0))) {
      return null;
    }
    try {
      return time(text);
    } catch (DateTimeException e) {
      return null;
    }
  }

  private static Instant time(String text) {
    return OffsetDateTime.parse(text).toInstant();
  }
}
