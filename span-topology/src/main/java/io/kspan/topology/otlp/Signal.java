package io.kspan.topology.otlp;

import io.opentelemetry.proto.logs.v1.LogRecord;
import io.opentelemetry.proto.trace.v1.Span;
import java.util.Locale;

/**
 * The signals that are written and exported. Their requests have the same structure, with the same
 * field numbers down to the items, and so have the answers to them.
 */
public enum Signal {
  TRACES(
      "span",
      "ExportTraceServiceRequest",
      Span.TRACE_ID_FIELD_NUMBER,
      Span.SPAN_ID_FIELD_NUMBER,
      Span.PARENT_SPAN_ID_FIELD_NUMBER,
      Span.NAME_FIELD_NUMBER),
  LOGS(
      "log record",
      "ExportLogsServiceRequest",
      LogRecord.TRACE_ID_FIELD_NUMBER,
      LogRecord.SPAN_ID_FIELD_NUMBER,
      Signal.NONE,
      LogRecord.EVENT_NAME_FIELD_NUMBER);

  private static final int NONE = 0;

  private final String item;
  private final String request;
  private final int traceId;
  private final int spanId;
  private final int parentId;
  private final int itemName;

  /** The numbers are those of fields of the item. */
  Signal(String item, String request, int traceId, int spanId, int parentId, int itemName) {
    this.item = item;
    this.request = request;
    this.traceId = traceId;
    this.spanId = spanId;
    this.parentId = parentId;
    this.itemName = itemName;
  }

  /** {@code traces} or {@code logs}, as in the names of variables and paths. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** What a request holds, in the singular. */
  public String item() {
    return item;
  }

  /** The name of the request's message. */
  String request() {
    return request;
  }

  int traceId() {
    return traceId;
  }

  int spanId() {
    return spanId;
  }

  int parentId() {
    return parentId;
  }

  int itemName() {
    return itemName;
  }
}
