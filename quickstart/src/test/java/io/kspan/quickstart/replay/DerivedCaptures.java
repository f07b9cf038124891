package io.kspan.quickstart.replay;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kspan.quickstart.capture.CaptureRecord;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The same recording as another watcher would have received it, or from a cluster whose clocks
 * disagree: pure functions over the watch events of a capture. Every result is sorted by receipt,
 * equal receipts in the order of the recording.
 */
final class DerivedCaptures {

  private static final String DELETED = "DELETED";

  /** {@code <object>.<hex UnixNano>}, the name client-go gives to an Event. */
  private static final Pattern NANOS_IN_NAME = Pattern.compile("(.+)\\.([0-9a-f]{16})");

  private static final int HEX = 16;

  private DerivedCaptures() {}

  /** The watch of objects lags behind that of Events. */
  static List<CaptureRecord> snapshotsDelayed(List<CaptureRecord> recording, Duration delay) {
    return recording.stream()
        .map(r -> isEvent(r) ? r : received(r, r.receivedAt().plus(delay), r.type()))
        .sorted(Comparator.comparing(CaptureRecord::receivedAt))
        .toList();
  }

  /** Objects that satisfy {@code missing} were never received; Events about them were. */
  static List<CaptureRecord> withoutObjects(
      List<CaptureRecord> recording, Predicate<ObjectNode> missing) {
    return recording.stream().filter(r -> isEvent(r) || !missing.test(r.object())).toList();
  }

  /** Objects of {@code kind}, everywhere or in {@code namespaces} if any are given. */
  static Predicate<ObjectNode> objects(String kind, String... namespaces) {
    Set<String> in = Set.of(namespaces);
    return object ->
        object.path("kind").asText().equals(kind)
            && (in.isEmpty() || in.contains(object.path("metadata").path("namespace").asText()));
  }

  /** No Event says which incarnation it is about. */
  static List<CaptureRecord> uidsStripped(List<CaptureRecord> recording) {
    return recording.stream()
        .map(
            r -> {
              ObjectNode object = r.object().deepCopy();
              if (object.path("involvedObject") instanceof ObjectNode involved) {
                involved.remove("uid");
              }
              return new CaptureRecord(r.receivedAt(), r.type(), r.resource(), object);
            })
        .toList();
  }

  /**
   * What a list at the end of the recording gives: the last version of everything that still
   * exists, received at one instant.
   */
  static List<CaptureRecord> atOneInstant(List<CaptureRecord> recording) {
    return listed(recording, recording.get(recording.size() - 1).receivedAt());
  }

  /** In the middle of its records, the watch broke and began with a list again. */
  static List<CaptureRecord> relistInTheMiddle(List<CaptureRecord> recording) {
    int middle = recording.size() / 2;
    List<CaptureRecord> before = recording.subList(0, middle);
    return Stream.of(
            before,
            listed(before, before.get(middle - 1).receivedAt()),
            recording.subList(middle, recording.size()))
        .flatMap(List::stream)
        .toList();
  }

  private static List<CaptureRecord> listed(List<CaptureRecord> recording, Instant at) {
    Map<String, CaptureRecord> existing = new LinkedHashMap<>();
    for (CaptureRecord record : recording) {
      String uid = record.object().path("metadata").path("uid").asText();
      if (record.type().equals(DELETED)) {
        existing.remove(uid);
      } else {
        existing.put(uid, record);
      }
    }
    return existing.values().stream().map(r -> received(r, at, "ADDED")).toList();
  }

  /** The nodes' clocks are {@code off} the others': so are the stamps the kubelet writes. */
  static List<CaptureRecord> kubeletClocksOff(List<CaptureRecord> recording, Duration off) {
    return recording.stream()
        .map(
            r ->
                isEvent(r) && r.object().path("source").path("component").asText().equals("kubelet")
                    ? new CaptureRecord(
                        r.receivedAt(), r.type(), r.resource(), stampsMoved(r.object(), off))
                    : r)
        .toList();
  }

  private static ObjectNode stampsMoved(ObjectNode event, Duration by) {
    ObjectNode moved = event.deepCopy();
    for (String stamp : List.of("firstTimestamp", "lastTimestamp", "eventTime")) {
      if (moved.path(stamp).isTextual()) {
        // Instant prints whole seconds without a fraction, as the API server does.
        moved.put(stamp, Instant.parse(moved.get(stamp).textValue()).plus(by).toString());
      }
    }
    if (moved.path("metadata") instanceof ObjectNode metadata) {
      Matcher name = NANOS_IN_NAME.matcher(metadata.path("name").asText());
      if (name.matches()) {
        BigInteger nanos = new BigInteger(name.group(2), HEX).add(BigInteger.valueOf(by.toNanos()));
        metadata.put("name", name.group(1) + "." + nanos.toString(HEX));
      }
    }
    return moved;
  }

  /**
   * The occurrences that a capture holds, {@code uid#count}: every version of an Event that is not
   * its expiry.
   */
  static List<String> occurrences(List<CaptureRecord> capture) {
    List<String> ids = new ArrayList<>();
    for (CaptureRecord record : capture) {
      if (isEvent(record) && !record.type().equals(DELETED)) {
        JsonNode event = record.object();
        JsonNode series = event.path("series").path("count");
        long count = (series.isNumber() ? series : event.path("count")).asLong(0);
        ids.add(event.path("metadata").path("uid").asText() + "#" + Math.max(0, count));
      }
    }
    return ids.stream().distinct().toList();
  }

  private static CaptureRecord received(CaptureRecord record, Instant at, String type) {
    return new CaptureRecord(at, type, record.resource(), record.object());
  }

  private static boolean isEvent(CaptureRecord record) {
    return record.object().path("kind").asText().equals("Event");
  }
}
