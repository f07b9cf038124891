package io.kspan.topology.envelope;

import io.kspan.topology.metrics.Metric;
import io.kspan.topology.metrics.Metrics;
import io.kspan.topology.model.EventOccurrence;
import io.kspan.topology.model.ObjectReference;

/**
 * Which input becomes part of traces, so that a noisy cluster stays affordable. Filtered records
 * still move the watermarks.
 *
 * <p>Immutable and thread-safe; counts filtered records.
 *
 * @param clusters of Events and objects
 * @param namespaces of the object itself or the one that an Event is about; what lies in no
 *     namespace is always wanted
 * @param kinds of the object that an Event is about; objects of all kinds are needed as owners
 * @param reasons of Events
 * @param types of Events
 */
public record InputFilter(
    NameFilter clusters,
    NameFilter namespaces,
    NameFilter kinds,
    NameFilter reasons,
    NameFilter types) {
  /** Leaves nothing out. */
  public static final InputFilter NONE =
      new InputFilter(
          NameFilter.ALL, NameFilter.ALL, NameFilter.ALL, NameFilter.ALL, NameFilter.ALL);

  InputRecord apply(InputRecord input, Metrics counters) {
    if (input instanceof InputRecord.Bare bare) {
      return new InputRecord.Bare(bare.cluster(), at -> apply(bare.at().apply(at), counters));
    }
    if (wants(input)) {
      return input;
    }
    counters.count(Metric.FILTERED_RECORDS);
    return new InputRecord.Ignored(input.cluster(), input.observedAtMillis());
  }

  private boolean wants(InputRecord input) {
    if (input instanceof InputRecord.Occurrence occurrence) {
      return clusters.wants(input.cluster()) && wants(occurrence.event());
    }
    if (input instanceof InputRecord.Snapshot snapshot) {
      return clusters.wants(input.cluster()) && wants(snapshot.object().reference());
    }
    return true;
  }

  private boolean wants(EventOccurrence event) {
    return wants(event.involved())
        && kinds.wants(event.involved().kind())
        && reasons.wants(event.reason())
        && types.wants(event.type());
  }

  private boolean wants(ObjectReference reference) {
    return reference.namespace().isEmpty() || namespaces.wants(reference.namespace());
  }
}
