package io.kspan.topology.history;

import com.google.protobuf.InvalidProtocolBufferException;
import io.kspan.topology.application.SpanTopology;
import io.kspan.topology.application.StreamsClient;
import io.kspan.topology.assemble.Explanation;
import io.kspan.topology.config.StreamsDefaults;
import io.kspan.topology.config.TopologyConfig;
import io.kspan.topology.export.OtlpSink;
import io.kspan.topology.export.SinkStatistics;
import io.kspan.topology.metrics.Metric;
import io.kspan.topology.metrics.Metrics;
import io.kspan.topology.names.Names;
import io.kspan.topology.names.Topics;
import io.kspan.topology.ops.Brokers;
import io.kspan.topology.ops.InputPartitions;
import io.kspan.topology.ops.NewTopics;
import io.kspan.topology.ops.Preconditions;
import io.kspan.topology.ops.TopicReader;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.utils.Utils;
import org.apache.kafka.streams.StreamsConfig;

/**
 * One replay of a range of time over the topics of a running application: the same topology with
 * the same settings, but an application id, topics and a state directory of its own. The inputs are
 * only read, from offsets that are committed for its group before it starts.
 *
 * <p>For one thread. Everything that {@link #run} creates is deleted when it returns or throws.
 */
public final class HistoryReplay {
  private static final Duration ANSWER = Duration.ofSeconds(30);
  private static final String STATE_DIR =
      TopologyConfig.KAFKA_PREFIX + StreamsConfig.STATE_DIR_CONFIG;

  private final Map<String, String> properties;
  private final ReplayRange range;
  private final ReplayNames names;
  private final TopologyConfig config;
  private final ReplayProgress progress;
  private final StopSignal stop;

  /** Tells whether the replay is to stop before its end. */
  @FunctionalInterface
  public interface StopSignal {
    /** Waits a moment, then answers. */
    boolean isWanted() throws InterruptedException;
  }

  /** The replay was stopped before its end. */
  public static final class StoppedException extends Exception {
    private static final long serialVersionUID = 1L;
  }

  /**
   * Checks the settings of the live application and its sink; connects to no broker yet. {@code
   * name} is part of the names of everything that the replay creates. A {@link ConfigException}
   * names the value and the remedy.
   */
  public HistoryReplay(
      Map<String, String> properties,
      ReplayRange range,
      String name,
      ReplayProgress progress,
      StopSignal stop) {
    this.properties = Map.copyOf(properties);
    this.range = range;
    this.progress = progress;
    this.stop = stop;
    Map<String, String> topology = ReplaySettings.topology(properties);
    TopologyConfig live = new TopologyConfig(topology);
    ReplaySettings.check(live);
    this.names = new ReplayNames(live.applicationId(), name);
    this.config =
        new TopologyConfig(
            ReplaySettings.own(topology, names),
            names.topics(live.topics(), live.replaysChanges()));
  }

  /**
   * Deletes what killed replays of an application have left on the brokers; returns their names.
   */
  public static Set<String> cleanUp(Map<String, String> properties) throws InterruptedException {
    TopologyConfig live = new TopologyConfig(ReplaySettings.topology(properties));
    try (Admin admin = Admin.create(adminSettings(live))) {
      Set<String> abandoned = Cleanup.abandoned(admin, live.applicationId());
      for (String name : abandoned) {
        new Cleanup(admin, new ReplayNames(live.applicationId(), name)).deleteAll();
      }
      return abandoned;
    }
  }

  /** How long {@link #run} may take to end once it is stopped. */
  public Duration shutdownTimeout() {
    return Duration.ofMillis(config.getLong(TopologyConfig.SHUTDOWN_CONFIG));
  }

  /**
   * Replays the range.
   *
   * @param exporting whether the spans are exported to the backend of the settings
   * @param requests receives the content of the spans topic before the export; null if not needed
   * @throws StoppedException if the stop signal came
   * @throws IllegalStateException if the brokers or the topology failed
   */
  public ReplayReport run(boolean exporting, Consumer<ExportTraceServiceRequest> requests)
      throws InterruptedException, StoppedException {
    return run(exporting, requests, explanation -> {});
  }

