package io.kspan.topology.otlp;

import com.google.protobuf.InvalidProtocolBufferException;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;

/** Parses requests for tests. */
public final class OtlpDecoder {
  private OtlpDecoder() {}

  public static ExportTraceServiceRequest decode(byte[] request) {
    try {
      return ExportTraceServiceRequest.parseFrom(request);
    } catch (InvalidProtocolBufferException e) {
      throw new AssertionError(e);
    }
  }
}
