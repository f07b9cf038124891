import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.protobuf.ByteString;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.grpc.MethodDescriptor;
import io.grpc.Server;
import io.grpc.ServerServiceDefinition;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.ScopeSpans;
import io.opentelemetry.proto.trace.v1.Span;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.Executors;

/**
 * Stands in for Jaeger where its image cannot be had: OTLP over gRPC on 4317, the health check on
 * 13133, and of the query API on 16686 the services, the traces of a service and a trace by its ID,
 * in Jaeger's JSON as far as tests read it. Keeps all spans in memory. This is not Jaeger: it has
 * no user interface and no storage.
 */
public final class JaegerStandIn {
  private static final String SERVICE = "opentelemetry.proto.collector.trace.v1.TraceService";
  private static final int OTLP_PORT = 4317;
  private static final int QUERY_PORT = 16686;
  private static final int HEALTH_PORT = 13133;
  private static final ObjectMapper JSON = new ObjectMapper();

  private record Stored(String service, ResourceSpans resource, Span span) {}

  /** By trace ID, then by span ID. */
  private final Map<String, Map<String, Stored>> traces = new LinkedHashMap<>();

  private JaegerStandIn() {}

  public static void main(String[] arguments) throws Exception {
    JaegerStandIn jaeger = new JaegerStandIn();
    jaeger.serve(QUERY_PORT, "/", exchange -> "JaegerStandIn\n");
    jaeger.serve(QUERY_PORT, "/api/services", exchange -> jaeger.services());
    jaeger.serve(QUERY_PORT, "/api/traces", jaeger::query);
    jaeger.serve(HEALTH_PORT, "/status", exchange -> "{\"status\":\"StatusOK\"}\n");
    for (HttpServer server : jaeger.servers.values()) {
      server.start();
    }
    jaeger.receive().awaitTermination();
  }

  private interface Answer {
    String to(HttpExchange exchange);
  }

  private final Map<Integer, HttpServer> servers = new LinkedHashMap<>();

  private void serve(int port, String path, Answer answer) throws IOException {
    HttpServer server = servers.get(port);
    if (server == null) {
      server = HttpServer.create(new InetSocketAddress(port), 0);
      server.setExecutor(Executors.newFixedThreadPool(2));
      servers.put(port, server);
    }
    server.createContext(
        path,
        exchange -> {
          try (exchange) {
            String body = answer.to(exchange);
            byte[] bytes = (body == null ? "" : body).getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(body == null ? 404 : 200, bytes.length == 0 ? -1 : bytes.length);
            exchange.getResponseBody().write(bytes);
          }
        });
  }

  private Server receive() throws IOException {
    MethodDescriptor<byte[], byte[]> export =
        MethodDescriptor.<byte[], byte[]>newBuilder(new Bytes(), new Bytes())
            .setType(MethodDescriptor.MethodType.UNARY)
            .setFullMethodName(MethodDescriptor.generateFullMethodName(SERVICE, "Export"))
            .build();
    return NettyServerBuilder.forPort(OTLP_PORT)
        .addService(
            ServerServiceDefinition.builder(SERVICE)
                .addMethod(export, ServerCalls.asyncUnaryCall(this::store))
                .build())
        .build()
        .start();
  }

  private void store(byte[] body, StreamObserver<byte[]> answer) {
    try {
      ExportTraceServiceRequest request = ExportTraceServiceRequest.parseFrom(body);
      synchronized (this) {
        for (ResourceSpans resource : request.getResourceSpansList()) {
          for (ScopeSpans scope : resource.getScopeSpansList()) {
            for (Span span : scope.getSpansList()) {
              traces
                  .computeIfAbsent(hex(span.getTraceId()), id -> new LinkedHashMap<>())
                  .put(hex(span.getSpanId()), new Stored(serviceOf(resource), resource, span));
            }
          }
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    // The empty response: everything is accepted.
    answer.onNext(new byte[0]);
    answer.onCompleted();
  }

  private static String serviceOf(ResourceSpans resource) {
    return resource.getResource().getAttributesList().stream()
        .filter(attribute -> attribute.getKey().equals("service.name"))
        .map(attribute -> attribute.getValue().getStringValue())
        .findFirst()
        .orElse("unknown_service");
  }

  private synchronized String services() {
    TreeSet<String> names = new TreeSet<>();
    traces.values().forEach(spans -> spans.values().forEach(span -> names.add(span.service())));
    ObjectNode answer = JSON.createObjectNode();
    ArrayNode data = answer.putArray("data");
    names.forEach(data::add);
    return answer.put("total", names.size()).toString();
  }

  /** {@code /api/traces/ID} and {@code /api/traces?service=NAME}. */
  private synchronized String query(HttpExchange exchange) {
    String path = exchange.getRequestURI().getPath();
    String query = exchange.getRequestURI().getQuery();
    ObjectNode answer = JSON.createObjectNode();
    ArrayNode data = answer.putArray("data");
    if (path.equals("/api/traces")) {
      String service = query == null ? "" : query.replaceAll("(?:.*&)?service=([^&]*).*", "$1");
      traces.forEach(
          (id, spans) -> {
            if (spans.values().stream().anyMatch(span -> span.service().equals(service))) {
              data.add(trace(id, spans));
            }
          });
      return answer.toString();
    }
    String id = path.substring("/api/traces/".length());
    if (!traces.containsKey(id)) {
      return null;
    }
    data.add(trace(id, traces.get(id)));
    return answer.toString();
  }

  private static ObjectNode trace(String id, Map<String, Stored> spans) {
    ObjectNode trace = JSON.createObjectNode().put("traceID", id);
    ArrayNode list = trace.putArray("spans");
    ObjectNode processes = trace.putObject("processes");
    Map<ResourceSpans, String> known = new LinkedHashMap<>();
    for (Stored stored : spans.values()) {
      String process =
          known.computeIfAbsent(stored.resource(), resource -> "p" + (known.size() + 1));
      if (!processes.has(process)) {
        ObjectNode one = processes.putObject(process).put("serviceName", stored.service());
        stored
            .resource()
            .getResource()
            .getAttributesList()
            .forEach(attribute -> tag(one.withArray("tags"), attribute));
      }
      Span span = stored.span();
      long start = span.getStartTimeUnixNano() / 1000;
      ObjectNode one =
          list.addObject()
              .put("traceID", id)
              .put("spanID", hex(span.getSpanId()))
              .put("operationName", span.getName())
              .put("startTime", start)
              .put("duration", span.getEndTimeUnixNano() / 1000 - start)
              .put("processID", process);
      ArrayNode references = one.putArray("references");
      if (!span.getParentSpanId().isEmpty()) {
        references
            .addObject()
            .put("refType", "CHILD_OF")
            .put("traceID", id)
            .put("spanID", hex(span.getParentSpanId()));
      }
      span.getAttributesList().forEach(attribute -> tag(one.withArray("tags"), attribute));
    }
    return trace;
  }

  private static void tag(ArrayNode tags, KeyValue attribute) {
    tags.addObject()
        .put("key", attribute.getKey())
        .put("type", "string")
        .put("value", attribute.getValue().getStringValue());
  }

  private static String hex(ByteString bytes) {
    return HexFormat.of().formatHex(bytes.toByteArray());
  }

  private static final class Bytes implements MethodDescriptor.Marshaller<byte[]> {
    @Override
    public InputStream stream(byte[] value) {
      return new ByteArrayInputStream(value);
    }

    @Override
    public byte[] parse(InputStream stream) {
      try {
        return stream.readAllBytes();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