  /**
   * Replays the range without export, and says why its traces are what they are.
   *
   * @param explanations receives one per session, on several threads
   * @throws StoppedException if the stop signal came
   * @throws IllegalStateException if the brokers or the topology failed
   */
  public ReplayReport explain(Consumer<Explanation> explanations)
      throws InterruptedException, StoppedException {
    return run(false, null, explanations);
  }

  private ReplayReport run(
      boolean exporting,
      Consumer<ExportTraceServiceRequest> requests,
      Consumer<Explanation> explanations)
      throws InterruptedException, StoppedException {
    long started = System.nanoTime();
    // Closed from the last to the first: the cleanup deletes only what no client uses any more.
    try (StateDirectory state = StateDirectory.create(config);
        Admin admin = Admin.create(adminSettings(config));
        Cleanup cleanup = new Cleanup(admin, names);
        OtlpSink sink = exporting ? new OtlpSink(ReplaySettings.sink(properties, names)) : null) {
      int partitions =
          new Preconditions(new Brokers(admin, ANSWER), config.bootstrapServers(), config.topics())
              .requireReplay();
      mentionAbandoned(admin);
      cleanup.claim();
      // Changes go to those of the application, or nowhere.
      // Logs go to the backend only.
      Topics topics = exporting ? config.topics() : config.topics().withoutLogs();
      NewTopics.create(admin, NewTopics.outputs(topics.withoutChanges(), partitions));
      Metrics metrics = new Metrics();
      LongAdder records = new LongAdder();
      long cut = assemble(admin, partitions, own(topics, state), metrics, records, explanations);
      LongAdder deadLetters = new LongAdder();
      scan().forEach(config.topics().deadLetters(), record -> deadLetters.increment());
      if (requests != null) {
        handOver(requests);
      }
      long spans = metrics.sum(Metric.SPANS);
      SinkStatistics exported = sink == null ? null : export(sink, spans);
      return new ReplayReport(
          records.sum(),
          metrics.sum(Metric.FINISHED_TRACES),
          spans,
          cut,
          deadLetters.sum(),
          exported == null ? -1 : exported.exported(),
          exported == null ? 0 : exported.deadLettered(),
          Duration.ofNanos(System.nanoTime() - started));
    }
  }

  private record StateDirectory(Path path) implements AutoCloseable {

    /** Below {@code kafka.state.dir} if set, else where the system keeps temporary files. */
    static StateDirectory create(TopologyConfig config) {
      Object base = config.kafkaSettings().get(StreamsConfig.STATE_DIR_CONFIG);
      String prefix = config.applicationId();
      try {
        return new StateDirectory(
            base == null
                ? Files.createTempDirectory(prefix)
                : Files.createTempDirectory(
                    Files.createDirectories(Path.of(base.toString())), prefix));
      } catch (IOException e) {
        throw new ConfigException(
            "The state directory cannot be made (" + e + "); set kafka.state.dir");
      }
    }

    @Override
    public void close() {
      try {
        Utils.delete(path.toFile());
      } catch (IOException e) {
        throw new UncheckedIOException("cannot delete " + path, e);
      }
    }
  }

  private void mentionAbandoned(Admin admin) throws InterruptedException {
    Set<String> abandoned = Cleanup.abandoned(admin, names.applicationId());
    if (!abandoned.isEmpty()) {
      progress.note(
          "replays that were killed have left topics: %s; 'replay --clean-up' removes them"
              .formatted(String.join(", ", abandoned)));
    }
  }

  private TopologyConfig own(Topics topics, StateDirectory state) {
    Map<String, String> settings = new HashMap<>(config.originalsStrings());
    settings.put(STATE_DIR, state.path().toString());
    return new TopologyConfig(settings, topics);
  }

