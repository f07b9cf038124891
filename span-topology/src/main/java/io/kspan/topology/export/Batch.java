package io.kspan.topology.export;

import io.kspan.topology.otlp.OtlpRequests;
import io.opentelemetry.sdk.common.export.MessageWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Collection;
import java.util.List;
import java.util.stream.Stream;
import org.apache.kafka.common.TopicPartition;

/**
 * One request to the backend, or one dead letter to write. Immutable.
 *
 * <p>The records of a batch are refused together. A refused batch of several records is then sent
 * record by record, because the sink has put them together; a refused record is split into two
 * halves, once.
 *
 * @param body serialized requests; one after the other they are one request, since repeated fields
 *     of protobuf messages add up
 * @param items how many spans or log records that is
 */
record Batch(Kind kind, List<SinkRecord> records, List<byte[]> body, int items)
    implements MessageWriter {

  /** With the answer to a FIRST_HALF its record is not complete. */
  enum Kind {
    WHOLE,
    FIRST_HALF,
    SECOND_HALF,
    DEAD_LETTER
  }

  static Batch of(List<SinkRecord> records) {
    return new Batch(
        Kind.WHOLE,
        records,
        records.stream().map(one -> one.source().value()).toList(),
        records.stream().mapToInt(SinkRecord::items).sum());
  }

  static Batch deadLetter(SinkRecord one) {
    return new Batch(Kind.DEAD_LETTER, List.of(one), List.of(), 0);
  }

  /**
   * The batches to send instead after the backend has refused this one; empty if there are none.
   */
  Stream<Batch> split() {
    if (records.size() > 1) {
      return records.stream().map(one -> of(List.of(one)));
    }
    if (kind != Kind.WHOLE || items == 1) {
      return Stream.of();
    }
    List<byte[]> halves = OtlpRequests.halves(body.get(0), items);
    return Stream.of(
        new Batch(Kind.FIRST_HALF, records, List.of(halves.get(0)), items / 2),
        new Batch(Kind.SECOND_HALF, records, List.of(halves.get(1)), items - items / 2));
  }

  Batch without(Collection<TopicPartition> partitions) {
    List<SinkRecord> kept =
        records.stream().filter(one -> !partitions.contains(one.partition())).toList();
    return kept.size() == records.size() ? this : of(kept);
  }

  @Override
  public int getContentLength() {
    return body.stream().mapToInt(part -> part.length).sum();
  }

  @Override
  public void writeMessage(OutputStream output) throws IOException {
    for (byte[] part : body) {
      output.write(part);
    }
  }
}
