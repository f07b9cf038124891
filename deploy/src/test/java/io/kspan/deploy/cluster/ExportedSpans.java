package io.kspan.deploy.cluster;

import com.google.protobuf.InvalidProtocolBufferException;
import io.kspan.topology.ops.TopicReader;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.trace.v1.Span;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** The occurrences for which k8s.spans has a span. Stateless. */
final class ExportedSpans {
  private ExportedSpans() {}

  /** Each as often as it is there, of committed records only, sorted. */
  static List<Occurrence> read(String bootstrapServers) {
    List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
    new TopicReader(Map.of("bootstrap.servers", bootstrapServers))
        .forEach("k8s.spans", records::add);
    return records.stream()
        .map(record -> parse(record.value()))
        .flatMap(request -> request.getResourceSpansList().stream())
        .flatMap(resource -> resource.getScopeSpansList().stream())
        .flatMap(scope -> scope.getSpansList().stream())
        .map(ExportedSpans::attributes)
        .filter(attributes -> attributes.containsKey("k8s.event.uid"))
        .map(
            attributes ->
                new Occurrence(
                    attributes.get("k8s.event.uid").getStringValue(),
                    attributes
                        .getOrDefault("k8s.event.count", AnyValue.getDefaultInstance())
                        .getIntValue()))
        .sorted()
        .toList();
  }

  private static ExportTraceServiceRequest parse(byte[] request) {
    try {
      return ExportTraceServiceRequest.parseFrom(request);
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException("no OTLP in k8s.spans", e);
    }
  }

  private static Map<String, AnyValue> attributes(Span span) {
    Map<String, AnyValue> attributes = new HashMap<>();
    for (KeyValue attribute : span.getAttributesList()) {
      attributes.put(attribute.getKey(), attribute.getValue());
    }
    return attributes;
  }
}
