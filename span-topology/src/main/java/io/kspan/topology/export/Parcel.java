package io.kspan.topology.export;

import io.opentelemetry.sdk.trace.data.SpanData;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.apache.kafka.common.TopicPartition;

/**
 * What is sent in one request, and what its answer decides. Immutable.
 *
 * <p>A refused parcel of several records falls apart into its records: putting them together was
 * the sink's idea. A refused record is split into two halves, once. A record of which anything was
 * refused ends as a parcel without spans, which only the dead letters can take.
 *
 * @param records that are settled with it
 * @param spans to export, none when {@code refusal} is final
 * @param settles false for a first half, whose record is settled with the second
 * @param half whether it is part of a record
 * @param refusal what the backend said about this record before, null unless it refused something
 */
record Parcel(
    List<SinkRecord> records,
    List<SpanData> spans,
    boolean settles,
    boolean half,
    Refusal refusal) {

  static Parcel of(List<SinkRecord> records) {
    List<SpanData> spans = new ArrayList<>();
    records.forEach(one -> spans.addAll(one.spans()));
    return new Parcel(List.copyOf(records), List.copyOf(spans), true, false, null);
  }

  static Parcel dead(SinkRecord one, Refusal refusal) {
    return new Parcel(List.of(one), List.of(), true, false, refusal);
  }

  boolean isDead() {
    return spans.isEmpty();
  }

  /** What to do instead after the backend has refused this parcel, in order. */
  List<Parcel> refused(Refusal why) {
    if (records.size() > 1) {
      return records.stream().map(one -> Parcel.of(List.of(one))).toList();
    }
    SinkRecord only = records.get(0);
    if (half) {
      return settles ? List.of(dead(only, refusal == null ? why : refusal)) : List.of();
    }
    if (spans.size() == 1) {
      return List.of(dead(only, why));
    }
    int middle = spans.size() / 2;
    return List.of(
        new Parcel(records, spans.subList(0, middle), false, true, null),
        new Parcel(records, spans.subList(middle, spans.size()), true, true, null));
  }

  /** What was refused before, else what the backend has left out of this parcel. */
  Refusal refusalOr(Objection objection) {
    return refusal != null
        ? refusal
        : new Refusal(
            Refusal.PARTLY_REFUSED,
            "%d of %d spans, of %d records: %s"
                .formatted(
                    objection.rejectedSpans(), spans.size(), records.size(), objection.message()));
  }

  /** The second half, when the first was refused. */
  Parcel withRefusal(Refusal why) {
    return new Parcel(records, spans, settles, half, why);
  }

  /** Without the records of {@code partitions}; without records nothing is left to do. */
  Parcel without(Collection<TopicPartition> partitions) {
    List<SinkRecord> kept =
        records.stream().filter(one -> !partitions.contains(one.partition())).toList();
    return kept.size() == records.size()
        ? this
        : new Parcel(
            kept, kept.stream().flatMap(one -> one.spans().stream()).toList(), settles, half, null);
  }
}
