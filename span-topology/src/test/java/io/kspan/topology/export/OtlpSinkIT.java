package io.kspan.topology.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kspan.testsupport.broker.SingleBroker;
import io.kspan.testsupport.otlp.GrpcBackend;
import io.kspan.testsupport.otlp.OtlpBackend;
import io.kspan.topology.metrics.Metrics;
import io.kspan.topology.model.FinishedTrace;
import io.kspan.topology.otlp.OtlpDecoder;
import io.kspan.topology.otlp.OtlpEncoder;
import io.kspan.topology.otlp.Traces;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.test.KafkaClusterTestKit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;

/** The sink on a real broker, with a real backend over HTTP. */
class OtlpSinkIT {
  private static final int PARTITIONS = 3;
  private static final int MESSAGE = 20;
  private static KafkaClusterTestKit cluster;
  private static KafkaProducer<byte[], byte[]> producer;
  private static Admin admin;

  private final Set<String> written = new HashSet<>();
  private final List<OtlpSink> sinks = new ArrayList<>();
  private String prefix;

  @BeforeAll
  static void startBroker() throws Exception {
    cluster = SingleBroker.start(Map.of());
    admin = cluster.admin();
    producer =
        new KafkaProducer<>(
            clientConfig("it"), new ByteArraySerializer(), new ByteArraySerializer());
    producer.initTransactions();
  }

  @AfterAll
  static void stopBroker() throws Exception {
    producer.close();
    admin.close();
    cluster.close();
  }

  @BeforeEach
  void createTopics(TestInfo test) throws Exception {
    prefix = test.getTestMethod().orElseThrow().getName() + ".";
    admin
        .createTopics(
            List.of(
                new NewTopic(prefix + "spans", PARTITIONS, (short) 1),
                new NewTopic(prefix + "changes", PARTITIONS, (short) 1),
                new NewTopic(prefix + "dead-letters", 1, (short) 1)))
        .all()
        .get(30, TimeUnit.SECONDS);
  }

  @AfterEach
  void stopSinks() {
    sinks.forEach(OtlpSink::close);
  }

  @Test
  void shouldDeliverEverythingOnceWithItsResources() throws Exception {
    try (OtlpBackend backend = new OtlpBackend(0)) {
      write(1, 50, 4);
      OtlpSink sink =
          start(
              backend.url(),
              Map.of(
                  "otel.exporter.otlp.compression",
                  "gzip",
                  "otel.exporter.otlp.headers",
                  "x-tenant=a"));
      write(51, 50, 4);
      awaitAllOnce(backend);

      assertThat(backend.lastHeaders)
          .containsEntry("x-tenant", "a")
          .containsEntry("content-encoding", "gzip");
      for (ResourceSpans resource : backend.accepted) {
        assertThat(attributes(resource.getResource().getAttributesList()))
            .containsOnlyKeys("service.name", "k8s.cluster.name")
            .containsEntry("k8s.cluster.name", "prod-1");
        assertThat(resource.getScopeSpans(0).getScope().getName()).isEqualTo("io.kspan.topology");
        assertThat(resource.getScopeSpans(0).getSpans(0).getFlags()).isEqualTo(0x101);
      }
      Awaitility.await().until(sink::caughtUp);
      assertThat(sink.statistics().exported()).isEqualTo(400);
      assertThat(sink.failure()).isEmpty();
      assertThat(Thread.getAllStackTraces().keySet())
          .anyMatch(t -> t.getName().startsWith("otlp-sink-"));
    }
  }

  @Test
  void shouldWorkWithTheNewGroupProtocol() throws Exception {
    try (OtlpBackend backend = new OtlpBackend(0)) {
      write(1, 5, 2);
      start(backend.url(), Map.of("kafka.group.protocol", "consumer"));
      awaitAll(backend);
    }
  }

