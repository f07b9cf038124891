package io.kspan.topology.names;

import java.util.List;

/**
 * The topics of one pipeline, named by one prefix ({@code k8s.} unless configured).
 *
 * <p>Immutable.
 *
 * @param events envelopes of Events, keyed by the involved object's reference
 * @param objects envelopes of object snapshots, keyed by the object's own reference
 * @param lineage who owns whom; one partition, compacted
 * @param spans finished traces, OTLP protobuf
 * @param deadLetters records that could not be read, as received
 */
public record Topics(
    String events, String objects, String lineage, String spans, String deadLetters) {

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
        prefix + "dead-letters");
  }

  /** All of them, inputs first. */
  public List<String> all() {
    return List.of(events, objects, lineage, spans, deadLetters);
  }
}
