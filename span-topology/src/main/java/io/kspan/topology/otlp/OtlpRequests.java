package io.kspan.topology.otlp;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.UnknownFieldSet;
import com.google.protobuf.WireFormat;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.ScopeSpans;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Serialized requests of a signal, as {@link OtlpEncoder} or another writer of {@code otlp_proto}
 * writes them: counted without being parsed, and split. Stateless.
 */
public final class OtlpRequests {
  private static final int TRACE_ID_BYTES = 16;
  private static final int SPAN_ID_BYTES = 8;

  /** The fields that lead from a request to its items, of either signal. */
  private static final int[] PATH = {
    ExportTraceServiceRequest.RESOURCE_SPANS_FIELD_NUMBER,
    ResourceSpans.SCOPE_SPANS_FIELD_NUMBER,
    ScopeSpans.SPANS_FIELD_NUMBER
  };

  private OtlpRequests() {}

  /**
   * Returns the number of spans or log records in {@code request}. Reads the structure down to the
   * fields of each; what is inside of attributes is skipped, which costs a tenth of parsing them.
   *
   * @throws UnreadableRequestException if it is no request of {@code signal}, holds nothing, or has
   *     an id of another length; a log record may have none
   */
  public static int count(Signal signal, byte[] request) {
    if (request == null) {
      throw new UnreadableRequestException("the record has no value", null);
    }
    int items;
    try {
      items = count(signal, request, CodedInputStream.newInstance(request), 0);
    } catch (IOException e) {
      throw new UnreadableRequestException(
          "not an OTLP " + signal.request() + ": " + e.getMessage(), e);
    }
    if (items == 0) {
      throw new UnreadableRequestException("an OTLP request without " + signal.item() + "s", null);
    }
    return items;
  }

  /**
   * Splits {@code request} into two that keep the order of its {@code items}; throws an {@link
   * UnreadableRequestException} if it is no request.
   */
  public static List<byte[]> halves(byte[] request, int items) {
    try {
      UnknownFieldSet whole = UnknownFieldSet.parseFrom(request);
      return List.of(
          part(whole, 0, new Range(0, items / 2)).toByteArray(),
          part(whole, 0, new Range(items / 2, items)).toByteArray());
    } catch (InvalidProtocolBufferException e) {
      throw new UnreadableRequestException("not an OTLP request: " + e.getMessage(), e);
    }
  }

  private static int count(Signal signal, byte[] request, CodedInputStream in, int depth)
      throws IOException {
    int items = 0;
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      if (tag == tag(PATH[depth])) {
        int limit = in.pushLimit(in.readRawVarint32());
        if (depth < PATH.length - 1) {
          items += count(signal, request, in, depth + 1);
        } else {
          checkIds(signal, request, in);
          items++;
        }
        in.popLimit(limit);
      } else {
        in.skipField(tag);
      }
    }
    return items;
  }

  private static void checkIds(Signal signal, byte[] request, CodedInputStream in)
      throws IOException {
    int traceId = 0;
    int spanId = 0;
    int parentId = 0;
    int nameEnd = 0;
    int nameBytes = 0;
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      if (tag == tag(signal.traceId())) {
        traceId = skipBytes(in);
      } else if (tag == tag(signal.spanId())) {
        spanId = skipBytes(in);
      } else if (tag == tag(signal.parentId())) {
        parentId = skipBytes(in);
      } else if (tag == tag(signal.itemName())) {
        nameBytes = skipBytes(in);
        nameEnd = in.getTotalBytesRead();
      } else {
        in.skipField(tag);
      }
    }
    boolean mayLackIds = signal == Signal.LOGS;
    if (!isId(traceId, TRACE_ID_BYTES, mayLackIds)
        || !isId(spanId, SPAN_ID_BYTES, mayLackIds)
        || !isId(parentId, SPAN_ID_BYTES, true)) {
      String name = new String(request, nameEnd - nameBytes, nameBytes, StandardCharsets.UTF_8);
      throw new UnreadableRequestException(
          "%s '%s' has ids of %d, %d and (parent) %d bytes instead of 16, 8 and 8"
              .formatted(signal.item(), name, traceId, spanId, parentId),
          null);
    }
  }

  private static boolean isId(int length, int expected, boolean mayLack) {
    return length == expected || length == 0 && mayLack;
  }

  private static int skipBytes(CodedInputStream in) throws IOException {
    int size = in.readRawVarint32();
    in.skipRawBytes(size);
    return size;
  }

  /** The message with those of its items only that are in {@code range}. */
  private static UnknownFieldSet part(UnknownFieldSet message, int depth, Range range)
      throws InvalidProtocolBufferException {
    UnknownFieldSet.Field.Builder kept = UnknownFieldSet.Field.newBuilder();
    boolean any = false;
    for (ByteString child : message.getField(PATH[depth]).getLengthDelimitedList()) {
      ByteString part = child;
      boolean wanted;
      if (depth == PATH.length - 1) {
        wanted = range.includesNext();
      } else {
        UnknownFieldSet parts = part(UnknownFieldSet.parseFrom(child), depth + 1, range);
        wanted = parts.hasField(PATH[depth + 1]);
        part = parts.toByteString();
      }
      if (wanted) {
        any = true;
        kept.addLengthDelimited(part);
      }
    }
    UnknownFieldSet.Builder result = message.toBuilder().clearField(PATH[depth]);
    return (any ? result.addField(PATH[depth], kept.build()) : result).build();
  }

  /** Counts the items of a request. */
  private static final class Range {
    private final int from;
    private final int to;
    private int next;

    Range(int from, int to) {
      this.from = from;
      this.to = to;
    }

    boolean includesNext() {
      int item = next++;
      return item >= from && item < to;
    }
  }

  private static int tag(int field) {
    return field << 3 | WireFormat.WIRETYPE_LENGTH_DELIMITED;
  }
}