  @Test
  void shouldSpeakGrpc() throws Exception {
    try (GrpcBackend backend = new GrpcBackend()) {
      write(1, 20, 3);
      String tooBig = Traces.trace(666, 1, MESSAGE).traceId();
      write(666, 1, 1);
      written.removeIf(ids -> ids.startsWith(tooBig));
      backend.refuse(tooBig);
      OtlpSink sink =
          start(
              "http://127.0.0.1:" + backend.port(), Map.of("otel.exporter.otlp.protocol", "grpc"));
      Awaitility.await()
          .atMost(Duration.ofSeconds(30))
          .untilAsserted(() -> assertThat(new HashSet<>(backend.spans())).isEqualTo(written));
      Awaitility.await().until(() -> sink.statistics().deadLettered() == 1);
      assertThat(backend.spans()).doesNotHaveDuplicates();
      assertThat(header(deadLetters(1).get(0), "kspan.error.message"))
          .isEqualTo("gRPC INVALID_ARGUMENT: refused by the test");
    }
  }

  @Test
  void shouldNotExportWhatWasAborted() throws Exception {
    try (OtlpBackend backend = new OtlpBackend(0)) {
      producer.beginTransaction();
      producer.send(record(Traces.trace(9_999, 1, 10)).get(0));
      producer.flush();
      producer.abortTransaction();
      write(1, 1, 2);
      start(backend.url(), Map.of());
      awaitAll(backend);
    }
  }

  @Test
  void shouldWaitForABackendThatIsDown() throws Exception {
    int port;
    try (OtlpBackend reserved = new OtlpBackend(0)) {
      port = reserved.port();
    }
    write(1, 20, 3);
    OtlpSink sink =
        start(
            "http://127.0.0.1:" + port,
            Map.of(
                "kafka.max.poll.interval.ms",
                "3000",
                "kafka.session.timeout.ms",
                "6000",
                "kafka.heartbeat.interval.ms",
                "500"));
    // Longer down than the group would wait for a member that does not poll.
    long begin = System.nanoTime();
    Awaitility.await()
        .atMost(Duration.ofSeconds(60))
        .until(
            () ->
                sink.statistics().retries() >= 3
                    && System.nanoTime() - begin > Duration.ofSeconds(5).toNanos());
    assertThat(sink.statistics().lastError()).isNotEmpty();
    assertThat(committed()).allMatch(offset -> offset == 0);

    try (OtlpBackend backend = new OtlpBackend(port)) {
      awaitAllOnce(backend);
      Awaitility.await().until(sink::caughtUp);
      assertThat(sink.statistics().lastError()).isEmpty();
      assertThat(sink.failure()).isEmpty();
    }
  }

  @Test
  void shouldWaitForABackendThatIsSlow() throws Exception {
    try (OtlpBackend backend = new OtlpBackend(0)) {
      CountDownLatch decided = new CountDownLatch(1);
      backend.answerWith(
          request -> {
            try {
              return decided.await(1, TimeUnit.MINUTES) ? 200 : 500;
            } catch (InterruptedException e) {
              return 500;
            }
          });
      write(1, 20, 3);
      OtlpSink sink =
          start(
              backend.url(),
              Map.of("kafka.max.poll.interval.ms", "3000", "otel.exporter.otlp.timeout", "60000"));
      Awaitility.await().until(() -> !backend.sizes.isEmpty());
      // Slower than the group would wait for a member that does not poll.
      long begin = System.nanoTime();
      Awaitility.await()
          .atMost(Duration.ofSeconds(60))
          .until(() -> System.nanoTime() - begin > Duration.ofSeconds(5).toNanos());
      decided.countDown();
      awaitAll(backend);
      Awaitility.await().until(sink::caughtUp);
      assertThat(backend.spans()).doesNotHaveDuplicates();
      assertThat(sink.statistics().retries()).isZero();
    }
  }

  @Test
  void shouldSurviveAFlappingBackend() throws Exception {
    try (OtlpBackend backend = new OtlpBackend(0)) {
      int[] requests = {0};
      backend.answerWith(request -> ++requests[0] % 3 == 0 ? 500 : 200);
      OtlpSink sink = start(backend.url(), Map.of("sink.batch.max.bytes", "2048"));
      write(1, 40, 3);
      awaitAllOnce(backend);
      assertThat(sink.statistics().retries()).isPositive();
    }
  }

