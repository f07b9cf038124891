package io.kspan.topology.model;

import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * One finished span, as it is exported.
 *
 * <p>Immutable; the maps are sorted by key, so that equal spans have equal bytes. They are not
 * copied, since they are most of a large trace: their maker must not change them any more.
 *
 * <p>Attribute values are {@link String}, {@link Long}, {@link Boolean}, {@link Double} or a {@link
 * List} of strings.
 *
 * @param spanId 16 lower-case hex digits
 * @param parentSpanId 16 lower-case hex digits, empty for a root without parent
 * @param name {@code Kind.Reason}, {@code Kind.Operation} or {@code Kind.Activity}
 * @param startEpochNanos nanoseconds since 1970
 * @param endEpochNanos nanoseconds since 1970, not before the start
 * @param attributes of the span
 * @param error status ERROR with {@code errorDescription}, else the status stays UNSET
 * @param errorDescription the status message, empty without error
 * @param links to other spans, usually none
 * @param resource attributes of the component that reported
 * @param occurrence of which it is the span; null for the span of a change or an activity
 */
public record FinishedSpan(
    String spanId,
    String parentSpanId,
    String name,
    long startEpochNanos,
    long endEpochNanos,
    SortedMap<String, Object> attributes,
    boolean error,
    String errorDescription,
    List<SpanLink> links,
    SortedMap<String, Object> resource,
    Occurrence occurrence) {

  /** A span that is not that of an occurrence. */
  public FinishedSpan(
      String spanId,
      String parentSpanId,
      String name,
      long startEpochNanos,
      long endEpochNanos,
      SortedMap<String, Object> attributes,
      boolean error,
      String errorDescription,
      List<SpanLink> links,
      SortedMap<String, Object> resource) {
    this(
        spanId,
        parentSpanId,
        name,
        startEpochNanos,
        endEpochNanos,
        attributes,
        error,
        errorDescription,
        links,
        resource,
        null);
  }

  public FinishedSpan {
    attributes = Collections.unmodifiableSortedMap(attributes);
    resource = Collections.unmodifiableSortedMap(resource);
    links = List.copyOf(links);
  }

  /** The same with other attributes. */
  public FinishedSpan withAttributes(SortedMap<String, Object> other) {
    return with(endEpochNanos, other);
  }

  /** The same with another end. */
  public FinishedSpan endingAt(long otherEndEpochNanos) {
    return with(otherEndEpochNanos, attributes);
  }

  private FinishedSpan with(long otherEndEpochNanos, SortedMap<String, Object> otherAttributes) {
    return new FinishedSpan(
        spanId,
        parentSpanId,
        name,
        startEpochNanos,
        otherEndEpochNanos,
        otherAttributes,
        error,
        errorDescription,
        links,
        resource,
        occurrence);
  }

  /**
   * When an occurrence was: its span can start earlier, with the first child.
   *
   * @param timeEpochNanos the event time
   * @param receiptMillis when it was received
   */
  public record Occurrence(long timeEpochNanos, long receiptMillis) {}

  /**
   * A reference to a span of another trace.
   *
   * @param attributes of the link
   */
  public record SpanLink(TraceContext to, SortedMap<String, Object> attributes) {
    /** A link to a span of this program; whether its trace is sampled is not known here. */
    public SpanLink(String traceId, String spanId, SortedMap<String, Object> attributes) {
      this(new TraceContext(traceId, spanId, 0, ""), attributes);
    }

    public SpanLink {
      attributes = Collections.unmodifiableSortedMap(new TreeMap<>(attributes));
    }

    /** 32 lower-case hex digits. */
    public String traceId() {
      return to.traceId();
    }

    /** 16 lower-case hex digits. */
    public String spanId() {
      return to.spanId();
    }
  }
}
