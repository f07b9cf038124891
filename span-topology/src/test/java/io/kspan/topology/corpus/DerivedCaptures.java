package io.kspan.topology.corpus;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kspan.testsupport.corpus.WatchEvent;
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
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The same recording as another watcher would have received it, or from a cluster whose clocks
 * disagree: pure functions over the watch events of a capture. Every result is sorted by receipt,
 * equal receipts in the order of the recording.
 */
public final class DerivedCaptures {
  public static final String UNDISTURBED = "the recording";
  public static final String LISTED = "everything listed at one instant";

  /** {@code <object>.<hex UnixNano>}, the name client-go gives to an Event. */
  private static final Pattern NANOS_IN_NAME = Pattern.compile("(.+)\\.([0-9a-f]{16})");

  private static final int HEX = 16;

  private DerivedCaptures() {}

  /** The recording itself and all captures derived from it, by name. */
  public static Map<String, UnaryOperator<List<WatchEvent>>> all() {
    Map<String, UnaryOperator<List<WatchEvent>>> all = new LinkedHashMap<>();
    all.put(UNDISTURBED, r -> r);
    all.put("snapshots 3 s later", r -> snapshotsDelayed(r, Duration.ofSeconds(3)));
    all.put("snapshots 20 s later", r -> snapshotsDelayed(r, Duration.ofSeconds(20)));
    all.put(
        "without the ReplicaSets of a-rollout, a-scale and a-drain",
        r -> withoutObjects(r, objects("ReplicaSet", "a-rollout", "a-scale", "a-drain")));
    all.put("without any ReplicaSet", r -> withoutObjects(r, objects("ReplicaSet")));
    all.put("without any Pod", r -> withoutObjects(r, objects("Pod")));
    all.put("Events without UID of the object", DerivedCaptures::uidsStripped);
    all.put(LISTED, DerivedCaptures::atOneInstant);
    all.put("a relist in the middle", DerivedCaptures::relistInTheMiddle);
    all.put("kubelet 2 s fast", r -> kubeletClocksOff(r, Duration.ofSeconds(2)));
    all.put("kubelet 2 s slow", r -> kubeletClocksOff(r, Duration.ofSeconds(-2)));
    return all;
  }

  /** The watch of objects lags behind that of Events. */
  private static List<WatchEvent> snapshotsDelayed(List<WatchEvent> recording, Duration delay) {
    return recording.stream()
        .map(r -> r.isEvent() ? r : r.at(r.receivedAt().plus(delay), r.type()))
        .sorted(Comparator.comparing(WatchEvent::receivedAt))
        .toList();
  }

  /** Objects that satisfy {@code missing} were never received; Events about them were. */
  private static List<WatchEvent> withoutObjects(
      List<WatchEvent> recording, Predicate<ObjectNode> missing) {
    return recording.stream().filter(r -> r.isEvent() || !missing.test(r.object())).toList();
  }

  /** Objects of {@code kind}, everywhere or in {@code namespaces} if any are given. */
  private static Predicate<ObjectNode> objects(String kind, String... namespaces) {
    Set<String> in = Set.of(namespaces);
    return object ->
        object.path("kind").asText().equals(kind)
            && (in.isEmpty() || in.contains(object.path("metadata").path("namespace").asText()));
  }

  /** No Event says which incarnation it is about. */
  private static List<WatchEvent> uidsStripped(List<WatchEvent> recording) {
    return recording.stream()
        .map(
            r -> {
              ObjectNode object = r.object().deepCopy();
              if (object.path("involvedObject") instanceof ObjectNode involved) {
                involved.remove("uid");
              }
              return r.of(object);
            })
        .toList();
  }

  /**
   * What a list at the end of the recording gives: the last version of everything that still
   * exists, received at one instant.
   */
  private static List<WatchEvent> atOneInstant(List<WatchEvent> recording) {
    return listed(recording, recording.get(recording.size() - 1).receivedAt());
  }

  /** In the middle of its records, the watch broke and began with a list again. */
  private static List<WatchEvent> relistInTheMiddle(List<WatchEvent> recording) {
    int middle = recording.size() / 2;
    List<WatchEvent> before = recording.subList(0, middle);
    return Stream.of(
            before,
            listed(before, before.get(middle - 1).receivedAt()),
            recording.subList(middle, recording.size()))
        .flatMap(List::stream)
        .toList();
  }

  private static List<WatchEvent> listed(List<WatchEvent> recording, Instant at) {
    Map<String, WatchEvent> existing = new LinkedHashMap<>();
    for (WatchEvent record : recording) {
      String uid = record.object().path("metadata").path("uid").asText();
      if (record.isDeletion()) {
        existing.remove(uid);
      } else {
        existing.put(uid, record);
      }
    }
    return existing.values().stream().map(r -> r.at(at, "ADDED")).toList();
  }

  /** The nodes' clocks are {@code off} the others': so are the stamps the kubelet writes. */
  private static List<WatchEvent> kubeletClocksOff(List<WatchEvent> recording, Duration off) {
    return recording.stream()
        .map(
            r ->
                r.isEvent()
                        && r.object().path("source").path("component").asText().equals("kubelet")
                    ? r.of(stampsMoved(r.object(), off))
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
  public static List<String> occurrences(List<WatchEvent> capture) {
    List<String> ids = new ArrayList<>();
    for (WatchEvent record : capture) {
      if (record.isEvent() && !record.isDeletion()) {
        JsonNode event = record.object();
        JsonNode series = event.path("series").path("count");
        long count = (series.isNumber() ? series : event.path("count")).asLong(0);
        ids.add(event.path("metadata").path("uid").asText() + "#" + Math.max(0, count));
      }
    }
    return ids.stream().distinct().toList();
  }
}
