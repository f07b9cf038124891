package io.kspan.topology.otlp;

import io.kspan.topology.model.FinishedSpan;
import io.kspan.topology.model.FinishedTrace;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.common.v1.InstrumentationScope;
import io.opentelemetry.proto.resource.v1.Resource;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.ScopeSpans;
import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.semconv.SchemaUrls;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;

/**
 * Writes a finished trace as OTLP {@code ExportTraceServiceRequest}s: the root span is in the
 * first, the others follow in the trace's order, and within a request spans are grouped by resource
 * in the order of first appearance.
 *
 * <p>Immutable and thread-safe. The same trace always gives the same bytes.
 */
public final class OtlpEncoder {
  /** Well below a broker's default limit of 1 MiB, and eight fit a gRPC message of 4 MiB. */
  public static final int DEFAULT_MAX_BYTES = 512 * 1024;

  /** The semantic conventions that attributes of spans and resources follow. */
  public static final String SCHEMA_URL = SchemaUrls.V1_43_0;

  /** The instrumentation scope of every span. */
  public static final String SCOPE_NAME = "io.kspan.topology";

  /** A nested message: one byte of tag and at most five of length. */
  private static final int FRAME_BYTES = 6;

  private final int maxBytes;
  private final InstrumentationScope scope;

  /** With the default bound. */
  public OtlpEncoder() {
    this(DEFAULT_MAX_BYTES);
  }

  /** No request exceeds {@code maxBytes}, unless a single span does. */
  public OtlpEncoder(int maxBytes) {
    this(maxBytes, versionOfThisBuild());
  }

  /**
   * @param scopeVersion version of the instrumentation scope
   */
  OtlpEncoder(int maxBytes, String scopeVersion) {
    if (maxBytes < 1) {
      throw new IllegalArgumentException("maxBytes must be positive, not " + maxBytes);
    }
    this.maxBytes = maxBytes;
    this.scope =
        InstrumentationScope.newBuilder().setName(SCOPE_NAME).setVersion(scopeVersion).build();
  }

  /**
   * The requests of {@code trace}, in the order in which they must be written; throws an {@link
   * IllegalArgumentException} when an id is not hex or an attribute has no OTLP type.
   */
  public List<byte[]> encode(FinishedTrace trace) {
    List<byte[]> requests = new ArrayList<>();
    Request open = new Request();
    for (FinishedSpan finished : trace.spans()) {
      Span span = SpanWriter.write(trace, finished);
      Resource resource = SpanWriter.resource(finished.resource());
      if (!open.isEmpty() && open.bytesWith(resource, span) > maxBytes) {
        requests.add(open.toByteArray());
        open = new Request();
      }
      open.add(resource, span);
    }
    requests.add(open.toByteArray());
    return requests;
  }

  static String versionOfThisBuild() {
    try (InputStream in = OtlpEncoder.class.getResourceAsStream("scope.properties")) {
      Properties properties = new Properties();
      properties.load(in);
      return properties.getProperty("version");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** One request while it is filled; its size is estimated from above. */
  private final class Request {
    private final Map<Resource, ScopeSpans.Builder> groups = new LinkedHashMap<>();
    private long bytes;

    boolean isEmpty() {
      return groups.isEmpty();
    }

    long bytesWith(Resource resource, Span span) {
      long more = framed(span.getSerializedSize());
      if (!groups.containsKey(resource)) {
        // The frames of ResourceSpans, Resource, ScopeSpans and InstrumentationScope.
        more += framed(0) + framed(resource.getSerializedSize());
        more += framed(0) + framed(scope.getSerializedSize());
        more += 2 * framed(SCHEMA_URL.length());
      }
      return bytes + more;
    }

    void add(Resource resource, Span span) {
      bytes = bytesWith(resource, span);
      groups
          .computeIfAbsent(
              resource, key -> ScopeSpans.newBuilder().setScope(scope).setSchemaUrl(SCHEMA_URL))
          .addSpans(span);
    }

    byte[] toByteArray() {
      ExportTraceServiceRequest.Builder request = ExportTraceServiceRequest.newBuilder();
      groups.forEach(
          (resource, spans) ->
              request.addResourceSpans(
                  ResourceSpans.newBuilder()
                      .setResource(resource)
                      .setSchemaUrl(SCHEMA_URL)
                      .addScopeSpans(spans)));
      return request.build().toByteArray();
    }

    private static long framed(int messageBytes) {
      return FRAME_BYTES + messageBytes;
    }
  }
}
