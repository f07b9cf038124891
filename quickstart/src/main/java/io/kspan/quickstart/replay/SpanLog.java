package io.kspan.quickstart.replay;

import com.google.protobuf.InvalidProtocolBufferException;
import io.kspan.topology.Topics;
import io.kspan.topology.ops.TopicScan;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.trace.v1.Span;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;

/**
 * What a replay has written, ordered by trace id; the requests of one trace keep their order. So
 * neither the number of partitions nor the speed of instances shows in it.
 *
 * <p>Immutable.
 *
 * @param requests one or more per trace
 * @param deadLetters how many records the topology could not read
 * @param firstDeadLetter why it could not read the first of them, else empty
 */
public record SpanLog(
    List<ExportTraceServiceRequest> requests, long deadLetters, String firstDeadLetter) {

  public SpanLog {
    requests = List.copyOf(requests);
  }

  private record Keyed(String traceId, ExportTraceServiceRequest request) {}

  /** Reads the spans and dead letters that are committed now. */
  static SpanLog read(String bootstrapServers, Topics topics) {
    TopicScan reader = new TopicScan(Map.of("bootstrap.servers", bootstrapServers));
    List<Keyed> found = new ArrayList<>();
    reader.forEach(topics.spans(), record -> found.add(keyed(record)));
    List<String> reasons = new ArrayList<>();
    reader.forEach(topics.deadLetters(), record -> reasons.add(reason(record)));
    return new SpanLog(
        found.stream().sorted(Comparator.comparing(Keyed::traceId)).map(Keyed::request).toList(),
        reasons.size(),
        reasons.isEmpty() ? "" : reasons.get(0));
  }

  private static Keyed keyed(ConsumerRecord<byte[], byte[]> record) {
    try {
      return new Keyed(
          new String(record.key(), StandardCharsets.UTF_8),
          ExportTraceServiceRequest.parseFrom(record.value()));
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException("the topology wrote no OTLP: " + e.getMessage(), e);
    }
  }

  private static String reason(ConsumerRecord<byte[], byte[]> record) {
    for (Header header : record.headers()) {
      if (header.key().endsWith("message") && header.value() != null) {
        return new String(header.value(), StandardCharsets.UTF_8).replace('\n', ' ');
      }
    }
    return "no reason given";
  }

  /** All spans, trace by trace. */
  Stream<Span> spans() {
    return requests.stream()
        .flatMap(request -> request.getResourceSpansList().stream())
        .flatMap(resource -> resource.getScopeSpansList().stream())
        .flatMap(scope -> scope.getSpansList().stream());
  }
}
