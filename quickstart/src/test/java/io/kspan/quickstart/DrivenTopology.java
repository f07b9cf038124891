package io.kspan.quickstart;

import com.google.protobuf.InvalidProtocolBufferException;
import io.kspan.topology.application.SpanTopology;
import io.kspan.topology.config.StreamsDefaults;
import io.kspan.topology.config.TopologyConfig;
import io.kspan.topology.errors.DeadLetter;
import io.kspan.topology.gather.GatherSettings;
import io.kspan.topology.gather.ProvisionalTraces;
import io.kspan.topology.metrics.Metrics;
import io.kspan.topology.model.FinishedTrace;
import io.kspan.topology.names.Names;
import io.kspan.topology.names.Topics;
import io.kspan.topology.ops.InputPartitions;
import io.kspan.topology.otlp.OtlpEncoder;
import io.kspan.topology.waterfall.OtlpReader;
import io.kspan.topology.waterfall.ReceivedTrace;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.test.TestRecord;

/**
 * The topology over one partition of each input, without a broker, and a clock that the test moves.
 * For one thread.
 */
public final class DrivenTopology implements AutoCloseable {
  public static final Topics TOPICS = Topics.withPrefix("k8s.");

  private static final Duration STEP = Duration.ofSeconds(1);

  private final TopologyConfig config;
  private final TopologyTestDriver driver;
  private Instant now;

  /** A topology of a cluster whose clock starts at {@code start}. */
  public DrivenTopology(String cluster, Instant start) {
    now = start;
    config =
        new TopologyConfig(
            Map.of(
                "bootstrap.servers",
                "nowhere:9092",
                "application.id",
                "driven",
                "cluster.name",
                cluster,
                "kafka.state.dir",
                temporaryFolder(),
                // One partition after the other is piped: no task waits for the other one.
                "kafka.max.task.idle.ms",
                "-1",
                // The driver does not show dead letters that are written within a transaction.
                "kafka.processing.guarantee",
                "at_least_once"));
    Metrics metrics = new Metrics(() -> now);
    Properties settings = StreamsDefaults.of(config);
    settings.put(DeadLetter.METRICS_CONFIG, metrics);
    SpanTopology topology =
        new SpanTopology(
            config, InputPartitions.equal(1), (topic, partition) -> now.toEpochMilli(), metrics);
    driver = new TopologyTestDriver(topology.get(), settings, start);
  }

  private static String temporaryFolder() {
    try {
      return Files.createTempDirectory("driven-topology").toString();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public Instant now() {
    return now;
  }

  /** Writes a record to an input topic; null is a tombstone. */
  public void pipe(String topic, byte[] envelope) {
    driver
        .createInputTopic(topic, new StringSerializer(), new ByteArraySerializer())
        .pipeInput("key", envelope, now.toEpochMilli());
  }

  /** Lets the clock run. */
  public void until(Instant time) {
    while (now.isBefore(time)) {
      now = now.plus(STEP);
      driver.advanceWallClockTime(STEP);
    }
  }

  /** What has been written since this was last asked for, by topic, changelogs included. */
  public Map<String, List<TestRecord<byte[], byte[]>>> written() {
    Map<String, List<TestRecord<byte[], byte[]>>> written = new HashMap<>();
    for (String topic : driver.producedTopicNames()) {
      written.put(
          topic,
          driver
              .createOutputTopic(topic, new ByteArrayDeserializer(), new ByteArrayDeserializer())
              .readRecordsToList());
    }
    return written;
  }

  /** The traces that have been written since {@link #written} was last asked for. */
  public List<ReceivedTrace> finished() {
    return received(
        written().getOrDefault(TOPICS.spans(), List.of()).stream().map(TestRecord::value).toList());
  }

  /** What is open now, as an instance answers it. */
  public List<ReceivedTrace> open() {
    GatherSettings settings =
        new GatherSettings(
            config.traceSettings(),
            false,
            config.rootRetentionMillis(),
            false,
            GatherSettings.NEVER);
    OtlpEncoder encoder = new OtlpEncoder();
    List<byte[]> requests = new ArrayList<>();
    for (FinishedTrace trace :
        new ProvisionalTraces(settings)
            .of(
                driver.getKeyValueStore(Names.ITEMS_STORE),
                driver.getKeyValueStore(Names.ROOTS_STORE),
                driver.getKeyValueStore(Names.LINEAGE_STORE),
                now)
            .traces()) {
      requests.addAll(encoder.encode(trace));
    }
    return received(requests);
  }

  private static List<ReceivedTrace> received(List<byte[]> requests) {
    List<ExportTraceServiceRequest> parsed = new ArrayList<>();
    try {
      for (byte[] request : requests) {
        parsed.add(ExportTraceServiceRequest.parseFrom(request));
      }
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException(e);
    }
    return OtlpReader.traces(parsed);
  }

  @Override
  public void close() {
    driver.close();
  }
}