  @Test
  void shouldDeadLetterWhatIsRefusedForGood() throws Exception {
    try (OtlpBackend backend = new OtlpBackend(0)) {
      FinishedTrace bad = Traces.trace(666, 1, MESSAGE);
      String badId = bad.traceId() + "/" + bad.root().spanId();
      backend.answerWith(
          request ->
              OtlpDecoder.spans(request).anyMatch(span -> OtlpBackend.ids(span).equals(badId))
                  ? 400
                  : 200);
      write(1, 5, 2);
      write(666, 1, 1);
      byte[] garbage = "garbage".getBytes(StandardCharsets.UTF_8);
      producer.beginTransaction();
      producer.send(
          new ProducerRecord<>(prefix + "spans", 0, "k".getBytes(StandardCharsets.UTF_8), garbage));
      producer.commitTransaction();
      write(7, 5, 2);
      written.remove(badId);
      OtlpSink sink = start(backend.url(), Map.of());
      awaitAll(backend);
      Awaitility.await().until(() -> sink.statistics().deadLettered() == 2);

      List<ConsumerRecord<byte[], byte[]>> letters = deadLetters(2);
      assertThat(letters)
          .extracting(l -> header(l, "kspan.error.reason"))
          .containsExactlyInAnyOrder("unreadable", "refused-by-backend");
      assertThat(letters)
          .allSatisfy(
              letter -> {
                assertThat(header(letter, "kspan.error.topic")).isEqualTo(prefix + "spans");
                assertThat(header(letter, "kspan.error.partition")).matches("[0-2]");
                assertThat(header(letter, "kspan.error.offset")).matches("\\d+");
              });
      assertThat(letters).anySatisfy(letter -> assertThat(letter.value()).isEqualTo(garbage));
      assertThat(letters)
          .anySatisfy(
              letter -> {
                assertThat(letter.value()).isEqualTo(record(bad).get(0).value());
                assertThat(letter.key()).isEqualTo(bad.traceId().getBytes(StandardCharsets.UTF_8));
                assertThat(header(letter, "kspan.error.message"))
                    .isEqualTo("HTTP 400 Bad Request: no");
              });
    }
  }

  @Test
  void shouldDeadLetterWhatIsPartlyRefused() throws Exception {
    try (OtlpBackend backend = new OtlpBackend(0);
        GrpcBackend grpc = new GrpcBackend()) {
      backend.respondWith(request -> OtlpBackend.partialSuccess(1, "a span is too old"));
      grpc.respondWith(OtlpBackend.partialSuccess(1, "a span is too old"));
      write(1, 1, 2);
      OtlpSink http = start(backend.url(), Map.of());
      OtlpSink other =
          start(
              "http://127.0.0.1:" + grpc.port(),
              Map.of("otel.exporter.otlp.protocol", "grpc", "sink.group.id", prefix + "other"));

      assertThat(deadLetters(2))
          .allSatisfy(
              letter -> {
                assertThat(header(letter, "kspan.error.reason"))
                    .isEqualTo("partly-refused-by-backend");
                assertThat(header(letter, "kspan.error.message"))
                    .isEqualTo("1 of 2 spans, of 1 records: a span is too old");
              });
      Awaitility.await().until(() -> http.caughtUp() && other.caughtUp());
      assertThat(backend.sizes).as("requests").hasSize(1);
      assertThat(http.statistics().rejected()).isEqualTo(1);
      assertThat(other.statistics().rejected()).isEqualTo(1);
    }
  }

  @Test
  void shouldPutRecordsTogetherButNotBeyondTheLargestRequest() throws Exception {
    try (OtlpBackend backend = new OtlpBackend(0)) {
      // 12 MiB in records of 400 KiB.
      write(1, 30, 1, 400 * 1024, trace -> null);
      start(backend.url(), Map.of());
      awaitAllOnce(backend);
      assertThat(backend.sizes).allSatisfy(size -> assertThat(size).isLessThan(3 * 1024 * 1024));
      assertThat(backend.sizes).hasSizeLessThan(30);
    }
  }

