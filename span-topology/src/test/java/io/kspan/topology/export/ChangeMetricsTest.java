package io.kspan.topology.export;

import static org.assertj.core.api.Assertions.assertThat;

import io.kspan.topology.metrics.Metric;
import io.kspan.topology.metrics.Metrics;
import io.kspan.topology.metrics.MetricsExporter;
import io.kspan.topology.metrics.Scrape;
import io.kspan.topology.otlp.Signal;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a sink makes of the changes topic, whatever becomes of the spans. */
class ChangeMetricsTest {
  private static final TopicPartition SPANS = new TopicPartition("k8s.spans", 0);
  private static final TopicPartition CHANGES = new TopicPartition("k8s.changes", 0);
  private static final String TRACE = "0af7651916cd43dd8448eb211c80319c";
  private static final String FINISHED =
      "{'specversion':'1.0','type':'io.kspan.change.finished.0.1.0',"
          + "'traceparent':'00-%s-b7ad6b7169203331-01','data':{'cluster':'c',"
          + "'root':{'kind':'Deployment','namespace':'%s','name':'web'},"
          + "'start':'2026-01-01T10:00:00Z','duration':5.5,'outcome':'%s',"
          + "'failedSince':'2026-01-01T09:00:00Z','commitTime':'2026-01-01T08:00:00Z'}}";
  private static final String STARTED = FINISHED.replace("finished.0", "started.0");
  private static final int NAMESPACES = 3_000;
  private static final int MOST_SERIES = 2_000;

  private final MockConsumer<byte[], byte[]> consumer = new MockConsumer<>("earliest");
  private final FakeSender sender = new FakeSender();
  private final MockProducer<byte[], byte[]> deadLetters =
      new MockProducer<>(true, null, new ByteArraySerializer(), new ByteArraySerializer());
  private final Metrics metrics = new Metrics();
  private final MetricsExporter exporter = MetricsExporter.create("sink", Map.of());
  private SinkLoop loop;
  private int offset;

  @BeforeEach
  void start() {
    exporter.export(metrics, Metric.ofSink());
    start(Map.of());
    consumer.updateBeginningOffsets(Map.of(SPANS, 0L, CHANGES, 0L));
    consumer.updateEndOffsets(Map.of(SPANS, 0L, CHANGES, 0L));
    consumer.rebalance(List.of(SPANS, CHANGES));
  }

  private void start(Map<String, String> settings) {
    Map<String, String> all = new HashMap<>(settings);
    all.put("bootstrap.servers", "localhost:9092");
    SinkConfig config = new SinkConfig(all);
    DeadLetterWriter letters = new DeadLetterWriter(() -> deadLetters, "k8s.dead-letters", metrics);
    ExportWorker worker =
        new ExportWorker(
            Signal.TRACES, sender, letters, config, () -> 0, System::nanoTime, metrics);
    ChangeMetrics changes = new ChangeMetrics(metrics, letters, config.namesWorkload());
    loop =
        new SinkLoop(
            consumer,
            List.of(new SignalExport(Signal.TRACES, worker, config, metrics)),
            changes,
            config.topics().changes(),
            System::nanoTime,
            metrics);
    loop.subscribe();
  }

  @AfterEach
  void close() {
    exporter.close();
  }

  private void add(TopicPartition partition, String quoted) {
    byte[] value =
        quoted == null ? null : quoted.replace('\'', '"').getBytes(StandardCharsets.UTF_8);
    consumer.addRecord(
        new ConsumerRecord<>(
            partition.topic(), partition.partition(), offset++, new byte[0], value));
  }

  private static String finished(String namespace, String outcome) {
    return FINISHED.formatted(TRACE, namespace, outcome);
  }

  private Optional<Long> committed(TopicPartition partition) {
    return Optional.ofNullable(consumer.committed(Set.of(partition)).get(partition))
        .map(OffsetAndMetadata::offset);
  }

