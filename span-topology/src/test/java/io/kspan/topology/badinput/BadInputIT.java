package io.kspan.topology.badinput;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.kspan.testsupport.corpus.Corpus;
import io.kspan.topology.faults.Broker;
import io.kspan.topology.faults.Kafka;
import io.kspan.topology.names.Topics;
import io.kspan.topology.otlp.OtlpDecoder;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Predicate;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Bad records before a good recording, exactly once and on a real broker: the good traces are the
 * same bytes with and without them.
 */
class BadInputIT {
  // As large as the default limit of a broker lets it be.
  private static final int BROKERS_LIMIT = 1_048_400;
  private static final int LARGE_MESSAGE = 1_000_000;

  @TempDir private Path folder;

  @Test
  void shouldGiveTheSameTracesWithAndWithoutBadInput() throws Exception {
    List<byte[]> unreadable = unreadable();
    List<String> odd = odd();
    List<byte[]> bad = new ArrayList<>(unreadable);
    odd.forEach(event -> bad.add(event.getBytes(UTF_8)));
    Broker kafka = Broker.shared();
    List<ExportTraceServiceRequest> good = requests(kafka, "good.", List.of());
    List<ExportTraceServiceRequest> both = requests(kafka, "both.", bad);

    assertThat(kafka.deadLetters("good.")).isEmpty();
    // Every bad record is in both inputs.
    assertThat(kafka.deadLetters("both.")).hasSize(2 * unreadable.size());
    assertThat(both).containsAll(good);
    assertThat(both.stream().filter(Predicate.not(good::contains)))
        .hasSize(odd.size())
        .allSatisfy(request -> assertThat(OtlpDecoder.spans(request)).isNotEmpty());
  }

  private static List<byte[]> unreadable() {
    byte[] noise = new byte[BROKERS_LIMIT];
    new Random(1).nextBytes(noise);
    List<byte[]> values = new ArrayList<>();
    values.add(noise);
    values.add(new byte[0]);
    values.add("[".repeat(BROKERS_LIMIT).getBytes(UTF_8));
    values.add("not JSON".getBytes(UTF_8));
    values.add(event("cut", "").substring(0, 90).getBytes(UTF_8));
    values.add(
        event("latin", "")
            .replace("Pod", "P\u00f6d")
            .getBytes(java.nio.charset.StandardCharsets.ISO_8859_1));
    values.add(event("ahead", "").replace("2026", "9999").getBytes(UTF_8));
    values.add(event("nobody", "").replace("involvedObject", "unknown").getBytes(UTF_8));
    values.add(event("nul", "").replace("pod-", "pod\\u0000").getBytes(UTF_8));
    return values;
  }

  /** Each about a pod of its own, so each becomes a trace of its own. */
  private static List<String> odd() {
    return List.of(
        event("no-time", ""),
        event("in-1970", ",\"lastTimestamp\":\"1970-01-01T00:00:00Z\""),
        event("in-9999", ",\"eventTime\":\"9999-12-31T23:59:59.999999Z\""),
        event("negative", ",\"count\":-1"),
        event("largest", ",\"count\":2147483647"),
        event("large", ",\"message\":\"" + "x".repeat(LARGE_MESSAGE) + "\""),
        event(
            "dots",
            ",\"reason\":\"SuccessfulCreate\",\"message\":\"Created pod: "
                + ".".repeat(LARGE_MESSAGE)
                + "x\""),
        event("halves", ",\"message\":\"\\ud83d\""),
        event("system:controller:x#y", ""),
        event("nulls", ",\"reason\":null,\"type\":null,\"source\":null"));
  }

  private static String event(String uid, String fields) {
    return "{\"type\":\"ADDED\",\"cluster\":\"a\",\"observedAt\":\"2026-01-01T00:00:00Z\",\"object\":{\"kind\":\"Event\",\"metadata\":{\"name\":\"%1$s.1\",\"uid\":\"%1$s\"},\"involvedObject\":{\"kind\":\"Pod\",\"name\":\"pod-%1$s\"}%2$s}}"
        .formatted(uid, fields);
  }

  private List<ExportTraceServiceRequest> requests(Kafka kafka, String prefix, List<byte[]> bad)
      throws Exception {
    Topics topics = Topics.withPrefix(prefix);
    kafka.createTopics(prefix);
    send(kafka, topics, bad);
    kafka.write(
        prefix,
        Corpus.watchEvents("bundled").stream()
            .flatMap(event -> event.messages("a").stream())
            .toList());
    kafka.writeEnd(prefix);
    assertThat(
            Kafka.runToEnd(kafka.settings(prefix, folder), Kafka.PARTITIONS, Kafka.PATIENCE)
                .rejected())
        .isEqualTo(kafka.deadLetters(prefix).size());
    return kafka.requests(prefix);
  }

  private static void send(Kafka kafka, Topics topics, List<byte[]> values) {
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", kafka.address(), "max.request.size", 2_000_000),
            new ByteArraySerializer(),
            new ByteArraySerializer())) {
      List<java.util.concurrent.Future<?>> sent = new ArrayList<>();
      for (byte[] value : values) {
        for (String topic : List.of(topics.events(), topics.objects())) {
          sent.add(producer.send(new ProducerRecord<>(topic, 0, 0L, null, value)));
        }
      }
      producer.flush();
      sent.forEach(f -> assertThat(f).succeedsWithin(Kafka.PATIENCE));
    }
  }
}
