package io.kspan.topology.application;

import io.kspan.testsupport.generate.Input;
import io.kspan.testsupport.generate.InputMessage;
import io.kspan.topology.config.StreamsDefaults;
import io.kspan.topology.config.TopologyConfig;
import io.kspan.topology.errors.DeadLetter;
import io.kspan.topology.metrics.Metrics;
import io.kspan.topology.names.Names;
import io.kspan.topology.names.Topics;
import io.kspan.topology.ops.InputPartitions;
import io.kspan.topology.time.IdlePartitions;
import io.kspan.topology.time.Watermark;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.common.Metric;
import org.apache.kafka.common.MetricName;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.state.ReadOnlyKeyValueStore;
import org.apache.kafka.streams.test.TestRecord;

/**
 * The real topology over one partition, without a broker. Records are piped in the order of their
 * receipt while a clock runs along with them; both partitions count as read to their end, or not.
 */
public final class TopologyHarness implements AutoCloseable {
  private static final Duration TURN = Duration.ofMillis(100);
  private static final Duration SECOND = Duration.ofSeconds(1);
  private static final String APPLICATION = "test";

  public final Metrics counters = new Metrics(this::now);
  private final Topics topics = Topics.withPrefix("k8s.");
  private final TopologyTestDriver driver;
  private final TestInputTopic<byte[], byte[]> events;
  private final TestInputTopic<byte[], byte[]> objects;
  private final List<byte[]> spans = new ArrayList<>();
  private boolean idle;
  private long clockMillis;

  /** A topology whose clock starts at {@code start}. */
  public TopologyHarness(Instant start, Map<String, String> settings) {
    Map<String, String> all = new HashMap<>(settings);
    all.put("bootstrap.servers", "nowhere:9092");
    all.put("application.id", APPLICATION);
    all.put("kafka.state.dir", temporaryFolder().toString());
    // One partition after the other is piped: no task waits for records of the other one.
    all.put("kafka.max.task.idle.ms", "-1");
    // The driver does not show dead letters that are written within a transaction.
    all.put("kafka.processing.guarantee", "at_least_once");
    TopologyConfig config = new TopologyConfig(all);
    clockMillis = start.toEpochMilli();
    IdlePartitions ends = (topic, partition) -> idle ? clockMillis : Watermark.NONE;
    driver =
        new TopologyTestDriver(
            new SpanTopology(config, InputPartitions.equal(1), ends, counters).get(),
            settings(config),
            start);
    events = input(topics.events());
    objects = input(topics.objects());
  }

  private Properties settings(TopologyConfig config) {
    Properties settings = StreamsDefaults.of(config);
    settings.put(DeadLetter.METRICS_CONFIG, counters);
    return settings;
  }

  /** Of Kafka Streams. */
  public Map<MetricName, ? extends Metric> metrics() {
    return driver.metrics();
  }

  /** What time it is for the topology. */
  Instant now() {
    return Instant.ofEpochMilli(clockMillis);
  }

  private TestInputTopic<byte[], byte[]> input(String topic) {
    return driver.createInputTopic(topic, new ByteArraySerializer(), new ByteArraySerializer());
  }

