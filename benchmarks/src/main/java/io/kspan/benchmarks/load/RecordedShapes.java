package io.kspan.benchmarks.load;

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
 * times of its own, but for nodes and the namespaces of the system, which are the same in all. The
 * same arguments always give the same.
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
  private final PriorityQueue<Position> next =
      new PriorityQueue<>(
          Comparator.comparing(Position::receivedAt).thenComparingLong(Position::copy));

  /** A record of the recording: what is the same in every copy, and what is not. */
  private record Shape(boolean event, Instant receivedAt, Template key, Template envelope) {}

  private record Position(long copy, int shape, Instant receivedAt) {}

  private RecordedShapes(
      long seed, Instant start, long copies, Duration between, List<Shape> shapes) {
    this.seed = seed;
    this.copies = copies;
    this.between = between;
    this.shapes = shapes;
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

  /** Records in one copy. */
  int size() {
    return shapes.size();
  }

  private static boolean isFirst(CaptureRecord record) {
    return record.type().equals("ADDED") && !record.object().path("kind").asText().equals("Event");
  }

  private static List<Shape> shapes(List<CaptureRecord> records, Projection projection) {
    EnvelopeMapper mapper =
        new EnvelopeMapper(
            new EnvelopeMapper.Settings(CLUSTER, EVENTS, "objects", projection, MAX_RECORD_BYTES));
    Set<String> namespaces = namespaces(records);
    Template.Names names = new Template.Names(namespaces, shared(records, namespaces));
    List<Shape> shapes = new ArrayList<>();
    for (CaptureRecord record : records) {
      for (MappedRecord mapped :
          mapper.map(
              WatchType.of(record.type()).orElseThrow(), record.object(), record.receivedAt())) {
        if (mapped.value() != null) {
          shapes.add(
              new Shape(
                  mapped.topic().equals(EVENTS),
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
   * Nodes and namespaces of the system: one of each, as in a cluster. Otherwise each name would
   * stand for as many objects as there are copies.
   */
  private static Set<String> shared(List<CaptureRecord> records, Set<String> namespaces) {
    return records.stream()
        .map(CaptureRecord::object)
        .filter(object -> SHARED_KINDS.contains(object.path("kind").asText()))
        .map(object -> object.path("metadata"))
        .filter(metadata -> !namespaces.contains(metadata.path("name").asText()))
        .map(metadata -> metadata.path("uid").asText())
        .collect(Collectors.toSet());
  }

  private void begin(long copy) {
    if (copy < copies) {
      next.add(position(copy, 0));
    }
  }

  private Position position(long copy, int shape) {
    return new Position(copy, shape, shapes.get(shape).receivedAt().plus(offset).plus(shift(copy)));
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
    if (at.shape() + 1 < shapes.size()) {
      next.add(position(at.copy(), at.shape() + 1));
    }
    Shape shape = shapes.get(at.shape());
    Template.Copy copy =
        new Template.Copy(seed, at.copy(), offset.plus(shift(at.copy())).toSeconds());
    return new InputMessage(
        shape.event(),
        shape.key().write(copy),
        at.receivedAt().toEpochMilli(),
        shape.envelope().write(copy).getBytes(StandardCharsets.UTF_8));
  }
}
