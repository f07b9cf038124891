package io.kspan.quickstart.replay;

import static org.assertj.core.api.Assertions.assertThat;

import io.kspan.quickstart.broker.EmbeddedBroker;
import io.kspan.testsupport.otlp.MadeUpRequests;
import io.kspan.topology.cli.OutputFile;
import io.kspan.topology.names.Topics;
import io.kspan.topology.waterfall.OtlpReader;
import io.kspan.topology.waterfall.ReceivedSpan;
import io.kspan.topology.waterfall.ReceivedTrace;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SpanLogIT {

  private static final String A = "0a".repeat(16);
  private static final String B = "0b".repeat(16);

  @TempDir private Path folder;

  @Test
  void shouldReadCommittedRecordsOrderedByTrace() throws Exception {
    Topics topics = Topics.withPrefix("k8s.");
    try (EmbeddedBroker broker = EmbeddedBroker.start(folder.resolve("broker"));
        KafkaProducer<byte[], byte[]> producer = producer(broker.bootstrapServers())) {
      broker.createTopics(topics, 2);
      producer.initTransactions();
      producer.beginTransaction();
      send(producer, topics.spans(), 0, B, "01", "");
      send(producer, topics.spans(), 1, A, "02", "");
      send(producer, topics.spans(), 1, A, "03", "02");
      producer.send(new ProducerRecord<>(topics.deadLetters(), bytes("key"), bytes("junk"))).get();
      producer.commitTransaction();
      producer.beginTransaction();
      send(producer, topics.spans(), 0, B, "04", "01");
      producer.abortTransaction();

      SpanLog log = SpanLog.read(broker.bootstrapServers(), topics);

      assertThat(log.deadLetters()).isEqualTo(1);
      assertThat(OtlpReader.traces(log.requests()))
          .extracting(ReceivedTrace::traceId)
          .containsExactly(A, B);
      assertThat(OtlpReader.traces(log.requests()).get(0).spans())
          .extracting(ReceivedSpan::name)
          .containsExactly("span 02", "span 03");
      assertThat(written(log)).containsExactly("02", "03", "01");
    }
  }

  private List<String> written(SpanLog log) throws Exception {
    Path target = Files.writeString(folder.resolve("spans.ndjson"), "old");
    try (OutputFile file = OutputFile.prepare("--spans-out", target)) {
      assertThat(target).hasContent("old");
      file.write(out -> OtlpJsonLines.write(out, log.requests()));
    }
    try (Stream<Path> left = Files.list(folder)) {
      assertThat(left.map(path -> path.getFileName().toString()))
          .containsExactlyInAnyOrder("broker", "spans.ndjson");
    }
    return Files.readAllLines(target).stream()
        .map(line -> line.replaceAll(".*\"name\":\"span (..)\".*", "$1"))
        .toList();
  }

  private static void send(
      KafkaProducer<byte[], byte[]> producer,
      String topic,
      int partition,
      String trace,
      String span,
      String parent) {
    long start = Long.parseLong(span) + (trace.equals(A) ? 0 : 100);
    ExportTraceServiceRequest request =
        MadeUpRequests.request(
            MadeUpRequests.span(
                trace, span.repeat(8), parent.repeat(8), "span " + span, start, start));
    producer.send(new ProducerRecord<>(topic, partition, bytes(trace), request.toByteArray()));
  }

  private static KafkaProducer<byte[], byte[]> producer(String bootstrapServers) {
    return new KafkaProducer<>(
        Map.of("bootstrap.servers", bootstrapServers, "transactional.id", "test"),
        new ByteArraySerializer(),
        new ByteArraySerializer());
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
