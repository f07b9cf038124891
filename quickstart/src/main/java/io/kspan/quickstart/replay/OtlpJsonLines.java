package io.kspan.quickstart.replay;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.protobuf.util.JsonFormat;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import java.io.IOException;
import java.io.Writer;
import java.util.Base64;
import java.util.Collection;
import java.util.HexFormat;
import java.util.Map;
import java.util.Set;

/**
 * OTLP requests as OTLP/JSON, one per line: the format of the OpenTelemetry Collector's file
 * exporter. Thread-safe.
 */
public final class OtlpJsonLines {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final JsonFormat.Printer PROTOBUF =
      JsonFormat.printer().omittingInsignificantWhitespace().printingEnumsAsInts();
  private static final Set<String> IDS = Set.of("traceId", "spanId", "parentSpanId");

  private OtlpJsonLines() {}

  /** Writes one line per request. */
  public static void write(Writer out, Collection<ExportTraceServiceRequest> requests)
      throws IOException {
    for (ExportTraceServiceRequest request : requests) {
      out.write(of(request));
      out.write('\n');
    }
  }

  /** One line, without its end. */
  static String of(ExportTraceServiceRequest request) throws IOException {
    JsonNode tree = JSON.readTree(PROTOBUF.print(request));
    idsAsHex(tree);
    return JSON.writeValueAsString(tree);
  }

  /** OTLP/JSON departs from protobuf's JSON mapping here: ids are hex, not base64. */
  private static void idsAsHex(JsonNode node) {
    if (node instanceof ObjectNode object) {
      for (Map.Entry<String, JsonNode> field : object.properties()) {
        if (IDS.contains(field.getKey()) && field.getValue().isTextual()) {
          byte[] id = Base64.getDecoder().decode(field.getValue().textValue());
          field.setValue(object.textNode(HexFormat.of().formatHex(id)));
        }
      }
    }
    node.forEach(OtlpJsonLines::idsAsHex);
  }
}