  private String openMetrics() throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    exporter.scrape("application/openmetrics-text", out);
    return out.toString(StandardCharsets.UTF_8);
  }

  @Test
  void shouldMeasureEachFinishedChange() throws IOException {
    add(CHANGES, STARTED.formatted(TRACE, "shop", "succeeded"));
    add(CHANGES, finished("shop", "succeeded"));
    add(CHANGES, finished("shop", "failed"));
    add(CHANGES, null);
    loop.turn();

    // Each scrape has the exemplars since the last one.
    assertThat(openMetrics()).contains("# {span_id=\"b7ad6b7169203331\",trace_id=\"" + TRACE);
    Scrape scrape = Scrape.of(exporter);
    String duration = "kspan_change_duration_seconds";
    assertThat(scrape.sum(duration + "_count")).isEqualTo(2);
    assertThat(scrape.samples())
        .contains(
            new Scrape.Sample(
                duration + "_sum",
                Map.of(
                    "k8s_cluster_name", "c",
                    "k8s_namespace_name", "shop",
                    "k8s_object_kind", "Deployment",
                    "kspan_outcome", "failed"),
                5.5));
    assertThat(scrape.sum(duration + "_count", "k8s_object_name", "web")).isZero();
    assertThat(scrape.sum("kspan_change_outcomes_total", "kspan_outcome", "succeeded"))
        .isEqualTo(1);
    assertThat(scrape.sum("kspan_change_recovery_time_seconds_sum")).isEqualTo(2 * 3605.5);
    assertThat(scrape.sum("kspan_change_lead_time_seconds_sum")).isEqualTo(7205.5);
    assertThat(committed(CHANGES)).contains(4L);
  }

  @Test
  void shouldNameTheWorkloadIfAsked() {
    start(Map.of("sink.changes.workload", "true"));
    consumer.rebalance(List.of(SPANS, CHANGES));
    add(CHANGES, finished("shop", "failed"));
    loop.turn();
    assertThat(
            Scrape.of(exporter)
                .sum("kspan_change_duration_seconds_count", "k8s_object_name", "web"))
        .isEqualTo(1);
  }

  /** A trace that was not written is no exemplar. */
  @Test
  void shouldNotPointToATraceThatIsNotThere() throws IOException {
    add(CHANGES, finished("shop", "failed").replace("-01'", "-00'"));
    loop.turn();
    assertThat(openMetrics()).contains("kspan_change_duration").doesNotContain("trace_id");
  }

  @Test
  void shouldPutAsideWhatItCannotRead() {
    add(CHANGES, "hello");
    add(CHANGES, finished("shop", "fine"));
    add(CHANGES, finished("shop", "failed"));
    loop.turn();

    assertThat(deadLetters.history()).hasSize(2);
    assertThat(deadLetters.history().get(0).value())
        .isEqualTo("hello".getBytes(StandardCharsets.UTF_8));
    assertThat(
            new String(
                deadLetters.history().get(1).headers().lastHeader("kspan.error.message").value(),
                StandardCharsets.UTF_8))
        .contains("outcome 'fine' is none of");
    Scrape scrape = Scrape.of(exporter);
    assertThat(scrape.sum("kspan_sink_dead_letters_total", "kspan_reason", "unreadable"))
        .isEqualTo(2);
    assertThat(scrape.sum("kspan_change_duration_seconds_count")).isEqualTo(1);
    assertThat(committed(CHANGES)).contains(3L);
  }

  @Test
  void shouldLoseNothingThatCannotBePutAside() {
    deadLetters.sendException = new KafkaException("no dead letters today");
    add(CHANGES, finished("shop", "succeeded"));
    add(CHANGES, "hello");
    add(CHANGES, finished("shop", "succeeded"));
    loop.turn();
    assertThat(committed(CHANGES)).contains(1L);

    deadLetters.sendException = null;
    assertThat(consumer.position(CHANGES)).isEqualTo(1);
    byte[] hello = "hello".getBytes(StandardCharsets.UTF_8);
    offset = 1;
    add(CHANGES, "hello");
    add(CHANGES, finished("shop", "succeeded"));
    loop.turn();
    assertThat(deadLetters.history())
        .singleElement()
        .satisfies(l -> assertThat(l.value()).isEqualTo(hello));
    assertThat(Scrape.of(exporter).sum("kspan_change_duration_seconds_count")).isEqualTo(2);
    assertThat(committed(CHANGES)).contains(3L);
  }

  @Test
  void shouldGoOnWhileTheBackendFails() {
    sender.answer = spans -> FakeSender.unreachable();
    add(SPANS, "hello");
    deadLetters.sendException = new KafkaException("no dead letters today");
    loop.turn();
    loop.turn();
    loop.turn();
    assertThat(consumer.paused()).containsExactly(SPANS);
    add(CHANGES, finished("shop", "succeeded"));
    loop.turn();
    assertThat(Scrape.of(exporter).sum("kspan_change_duration_seconds_count")).isEqualTo(1);
    assertThat(committed(CHANGES)).isPresent();
  }

  @Test
  void shouldReadNoChangesIfTold() {
    start(Map.of("sink.changes.metrics", "false"));
    assertThat(consumer.subscription()).containsExactly("k8s.spans");
  }

  /** The SDK keeps 2000 series a metric; all others are one, marked as the overflow. */
  @Test
  void shouldBoundTheSeriesWhateverTheNames() {
    for (int i = 0; i < NAMESPACES; i++) {
      add(CHANGES, finished("ns-" + i, "succeeded"));
    }
    for (int i = 0; i < NAMESPACES; i++) {
      loop.turn();
    }
    Scrape scrape = Scrape.of(exporter);
    String count = "kspan_change_duration_seconds_count";
    assertThat(scrape.samples().stream().filter(s -> s.name().equals(count)).count())
        .isEqualTo(MOST_SERIES);
    assertThat(scrape.sum(count)).isEqualTo(NAMESPACES);
    assertThat(scrape.sum(count, "otel_metric_overflow", "true"))
        .isEqualTo(NAMESPACES - MOST_SERIES + 1);
  }
}