  private static Path temporaryFolder() {
    try {
      return Files.createTempDirectory("topology-test");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** From now on both partitions are read to their end whenever nothing is piped. */
  public TopologyHarness idle() {
    idle = true;
    return this;
  }

  /** Pipes a value into the events topic; null is a tombstone. */
  public TopologyHarness event(byte[] value) {
    return event(value, clockMillis);
  }

  /** The same with a timestamp of its own. */
  public TopologyHarness event(byte[] value, long timestampMillis) {
    events.pipeInput("key".getBytes(StandardCharsets.UTF_8), value, timestampMillis);
    return this;
  }

  /** Pipes a value into the objects topic. */
  public TopologyHarness object(byte[] value) {
    return object(value, clockMillis);
  }

  /** The same with a timestamp of its own. */
  public TopologyHarness object(byte[] value, long timestampMillis) {
    objects.pipeInput("key".getBytes(StandardCharsets.UTF_8), value, timestampMillis);
    return this;
  }

  /** Pipes a generated record into its topic, under its own key, when it is received. */
  TopologyHarness pipe(InputMessage message) {
    until(message.receiptMillis());
    (message.event() ? events : objects)
        .pipeInput(message.key().getBytes(StandardCharsets.UTF_8), message.envelope(), clockMillis);
    return this;
  }

  /** Pipes a record into its topic, without waiting for its receipt. */
  public TopologyHarness pipe(Input input) {
    return input.isEvent() ? event(input.envelope()) : object(input.envelope());
  }

  /** Pipes each record when it is received. */
  TopologyHarness pipe(List<Input> log) {
    log.forEach(input -> until(input.receivedMillis()).pipe(input));
    return this;
  }

  /** Pipes an envelope into the topic of its kind. */
  public TopologyHarness pipe(byte[] envelope) {
    boolean ofEvent = new String(envelope, StandardCharsets.UTF_8).contains("\"kind\":\"Event\"");
    return ofEvent ? event(envelope) : object(envelope);
  }

  /** Requests as digits, in an order of their own. */
  public static List<String> sorted(List<byte[]> requests) {
    return requests.stream().map(HexFormat.of()::formatHex).sorted().toList();
  }

  /** Pipes an end marker into both. */
  public TopologyHarness end() {
    byte[] marker =
        "{\"type\":\"END\",\"cluster\":\"c\",\"observedAt\":\"2026-01-01T00:00:00Z\"}"
            .getBytes(StandardCharsets.UTF_8);
    return event(marker).object(marker).pass(SECOND.multipliedBy(10));
  }

  /** Lets the clock run to {@code millis}, if it is not there yet. */
  public TopologyHarness until(long millis) {
    while (clockMillis < millis) {
      long step = Math.min(millis - clockMillis, SECOND.toMillis());
      clockMillis += step;
      driver.advanceWallClockTime(Duration.ofMillis(step));
    }
    return this;
  }

  /** Lets time pass. */
  public TopologyHarness pass(Duration time) {
    driver.advanceWallClockTime(TURN);
    clockMillis += TURN.toMillis();
    return until(clockMillis + time.toMillis());
  }

  /** What has been written to the spans topic so far. */
  public List<byte[]> spans() {
    driver
        .createOutputTopic(topics.spans(), new StringDeserializer(), new ByteArrayDeserializer())
        .readRecordsToList()
        .forEach(r -> spans.add(r.value()));
    return spans;
  }

  /** What has been written to the changes topic since it was last asked for. */
  List<TestRecord<String, byte[]>> changes() {
    return driver
        .createOutputTopic(topics.changes(), new StringDeserializer(), new ByteArrayDeserializer())
        .readRecordsToList();
  }

  /** What has been written to the logs topic since it was last asked for. */
  List<TestRecord<String, byte[]>> logs() {
    return driver
        .createOutputTopic(topics.logs(), new StringDeserializer(), new ByteArrayDeserializer())
        .readRecordsToList();
  }

  /** A store, as an interactive query sees it. */
  <V> ReadOnlyKeyValueStore<String, V> store(String name) {
    return driver.getKeyValueStore(name);
  }

  /**
   * Everything that has been written to the log of a store since it was last asked for; values are
   * null for deletions.
   */
  List<TestRecord<byte[], byte[]>> changelog(String store) {
    String changelog = APPLICATION + "-" + store + "-changelog";
    return driver
        .createOutputTopic(
            store.equals(Names.LINEAGE_STORE) ? topics.lineage() : changelog,
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer())
        .readRecordsToList();
  }

  /** Everything that has been written to any topic, changelogs included. */
  List<TestRecord<byte[], byte[]>> written() {
    List<TestRecord<byte[], byte[]>> written = new ArrayList<>();
    for (String topic : driver.producedTopicNames()) {
      written.addAll(
          driver
              .createOutputTopic(topic, new ByteArrayDeserializer(), new ByteArrayDeserializer())
              .readRecordsToList());
    }
    return written;
  }

  /** What has been sent on by reference. */
  List<TestRecord<byte[], byte[]>> rekeyed(String name) {
    return driver
        .createOutputTopic(
            APPLICATION + "-" + name + "-repartition",
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer())
        .readRecordsToList();
  }

  /** What has gone to the dead letters. */
  public List<TestRecord<byte[], byte[]>> deadLetters() {
    return driver
        .createOutputTopic(
            topics.deadLetters(), new ByteArrayDeserializer(), new ByteArrayDeserializer())
        .readRecordsToList();
  }

  @Override
  public void close() {
    driver.close();
  }
}
