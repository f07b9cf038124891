package io.kspan.topology.model;

import java.util.List;

/**
 * One finished span, as it is exported.
 *
 * <p>Immutable.
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
    Attributes attributes,
    boolean error,
    String errorDescription,
    List<SpanLink> links,
    Attributes resource,
    Occurrence occurrence) {

  /** A span that is not that of an occurrence. */
  public FinishedSpan(
      String spanId,
      String parentSpanId,
      String name,
      long startEpochNanos,
      long endEpochNanos,
      Attributes attributes,
      boolean error,
      String errorDescription,
      List<SpanLink> links,
      Attributes resource) {
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
    links = List.copyOf(links);
  }

  /** The same with other attributes. */
  public FinishedSpan withAttributes(Attributes other) {
    return with(endEpochNanos, other);
  }

  /** The same with another end. */
  public FinishedSpan endingAt(long otherEndEpochNanos) {
    return with(otherEndEpochNanos, attributes);
  }

  private FinishedSpan with(long otherEndEpochNanos, Attributes otherAttributes) {
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
  public record SpanLink(TraceContext to, Attributes attributes) {
    /** A link to a span of this program; whether its trace is sampled is not known here. */
    public SpanLink(String traceId, String spanId, Attributes attributes) {
      this(new TraceContext(traceId, spanId, 0, ""), attributes);
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
