package io.kspan.topology.otlp;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.WireFormat;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.ScopeSpans;
import io.opentelemetry.proto.trace.v1.Span;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Serialized {@code ExportTraceServiceRequest}s, as {@link OtlpEncoder} or another writer of {@code
 * otlp_proto} writes them: counted without being parsed, and split. Stateless.
 */
public final class OtlpRequests {
  private static final int TRACE_ID_BYTES = 16;
  private static final int SPAN_ID_BYTES = 8;
  private static final int TRACE_ID = tag(Span.TRACE_ID_FIELD_NUMBER);
  private static final int SPAN_ID = tag(Span.SPAN_ID_FIELD_NUMBER);
  private static final int PARENT_ID = tag(Span.PARENT_SPAN_ID_FIELD_NUMBER);
  private static final int NAME = tag(Span.NAME_FIELD_NUMBER);

  /** The fields that lead from a request to its spans. */
  private static final int[] PATH = {
    tag(ExportTraceServiceRequest.RESOURCE_SPANS_FIELD_NUMBER),
    tag(ResourceSpans.SCOPE_SPANS_FIELD_NUMBER),
    tag(ScopeSpans.SPANS_FIELD_NUMBER)
  };

  private OtlpRequests() {}

  /**
   * Returns the number of spans in {@code request}. Reads the structure down to the fields of each
   * span; what is inside of attributes is skipped, which costs a tenth of parsing them.
   *
   * @throws UnreadableRequestException if it is no such request, has no span, or a span lacks an id
   */
  public static int countSpans(byte[] request) {
    if (request == null) {
      throw new UnreadableRequestException("the record has no value", null);
    }
    int spans;
    try {
      spans = count(request, CodedInputStream.newInstance(request), 0);
    } catch (IOException e) {
      throw noRequest(e);
    }
    if (spans == 0) {
      throw new UnreadableRequestException("an OTLP request without spans", null);
    }
    return spans;
  }

  /**
   * Splits {@code request} into two that keep the order of its spans; throws an {@link
   * UnreadableRequestException} if it cannot be parsed.
   */
  public static List<byte[]> halves(byte[] request, int spans) {
    try {
      ExportTraceServiceRequest whole = ExportTraceServiceRequest.parseFrom(request);
      return List.of(range(whole, 0, spans / 2), range(whole, spans / 2, spans));
    } catch (InvalidProtocolBufferException e) {
      throw noRequest(e);
    }
  }

  private static int count(byte[] request, CodedInputStream in, int depth) throws IOException {
    int spans = 0;
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      if (tag == PATH[depth]) {
        int limit = in.pushLimit(in.readRawVarint32());
        if (depth < PATH.length - 1) {
          spans += count(request, in, depth + 1);
        } else {
          checkIds(request, in);
          spans++;
        }
        in.popLimit(limit);
      } else {
        in.skipField(tag);
      }
    }
    return spans;
  }

  private static void checkIds(byte[] request, CodedInputStream in) throws IOException {
    int traceId = 0;
    int spanId = 0;
    int parentId = 0;
    int nameEnd = 0;
    int nameBytes = 0;
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      if (tag == TRACE_ID) {
        traceId = skipBytes(in);
      } else if (tag == SPAN_ID) {
        spanId = skipBytes(in);
      } else if (tag == PARENT_ID) {
        parentId = skipBytes(in);
      } else if (tag == NAME) {
        nameBytes = skipBytes(in);
        nameEnd = in.getTotalBytesRead();
      } else {
        in.skipField(tag);
      }
    }
    if (traceId != TRACE_ID_BYTES
        || spanId != SPAN_ID_BYTES
        || (parentId != 0 && parentId != SPAN_ID_BYTES)) {
      String name = new String(request, nameEnd - nameBytes, nameBytes, StandardCharsets.UTF_8);
      throw new UnreadableRequestException(
          "span '%s' has ids of %d, %d and (parent) %d bytes instead of 16, 8 and 8"
              .formatted(name, traceId, spanId, parentId),
          null);
    }
  }

  private static int skipBytes(CodedInputStream in) throws IOException {
    int size = in.readRawVarint32();
    in.skipRawBytes(size);
    return size;
  }

  private static byte[] range(ExportTraceServiceRequest whole, int from, int to) {
    ExportTraceServiceRequest.Builder part = whole.toBuilder().clearResourceSpans();
    int before = 0;
    for (ResourceSpans resource : whole.getResourceSpansList()) {
      ResourceSpans.Builder resourcePart = resource.toBuilder().clearScopeSpans();
      for (ScopeSpans scope : resource.getScopeSpansList()) {
        int begin = Math.max(0, from - before);
        int end = Math.min(scope.getSpansCount(), to - before);
        if (begin < end) {
          resourcePart.addScopeSpans(
              scope.toBuilder().clearSpans().addAllSpans(scope.getSpansList().subList(begin, end)));
        }
        before += scope.getSpansCount();
      }
      if (resourcePart.getScopeSpansCount() > 0) {
        part.addResourceSpans(resourcePart);
      }
    }
    return part.build().toByteArray();
  }

  private static UnreadableRequestException noRequest(IOException e) {
    return new UnreadableRequestException(
        "not an OTLP ExportTraceServiceRequest: " + e.getMessage(), e);
  }

  private static int tag(int field) {
    return field << 3 | WireFormat.WIRETYPE_LENGTH_DELIMITED;
  }
}
