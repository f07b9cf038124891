package io.kspan.topology.export;

import com.google.protobuf.ByteString;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceState;
import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.proto.trace.v1.SpanFlags;
import io.opentelemetry.sdk.common.InstrumentationScopeInfo;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.data.EventData;
import io.opentelemetry.sdk.trace.data.LinkData;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.data.StatusData;
import java.util.HexFormat;
import java.util.List;

/**
 * An OTLP span as the exporter wants it. Immutable. The trace state is not carried: the topology
 * writes none.
 */
final class ExportedSpan implements SpanData {
  private static final int TRACE_FLAGS = SpanFlags.SPAN_FLAGS_TRACE_FLAGS_MASK_VALUE;
  private static final int IS_REMOTE = SpanFlags.SPAN_FLAGS_CONTEXT_IS_REMOTE_MASK_VALUE;

  private final Span span;
  private final Resource resource;
  private final InstrumentationScopeInfo scope;
  private final SpanContext context;
  private final SpanContext parent;
  private final Attributes attributes;
  private final List<EventData> events;
  private final List<LinkData> links;

  ExportedSpan(Span span, Resource resource, InstrumentationScopeInfo scope) {
    this.span = span;
    this.resource = resource;
    this.scope = scope;
    this.context = context(span.getTraceId(), span.getSpanId(), span.getFlags(), false);
    this.parent =
        span.getParentSpanId().isEmpty()
            ? SpanContext.getInvalid()
            : context(
                span.getTraceId(),
                span.getParentSpanId(),
                span.getFlags(),
                (span.getFlags() & IS_REMOTE) != 0);
    this.attributes = AttributesReader.read(span.getAttributesList());
    this.events = span.getEventsList().stream().map(ExportedSpan::event).toList();
    this.links = span.getLinksList().stream().map(ExportedSpan::link).toList();
  }

  private static SpanContext context(
      ByteString traceId, ByteString spanId, int flags, boolean remote) {
    String trace = HexFormat.of().formatHex(traceId.toByteArray());
    String id = HexFormat.of().formatHex(spanId.toByteArray());
    TraceFlags traceFlags = TraceFlags.fromByte((byte) (flags & TRACE_FLAGS));
    return remote
        ? SpanContext.createFromRemoteParent(trace, id, traceFlags, TraceState.getDefault())
        : SpanContext.create(trace, id, traceFlags, TraceState.getDefault());
  }

  private static EventData event(Span.Event event) {
    return EventData.create(
        event.getTimeUnixNano(), event.getName(), AttributesReader.read(event.getAttributesList()));
  }

  private static LinkData link(Span.Link link) {
    boolean remote = (link.getFlags() & IS_REMOTE) != 0;
    return LinkData.create(
        context(link.getTraceId(), link.getSpanId(), link.getFlags(), remote),
        AttributesReader.read(link.getAttributesList()));
  }

  @Override
  public String getName() {
    return span.getName();
  }

  @Override
  public SpanKind getKind() {
    return switch (span.getKind()) {
      case SPAN_KIND_SERVER -> SpanKind.SERVER;
      case SPAN_KIND_CLIENT -> SpanKind.CLIENT;
      case SPAN_KIND_PRODUCER -> SpanKind.PRODUCER;
      case SPAN_KIND_CONSUMER -> SpanKind.CONSUMER;
      default -> SpanKind.INTERNAL;
    };
  }

  @Override
  public SpanContext getSpanContext() {
    return context;
  }

  @Override
  public SpanContext getParentSpanContext() {
    return parent;
  }

  @Override
  public StatusData getStatus() {
    StatusCode code =
        switch (span.getStatus().getCode()) {
          case STATUS_CODE_ERROR -> StatusCode.ERROR;
          case STATUS_CODE_OK -> StatusCode.OK;
          default -> StatusCode.UNSET;
        };
    return StatusData.create(code, span.getStatus().getMessage());
  }

  @Override
  public long getStartEpochNanos() {
    return span.getStartTimeUnixNano();
  }

  @Override
  public long getEndEpochNanos() {
    return span.getEndTimeUnixNano();
  }

  @Override
  public Attributes getAttributes() {
    return attributes;
  }

  @Override
  public List<EventData> getEvents() {
    return events;
  }

  @Override
  public List<LinkData> getLinks() {
    return links;
  }

  @Override
  public boolean hasEnded() {
    return true;
  }

  @Override
  public int getTotalRecordedEvents() {
    return span.getEventsCount() + span.getDroppedEventsCount();
  }

  @Override
  public int getTotalRecordedLinks() {
    return span.getLinksCount() + span.getDroppedLinksCount();
  }

  @Override
  public int getTotalAttributeCount() {
    return attributes.size() + span.getDroppedAttributesCount();
  }

  @Override
  @Deprecated
  @SuppressWarnings("deprecation") // Of the interface; the exporter asks for the scope instead.
  public io.opentelemetry.sdk.common.InstrumentationLibraryInfo getInstrumentationLibraryInfo() {
    return io.opentelemetry.sdk.common.InstrumentationLibraryInfo.create(
        scope.getName(), scope.getVersion());
  }

  @Override
  public InstrumentationScopeInfo getInstrumentationScopeInfo() {
    return scope;
  }

  @Override
  public Resource getResource() {
    return resource;
  }
}
