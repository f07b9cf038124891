package io.kspan.topology.otlp;

import io.kspan.topology.model.Attributes;
import io.kspan.topology.model.FinishedSpan;
import io.kspan.topology.model.FinishedTrace;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.logs.v1.LogRecord;
import io.opentelemetry.proto.logs.v1.SeverityNumber;
import java.util.concurrent.TimeUnit;

/** One occurrence of an Event as an OTLP log record. Stateless. */
final class LogWriter {
  /** All have one name, because all have the same attributes; the reason is one of these. */
  static final String EVENT_NAME = "k8s.event";

  private static final String MESSAGE = "k8s.event.message";
  private static final String TYPE = "k8s.event.type";
  private static final int SAMPLED = 0x01;

  private LogWriter() {}

  /**
   * The log record of {@code finished}, which is the span of an occurrence.
   *
   * @param sampled whether the trace is written
   */
  static LogRecord write(FinishedTrace trace, FinishedSpan finished, boolean sampled) {
    String type = finished.attributes().text(TYPE);
    String message = finished.attributes().text(MESSAGE);
    LogRecord.Builder log =
        LogRecord.newBuilder()
            .setTimeUnixNano(finished.occurrence().timeEpochNanos())
            .setObservedTimeUnixNano(
                TimeUnit.MILLISECONDS.toNanos(finished.occurrence().receiptMillis()))
            .setSeverityNumber(severity(type))
            .setSeverityText(type)
            .setEventName(EVENT_NAME)
            .addAllAttributes(OtlpValues.attributes(ofEvent(finished.attributes())))
            .setFlags(sampled ? SAMPLED : 0)
            .setTraceId(OtlpValues.id(trace.traceId(), 16))
            .setSpanId(OtlpValues.id(finished.spanId(), 8));
    if (!message.isEmpty()) {
      log.setBody(AnyValue.newBuilder().setStringValue(message));
    }
    return log.build();
  }

  /** What is neither Normal nor empty counts as a warning, as it does for spans. */
  private static SeverityNumber severity(String type) {
    return switch (type) {
      case "" -> SeverityNumber.SEVERITY_NUMBER_UNSPECIFIED;
      case "Normal" -> SeverityNumber.SEVERITY_NUMBER_INFO;
      default -> SeverityNumber.SEVERITY_NUMBER_WARN;
    };
  }

  /** The attributes that are about the Event and its object, not about its span or its trace. */
  private static Attributes ofEvent(Attributes attributes) {
    return attributes.toBuilder().removeIf(key -> key.equals(MESSAGE) || !isOfEvent(key)).build();
  }

  private static boolean isOfEvent(String key) {
    return key.startsWith("k8s.")
        || key.startsWith("kspan.event.")
        || key.equals("kspan.owner.inferred")
        || key.equals("kspan.time.adjusted_ms");
  }
}
