package io.kspan.quickstart.replay;

import com.google.protobuf.InvalidProtocolBufferException;
import io.kspan.topology.names.Topics;
import io.kspan.topology.ops.TopicReader;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.trace.v1.Span;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;

/**
 * The output of a replay, ordered by trace id; the requests of one trace keep their order. So it
 * depends neither on the number of partitions nor on the speed of instances. Immutable.
 *
 * @param requests one or more per trace
 * @param deadLetters the number of records that the topology could not read
 * @param firstDeadLetter the reason of the first, else empty
 */
public record SpanLog(
    List<ExportTraceServiceRequest> requests, long deadLetters, String firstDeadLetter) {

  public SpanLog {
    requests = List.copyOf(requests);
  }

  /** Reads the spans and dead letters that are committed now. */
  static SpanLog read(String bootstrapServers, Topics topics) {
    TopicReader reader = new TopicReader(Map.of("bootstrap.servers", bootstrapServers));
    TreeMap<String, List<ExportTraceServiceRequest>> byTrace = new TreeMap<>();
    reader.forEach(
        topics.spans(),
        record ->
            byTrace
                .computeIfAbsent(
                    new String(record.key(), StandardCharsets.UTF_8), id -> new ArrayList<>())
                .add(request(record)));
    List<String> reasons = new ArrayList<>();
    reader.forEach(topics.deadLetters(), record -> reasons.add(reason(record)));
    return new SpanLog(
        byTrace.values().stream().flatMap(List::stream).toList(),
        reasons.size(),
        reasons.isEmpty() ? "" : reasons.get(0));
  }

  private static ExportTraceServiceRequest request(ConsumerRecord<byte[], byte[]> record) {
    try {
      return ExportTraceServiceRequest.parseFrom(record.value());
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