  @Test
  void shouldDeadLetterARecordTooLargeForTheDeadLetters() throws Exception {
    byte[] garbage = new byte[1_048_400];
    new Random(1).nextBytes(garbage);
    try (OtlpBackend backend = new OtlpBackend(0);
        KafkaProducer<byte[], byte[]> large =
            new KafkaProducer<>(
                Map.of(
                    "bootstrap.servers", cluster.bootstrapServers(), "max.request.size", 2_000_000),
                new ByteArraySerializer(),
                new ByteArraySerializer())) {
      large.send(new ProducerRecord<>(prefix + "spans", 0, null, garbage)).get();
      write(1, 5, 2);
      OtlpSink sink = start(backend.url(), Map.of());
      awaitAll(backend);
      assertThat(deadLetters(1))
          .singleElement()
          .satisfies(
              letter -> {
                assertThat(header(letter, "kspan.error.reason")).isEqualTo("unreadable");
                assertThat(header(letter, "kspan.value.bytes")).isEqualTo("1048400");
                assertThat(garbage).startsWith(letter.value());
              });
      Awaitility.await().until(sink::caughtUp);
    }
  }

  @Test
  void shouldHandOverWhatWaitsWhenPartitionsMove() throws Exception {
    int port;
    try (OtlpBackend reserved = new OtlpBackend(0)) {
      port = reserved.port();
    }
    write(1, 60, 3);
    OtlpSink first = start("http://127.0.0.1:" + port, Map.of());
    Awaitility.await().until(() -> first.statistics().retries() > 0);
    OtlpSink second = start("http://127.0.0.1:" + port, Map.of());
    // It has read of partitions that the first one had read of, too.
    Awaitility.await().until(() -> second.statistics().retries() > 0);
    first.close();
    assertThat(committed()).allMatch(offset -> offset == 0);

    OtlpSink third = start("http://127.0.0.1:" + port, Map.of());
    Awaitility.await().until(() -> third.statistics().retries() > 0);
    try (OtlpBackend backend = new OtlpBackend(port)) {
      awaitAllOnce(backend);
      Awaitility.await().until(() -> second.caughtUp() && third.caughtUp());
      assertThat(committed().stream().mapToLong(offset -> offset).sum())
          .as("60 records and the ends of transactions")
          .isGreaterThanOrEqualTo(60);
    }
  }

  @Test
  void shouldLoseNothingOfOtherTimes() throws Exception {
    // Last month, and two hours ahead: what a sink gets when a topic keeps the stamps of the
    // records.
    prefix = "anyTime.";
    String noLimit = Long.toString(Long.MAX_VALUE);
    admin
        .createTopics(
            List.of(
                new NewTopic(prefix + "changes", PARTITIONS, (short) 1),
                new NewTopic(prefix + "dead-letters", 1, (short) 1),
                new NewTopic(prefix + "spans", PARTITIONS, (short) 1)
                    .configs(
                        Map.of(
                            "message.timestamp.before.max.ms", noLimit,
                            "message.timestamp.after.max.ms", noLimit,
                            "retention.ms", "-1"))))
        .all()
        .get(30, TimeUnit.SECONDS);
    try (OtlpBackend backend = new OtlpBackend(0)) {
      long now = System.currentTimeMillis();
      write(1, 20, 2, MESSAGE, i -> now + Duration.ofHours(i % 2 == 0 ? 2 : -24 * 31).toMillis());
      start(backend.url(), Map.of());
      awaitAllOnce(backend);
    }
  }

  @Test
  void shouldShareTheWorkAndLoseNothingWhenMembersComeAndGo() throws Exception {
    try (OtlpBackend backend = new OtlpBackend(0)) {
      OtlpSink first = start(backend.url(), Map.of());
      write(1, 60, 3);
      OtlpSink second = start(backend.url(), Map.of());
      write(61, 60, 3);
      Awaitility.await()
          .atMost(Duration.ofSeconds(30))
          .until(() -> second.statistics().exported() > 0 || second.caughtUp());
      write(121, 60, 3);
      first.close(Duration.ofSeconds(10));
      write(181, 60, 3);
      awaitAllOnce(backend);
    }
  }

  @Test
  void shouldNameAMissingTopicAndAMissingBroker() {
    OtlpSink noTopic =
        new OtlpSink(
            properties("http://127.0.0.1:1", Map.of("topic.prefix", "nowhere.")),
            Map.of(),
            new Metrics());
    sinks.add(noTopic);
    assertThatThrownBy(noTopic::start)
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("nowhere.spans")
        .hasMessageContaining("nowhere.dead-letters do not exist; create what is missing");
    OtlpSink noBroker =
        new OtlpSink(
            properties(
                "http://127.0.0.1:1", Map.of("bootstrap.servers", "no-such-host.invalid:9092")),
            Map.of(),
            new Metrics());
    sinks.add(noBroker);
    assertThatThrownBy(noBroker::start)
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("no-such-host.invalid");
  }

