package io.kspan.topology.envelope;

import io.kspan.topology.model.EventOccurrence;
import io.kspan.topology.model.ObjectSnapshot;
import java.util.function.LongFunction;

/**
 * What one record of an input topic says.
 *
 * <p>Receipt times are those of the envelope, or the record's own timestamp for a bare object.
 */
public sealed interface InputRecord {

  /** {@link #observedAtMillis} of a bare object. */
  long UNKNOWN = -1;

  /** Name of the cluster that it comes from. */
  String cluster();

  /** When it was received from the API server, in milliseconds since 1970. */
  long observedAtMillis();

  /** An occurrence of an Event. */
  record Occurrence(String cluster, EventOccurrence event) implements InputRecord {
    @Override
    public long observedAtMillis() {
      return event.receiptMillis();
    }
  }

  /** A version of an object. */
  record Snapshot(String cluster, ObjectSnapshot object) implements InputRecord {
    @Override
    public long observedAtMillis() {
      return object.receiptMillis();
    }
  }

  /**
   * A list of one kind is complete, so the kind is watched.
   *
   * @param kind empty if it is not said
   * @param group of the kind, empty for the core group
   * @param namespace that was listed, empty for all
   * @param startedAtMillis what exists was received then or later; 0 if the list says of no object
   *     that it is gone
   */
  record Listed(
      String cluster,
      long observedAtMillis,
      String kind,
      String group,
      String namespace,
      long startedAtMillis)
      implements InputRecord {}

  /** Nothing follows in this partition (replay). */
  record End(String cluster, long observedAtMillis) implements InputRecord {}

  /**
   * All records that were received up to {@code millis} lie before this one in the partition number
   * {@code partition} of a re-keyed input.
   */
  record Watermark(int partition, long millis) implements InputRecord {
    @Override
    public String cluster() {
      return "";
    }

    @Override
    public long observedAtMillis() {
      return UNKNOWN;
    }
  }

  /**
   * A record that is re-keyed.
   *
   * @param value as received
   * @param record the same, read
   */
  record Received(byte[] value, InputRecord record) implements InputRecord {
    @Override
    public String cluster() {
      return record.cluster();
    }

    @Override
    public long observedAtMillis() {
      return record.observedAtMillis();
    }
  }

  /** A Kubernetes object without envelope: complete once the record's timestamp is known. */
  record Bare(String cluster, LongFunction<InputRecord> at) implements InputRecord {
    @Override
    public long observedAtMillis() {
      return UNKNOWN;
    }
  }

  /**
   * A record without effect: the expiry of an Event, a bookmark, a tombstone, a filtered record.
   */
  record Ignored(String cluster, long observedAtMillis) implements InputRecord {}

  /**
   * {@code input}, with the record's timestamp as receipt if it has none of its own.
   *
   * @param input null for a tombstone
   * @throws UnreadableRecordException if that timestamp cannot be a receipt
   */
  static InputRecord complete(InputRecord input, long recordTimestampMillis) {
    if (input == null) {
      return new Ignored("", UNKNOWN);
    }
    return input instanceof Bare bare ? bare.at().apply(recordTimestampMillis) : input;
  }
}
