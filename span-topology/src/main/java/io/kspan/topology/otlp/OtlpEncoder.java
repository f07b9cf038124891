package io.kspan.topology.otlp;

import com.google.protobuf.MessageLite;
import io.kspan.topology.model.FinishedSpan;
import io.kspan.topology.model.FinishedTrace;
import io.opentelemetry.proto.collector.logs.v1.ExportLogsServiceRequest;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.common.v1.InstrumentationScope;
import io.opentelemetry.proto.logs.v1.LogRecord;
import io.opentelemetry.proto.logs.v1.ResourceLogs;
import io.opentelemetry.proto.logs.v1.ScopeLogs;
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
import java.util.function.Function;

/**
 * Writes a finished trace as OTLP {@code ExportTraceServiceRequest}s, and its occurrences as {@code
 * ExportLogsServiceRequest}s: the root span is in the first, the others follow in the trace's
 * order, and within a request spans and log records are grouped by resource in the order of first
 * appearance.
 *
 * <p>Immutable and thread-safe. The same trace always gives the same bytes.
 */
public final class OtlpEncoder {
  /** Well below a broker's default limit of 1 MiB, and eight fit a gRPC message of 4 MiB. */
  public static final int DEFAULT_MAX_BYTES = 512 * 1024;

  /** The semantic conventions that attributes of spans, log records and resources follow. */
  public static final String SCHEMA_URL = SchemaUrls.V1_43_0;

  /** The instrumentation scope of every span and log record. */
  public static final String SCOPE_NAME = "io.kspan.topology";

  /** A nested message: one byte of tag and at most five of length. */
  private static final int FRAME_BYTES = 6;

  private final int maxBytes;
  private final InstrumentationScope scope;

  /** With the default bound. */
  public OtlpEncoder() {
    this(DEFAULT_MAX_BYTES);
  }

  /** No request exceeds {@code maxBytes}, unless a single span or log record does. */
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
    Requests<Span> requests = new Requests<>(this::ofSpans);
    for (FinishedSpan span : trace.spans()) {
      requests.add(span, SpanWriter.write(trace, span));
    }
    return requests.all();
  }

  /**
   * Requests with a log record for each occurrence in {@code trace}, likewise.
   *
   * @param sampled whether the trace is written
   */
  public List<byte[]> encodeLogs(FinishedTrace trace, boolean sampled) {
    Requests<LogRecord> requests = new Requests<>(this::ofLogs);
    for (FinishedSpan span : trace.spans()) {
      if (span.occurrence() != null) {
        requests.add(span, LogWriter.write(trace, span, sampled));
      }
    }
    return requests.all();
  }

  private MessageLite ofSpans(Map<Resource, List<Span>> groups) {
    ExportTraceServiceRequest.Builder request = ExportTraceServiceRequest.newBuilder();
    groups.forEach(
        (resource, spans) ->
            request.addResourceSpans(
                ResourceSpans.newBuilder()
                    .setResource(resource)
                    .setSchemaUrl(SCHEMA_URL)
                    .addScopeSpans(
                        ScopeSpans.newBuilder()
                            .setScope(scope)
                            .setSchemaUrl(SCHEMA_URL)
                            .addAllSpans(spans))));
    return request.build();
  }

  private MessageLite ofLogs(Map<Resource, List<LogRecord>> groups) {
    ExportLogsServiceRequest.Builder request = ExportLogsServiceRequest.newBuilder();
    groups.forEach(
        (resource, logs) ->
            request.addResourceLogs(
                ResourceLogs.newBuilder()
                    .setResource(resource)
                    .setSchemaUrl(SCHEMA_URL)
                    .addScopeLogs(
                        ScopeLogs.newBuilder()
                            .setScope(scope)
                            .setSchemaUrl(SCHEMA_URL)
                            .addAllLogRecords(logs))));
    return request.build();
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

  /** Requests, the last of which is being filled; its size is estimated from above. */
  private final class Requests<T extends MessageLite> {
    private final Function<Map<Resource, List<T>>, MessageLite> toMessage;
    private final List<byte[]> full = new ArrayList<>();
    private final Map<Resource, List<T>> groups = new LinkedHashMap<>();
    private long bytes;

    Requests(Function<Map<Resource, List<T>>, MessageLite> toMessage) {
      this.toMessage = toMessage;
    }

    void add(FinishedSpan source, T item) {
      Resource resource = OtlpValues.resource(source.resource());
      if (!groups.isEmpty() && bytesWith(resource, item) > maxBytes) {
        close();
      }
      bytes = bytesWith(resource, item);
      groups.computeIfAbsent(resource, key -> new ArrayList<>()).add(item);
    }

    List<byte[]> all() {
      if (!groups.isEmpty()) {
        close();
      }
      return full;
    }

    private void close() {
      full.add(toMessage.apply(groups).toByteArray());
      groups.clear();
      bytes = 0;
    }

    private long bytesWith(Resource resource, T item) {
      long more = framed(item.getSerializedSize());
      if (!groups.containsKey(resource)) {
        // The frames of the resource's group, Resource, the scope's group and the scope.
        more += framed(0) + framed(resource.getSerializedSize());
        more += framed(0) + framed(scope.getSerializedSize());
        more += 2 * framed(SCHEMA_URL.length());
      }
      return bytes + more;
    }

    private static long framed(int messageBytes) {
      return FRAME_BYTES + messageBytes;
    }
  }
}