  /** Runs the topology to the end of the range; returns how many traces the range cuts. */
  private long assemble(
      Admin admin,
      int partitions,
      TopologyConfig own,
      Metrics metrics,
      LongAdder records,
      Consumer<Explanation> explanations)
      throws InterruptedException, StoppedException {
    OffsetRange offsets =
        OffsetRange.find(admin, config, partitions, range, InstantSource.system().millis());
    if (offsets.completeFromMillis() > range.fromMillis()) {
      progress.note(
          "%s holds no events before %s; traces that began earlier are marked"
              .formatted(
                  config.topics().events(), Instant.ofEpochMilli(offsets.completeFromMillis())));
    }
    RangeOutput output =
        new RangeOutput(
            range,
            offsets,
            config.traceSettings().maxDurationNanos(),
            earlierChanges(offsets),
            // The topology leaves out of the spans, not of the logs, what is not sampled.
            own.topics().hasLogs() ? trace -> true : config.sampling()::keeps,
            explanations);
    commitBegins(admin, offsets);
    SpanTopology.ReplayView view =
        new SpanTopology.ReplayView(() -> new SelectionProcessor(range, offsets, records), output);
    CommittedPositions positions =
        new CommittedPositions(admin, names.id(), config.topics(), offsets);
    try (StreamsClient topology =
        new StreamsClient(
            new SpanTopology(own, InputPartitions.equal(partitions), positions, metrics, view),
            StreamsDefaults.of(own))) {
      topology.start();
      progress.phase("reading", "records", offsets.size());
      while (!isDone(topology, partitions, metrics)) {
        progress.done(positions.read(), "");
        pause();
      }
      progress.done(offsets.size(), "");
    }
    return output.cut();
  }

  private static boolean isDone(StreamsClient topology, int partitions, Metrics metrics) {
    topology
        .failure()
        .ifPresent(
            e -> {
              throw new IllegalStateException("the topology failed: " + e.getMessage(), e);
            });
    return metrics.drained().size() == partitions;
  }

  private EarlierChanges earlierChanges(OffsetRange offsets) {
    if (offsets.completeFromMillis() == Long.MIN_VALUE) {
      return EarlierChanges.NONE;
    }
    EarlierChanges earlier = new EarlierChanges(offsets.completeFromMillis());
    scan()
        .forEach(
            Names.changelogTopic(names.applicationId(), Names.ROOTS_STORE),
            record ->
                earlier.add(new String(record.key(), StandardCharsets.UTF_8), record.value()));
    return earlier;
  }

  private void commitBegins(Admin admin, OffsetRange offsets) throws InterruptedException {
    Map<TopicPartition, OffsetAndMetadata> begins = new HashMap<>();
    offsets.begins().forEach((partition, at) -> begins.put(partition, new OffsetAndMetadata(at)));
    Cleanup.answer(
        admin.alterConsumerGroupOffsets(names.id(), begins).all(),
        "set the offsets of group " + names.id());
  }

  private void handOver(Consumer<ExportTraceServiceRequest> requests) {
    scan()
        .forEach(
            config.topics().spans(),
            record -> {
              try {
                requests.accept(ExportTraceServiceRequest.parseFrom(record.value()));
              } catch (InvalidProtocolBufferException e) {
                throw new IllegalStateException("the topology wrote no OTLP: " + e.getMessage(), e);
              }
            });
  }

  /** Starts when all spans are written: the end of the topic is then the end of the replay. */
  private SinkStatistics export(OtlpSink sink, long spans)
      throws InterruptedException, StoppedException {
    progress.phase("exporting", "spans", spans);
    sink.start();
    while (!sink.caughtUp()) {
      sink.failure()
          .ifPresent(
              e -> {
                throw new IllegalStateException("the export failed: " + e.getMessage(), e);
              });
      String error = sink.statistics().lastError();
      progress.done(sink.statistics().exported(), error.isEmpty() ? "" : "the backend: " + error);
      pause();
    }
    progress.done(sink.statistics().exported(), "");
    return sink.statistics();
  }

  private void pause() throws InterruptedException, StoppedException {
    if (stop.isWanted()) {
      throw new StoppedException();
    }
  }

  private TopicReader scan() {
    return new TopicReader(adminSettings(config));
  }

  private static Map<String, Object> adminSettings(TopologyConfig config) {
    return StreamsDefaults.admin(new StreamsConfig(StreamsDefaults.of(config)));
  }
}
