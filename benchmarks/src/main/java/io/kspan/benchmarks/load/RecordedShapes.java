package io.kspan.benchmarks.load;

import com.fasterxml.jackson.databind.JsonNode;
import io.kspan.connect.record.EnvelopeMapper;
import io.kspan.connect.record.MappedRecord;
import io.kspan.connect.record.Projection;
import io.kspan.connect.record.WatchType;
import io.kspan.quickstart.recording.Recording;
import io.kspan.testsupport.generate.InputMessage;
import io.kspan.topology.capture.CaptureRecord;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A recording, such as the one that comes with the quickstart, any number of times: records as
 * large and in the order in which a real cluster wrote them. Each copy has namespaces, UIDs and
 * times of its own; nodes and the namespaces of the system are in the first copy only. The same
 * arguments always give the same.
 *
 * <p>Lazy, in the order of receipt. Not thread-safe.
 */
final class RecordedShapes implements Iterator<InputMessage> {
  /** {@code cluster} of the envelopes. */
  static final String CLUSTER = "recorded";

  private static final String EVENTS = "events";
  private static final Set<String> SHARED_KINDS = Set.of("Namespace", "Node");
  private static final int MAX_RECORD_BYTES = 900_000;

  private final long seed;
  private final long copies;
  private final Duration offset;
  private final Duration between;
  private final List<Shape> shapes;
  // Of every copy but the first.
  private final List<Shape> repeated;
  private final PriorityQueue<Position> next =
      new PriorityQueue<>(
          Comparator.comparing(Position::receivedAt).thenComparingLong(Position::copy));

  /**
   * A record of the recording: what is the same in every copy, and what is not.
   *
   * @param shared about an object that all copies share, so in the first one only
   */
  private record Shape(
      boolean event, boolean shared, Instant receivedAt, Template key, Template envelope) {}

  private record Position(long copy, int shape, Instant receivedAt) {}

  private RecordedShapes(
      long seed, Instant start, long copies, Duration between, List<Shape> shapes) {
    this.seed = seed;
    this.copies = copies;
    this.between = between;
    this.shapes = shapes;
    this.repeated = shapes.stream().filter(shape -> !shape.shared()).toList();
    // By whole seconds, so that stamps of seconds and of nanoseconds keep their relations.
    this.offset =
        Duration.ofSeconds(Duration.between(shapes.get(0).receivedAt(), start).toSeconds());
    begin(0);
  }

  /** All of the recording, {@code copies} times, the next begun {@code between} after the last. */
  static RecordedShapes all(long seed, Instant start, long copies, Duration between) {
    return of(Recording.bundled(), Projection.SAFE, seed, start, copies, between);
  }

  /** The same of any recording, as the connector writes it under {@code projection}. */
  static RecordedShapes of(
      Recording recording,
      Projection projection,
      long seed,
      Instant start,
      long copies,
      Duration between) {
    return new RecordedShapes(
        seed, start, copies, between, shapes(recording.changes(), projection));
  }

  /** Only the first version of each object: a cluster that is listed. */
  static RecordedShapes objects(long seed, Instant start, long copies, Duration between) {
    return new RecordedShapes(
        seed,
        start,
        copies,
        between,
        shapes(
            Recording.bundled().changes().stream().filter(RecordedShapes::isFirst).toList(),
            Projection.SAFE));
  }

  /** Records in one copy, but for the first. */
  int size() {
    return repeated.size();
  }

  private static boolean isFirst(CaptureRecord record) {
    return record.type().equals("ADDED") && !record.object().path("kind").asText().equals("Event");
  }

  private static List<Shape> shapes(List<CaptureRecord> records, Projection projection) {
    EnvelopeMapper mapper =
        new EnvelopeMapper(
            new EnvelopeMapper.Settings(CLUSTER, EVENTS, "objects", projection, MAX_RECORD_BYTES));
    Set<String> namespaces = namespaces(records);
    Set<String> shared =
        records.stream()
            .map(CaptureRecord::object)
            .filter(object -> isShared(object, namespaces))
            .map(object -> object.path("metadata").path("uid").asText())
            .collect(Collectors.toSet());
    Template.Names names = new Template.Names(namespaces, shared);
    List<Shape> shapes = new ArrayList<>();
    for (CaptureRecord record : records) {
      for (MappedRecord mapped :
          mapper.map(
              WatchType.of(record.type()).orElseThrow(), record.object(), record.receivedAt())) {
        if (mapped.value() != null) {
          shapes.add(
              new Shape(
                  mapped.topic().equals(EVENTS),
                  isShared(record.object(), namespaces),
                  record.receivedAt(),
                  Template.of(mapped.key(), names),
                  Template.of(mapped.value(), names)));
        }
      }
    }
    return shapes;
  }

  /** Those of the system are in other names, too: default-scheduler. */
  private static Set<String> namespaces(List<CaptureRecord> records) {
    return records.stream()
        .map(record -> record.object().path("metadata").path("namespace").asText())
        .filter(name -> !name.isEmpty() && !name.equals("default") && !name.startsWith("kube-"))
        .collect(Collectors.toSet());
  }

  /**
   * Whether a record is about a node or a namespace of the system: one of each, as in a cluster.
   * Otherwise each name would stand for as many objects as there are copies.
   */
  private static boolean isShared(JsonNode object, Set<String> namespaces) {
    boolean isEvent = object.path("kind").asText().equals("Event");
    JsonNode about = object.path("involvedObject");
    return SHARED_KINDS.contains((isEvent ? about : object).path("kind").asText())
        && !namespaces.contains((isEvent ? about : object.path("metadata")).path("name").asText());
  }

  private void begin(long copy) {
    if (copy < copies) {
      next.add(position(copy, 0));
    }
  }

  private Position position(long copy, int shape) {
    Instant receivedAt = of(copy).get(shape).receivedAt();
    return new Position(copy, shape, receivedAt.plus(offset).plus(shift(copy)));
  }

  private List<Shape> of(long copy) {
    return copy == 0 ? shapes : repeated;
  }

  private Duration shift(long copy) {
    return Duration.ofSeconds(between.multipliedBy(copy).toSeconds());
  }

  @Override
  public boolean hasNext() {
    return !next.isEmpty();
  }

  @Override
  public InputMessage next() {
    if (next.isEmpty()) {
      throw new NoSuchElementException("all copies are used up");
    }
    Position at = next.remove();
    if (at.shape() == 0) {
      begin(at.copy() + 1);
    }
    if (at.shape() + 1 < of(at.copy()).size()) {
      next.add(position(at.copy(), at.shape() + 1));
    }
    Shape shape = of(at.copy()).get(at.shape());
    Template.Copy copy =
        new Template.Copy(seed, at.copy(), offset.plus(shift(at.copy())).toSeconds());
    return new InputMessage(
        shape.event(),
        shape.key().write(copy),
        at.receivedAt().toEpochMilli(),
        shape.envelope().write(copy).getBytes(StandardCharsets.UTF_8));
  }
}
