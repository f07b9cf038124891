package io.kspan.topology.names;

import java.util.List;
import java.util.stream.Stream;

/**
 * The topics of one pipeline, named by one prefix ({@code k8s.} unless configured).
 *
 * <p>Immutable.
 *
 * @param events envelopes of Events, keyed by the involved object's reference
 * @param objects envelopes of object snapshots, keyed by the object's own reference
 * @param lineage who owns whom; one partition, compacted
 * @param spans finished traces, OTLP protobuf
 * @param changes when a change begins and when its trace is finished, CloudEvents; empty if that is
 *     not written
 * @param logs occurrences of Events as OTLP log records, protobuf; empty if they are not written
 * @param deadLetters records that could not be read, as received
 */
public record Topics(
    String events,
    String objects,
    String lineage,
    String spans,
    String changes,
    String logs,
    String deadLetters) {

  /**
   * Names all topics from {@code prefix}, which is used as it is ({@code k8s.} gives {@code
   * k8s.events}).
   */
  public static Topics withPrefix(String prefix) {
    return new Topics(
        prefix + "events",
        prefix + "objects",
        prefix + "lineage",
        prefix + "spans",
        prefix + "changes",
        prefix + "logs",
        prefix + "dead-letters");
  }

  /** The same for a pipeline that writes no changes. */
  public Topics withoutChanges() {
    return new Topics(events, objects, lineage, spans, "", logs, deadLetters);
  }

  /** The same for a pipeline that writes no logs. */
  public Topics withoutLogs() {
    return new Topics(events, objects, lineage, spans, changes, "", deadLetters);
  }

  public boolean hasChanges() {
    return !changes.isEmpty();
  }

  public boolean hasLogs() {
    return !logs.isEmpty();
  }

  /** All of them, inputs first. */
  public List<String> all() {
    return Stream.of(events, objects, lineage, spans, changes, logs, deadLetters)
        .filter(topic -> !topic.isEmpty())
        .toList();
  }
}