  private OtlpSink start(String endpoint, Map<String, String> more) {
    OtlpSink sink = new OtlpSink(properties(endpoint, more), Map.of(), new Metrics());
    sinks.add(sink);
    sink.start();
    return sink;
  }

  private Map<String, String> properties(String endpoint, Map<String, String> more) {
    Map<String, String> properties = new HashMap<>();
    properties.put("bootstrap.servers", cluster.bootstrapServers());
    properties.put("topic.prefix", prefix);
    properties.put("sink.group.id", prefix + "sink");
    properties.put("sink.backoff.min.ms", "20");
    properties.put("sink.backoff.max.ms", "500");
    properties.put("otel.exporter.otlp.endpoint", endpoint);
    properties.put("otel.exporter.otlp.protocol", "http/protobuf");
    properties.putAll(more);
    return properties;
  }

  private void write(int firstTrace, int traces, int spans) {
    write(firstTrace, traces, spans, MESSAGE, trace -> null);
  }

  /** Spans with messages of that size, in records with these stamps. */
  private void write(
      int firstTrace, int traces, int spans, int size, IntFunction<Long> stampMillis) {
    producer.beginTransaction();
    for (int i = firstTrace; i < firstTrace + traces; i++) {
      FinishedTrace trace = Traces.trace(i, spans, size);
      Long stamp = stampMillis.apply(i);
      record(trace)
          .forEach(
              r -> producer.send(new ProducerRecord<>(r.topic(), null, stamp, r.key(), r.value())));
      trace.spans().forEach(span -> written.add(trace.traceId() + "/" + span.spanId()));
    }
    producer.commitTransaction();
  }

  private List<ProducerRecord<byte[], byte[]>> record(FinishedTrace trace) {
    byte[] key = trace.traceId().getBytes(StandardCharsets.UTF_8);
    return new OtlpEncoder()
        .encode(trace).stream()
            .map(bytes -> new ProducerRecord<>(prefix + "spans", key, bytes))
            .toList();
  }

  private void awaitAll(OtlpBackend backend) {
    Awaitility.await()
        .atMost(Duration.ofSeconds(60))
        .untilAsserted(() -> assertThat(new HashSet<>(backend.spans())).isEqualTo(written));
  }

  private void awaitAllOnce(OtlpBackend backend) {
    awaitAll(backend);
    assertThat(backend.spans()).doesNotHaveDuplicates();
  }

  private List<Long> committed() throws Exception {
    Map<TopicPartition, OffsetAndMetadata> offsets =
        admin
            .listConsumerGroupOffsets(prefix + "sink")
            .partitionsToOffsetAndMetadata()
            .get(30, TimeUnit.SECONDS);
    return offsets.values().stream().map(OffsetAndMetadata::offset).toList();
  }

  private List<ConsumerRecord<byte[], byte[]>> deadLetters(int count) {
    List<ConsumerRecord<byte[], byte[]>> letters = new ArrayList<>();
    Map<String, Object> config = clientConfig(null);
    config.put("auto.offset.reset", "earliest");
    try (KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
      consumer.assign(List.of(new TopicPartition(prefix + "dead-letters", 0)));
      Awaitility.await()
          .until(
              () -> {
                consumer.poll(Duration.ofMillis(100)).forEach(letters::add);
                return letters.size() >= count;
              });
    }
    return letters;
  }

  private static Map<String, Object> clientConfig(String transactionalId) {
    Map<String, Object> config = new HashMap<>();
    config.put("bootstrap.servers", cluster.bootstrapServers());
    if (transactionalId != null) {
      config.put("transactional.id", transactionalId);
    }
    return config;
  }

  private static String header(ConsumerRecord<byte[], byte[]> letter, String name) {
    return new String(letter.headers().lastHeader(name).value(), StandardCharsets.UTF_8);
  }

  private static Map<String, String> attributes(List<KeyValue> pairs) {
    return pairs.stream()
        .collect(Collectors.toMap(KeyValue::getKey, pair -> pair.getValue().getStringValue()));
  }
}
