package io.kspan.topology.history;

import com.google.protobuf.InvalidProtocolBufferException;
import io.kspan.topology.SpanTopology;
import io.kspan.topology.Topics;
import io.kspan.topology.config.StreamsDefaults;
import io.kspan.topology.config.TopologyConfig;
import io.kspan.topology.export.OtlpSink;
import io.kspan.topology.export.SinkStatistics;
import io.kspan.topology.metrics.Metric;
import io.kspan.topology.metrics.Metrics;
import io.kspan.topology.ops.InputTopics;
import io.kspan.topology.ops.NewTopics;
import io.kspan.topology.ops.TopicScan;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.streams.StreamsConfig;

/**
 * One replay of a range of time over the topics of a running installation, with the rules and the
 * code of the live application, but an application id, topics and a state directory of its own. The
 * inputs are only read, from offsets that are committed for its group beforehand.
 *
 * <p>For one thread. Whatever it makes is gone when {@link #run} returns, however it returns.
 */
public final class HistoryReplay {
  private final Map<String, String> properties;
  private final ReplayRange range;
  private final ReplayNames names;
  private final TopologyConfig config;
  private final ReplayProgress progress;
  private final StopSignal stop;

  /** Whether somebody wants the replay to end. */
  @FunctionalInterface
  public interface StopSignal {
    /** Waits a moment; whether to stop. */
    boolean isWanted() throws InterruptedException;
  }

  /** The replay was stopped before its end. */
  public static final class StoppedException extends Exception {
    private static final long serialVersionUID = 1L;
  }

  /**
   * Checks the settings; asks nobody yet.
   *
   * @param properties of the live application, and of the sink
   * @param name of the replay, part of all names that it makes
   * @throws ConfigException naming the value and the remedy
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
        new TopologyConfig(ReplaySettings.own(topology, names), names.topics(live.topics()));
  }

  /**
   * Removes what killed replays of an application have left.
   *
   * @return the names of those replays
   */
  public static Set<String> removeLeftovers(Map<String, String> properties)
      throws InterruptedException {
    TopologyConfig live = new TopologyConfig(ReplaySettings.topology(properties));
    try (Admin admin = Admin.create(adminSettings(live))) {
      Set<String> found = Leftovers.of(admin, live.applicationId());
      for (String name : found) {
        Leftovers.remove(admin, new ReplayNames(live.applicationId(), name));
      }
      return found;
    }
  }

  /** How long {@link #export()} and {@link #collect} may take to end, once they are to. */
  public Duration shutdownTimeout() {
    return Duration.ofMillis(config.getLong(TopologyConfig.SHUTDOWN_CONFIG));
  }

  /**
   * Replays, and exports what comes out to the backend of the settings.
   *
   * @throws StoppedException if somebody wanted it to stop
   * @throws IllegalStateException if the brokers or the topology failed
   */
  public ReplayReport export() throws InterruptedException, StoppedException {
    return run(true, null);
  }

  /**
   * Exports as {@link #export()} does, and before that hands over what comes out, as it stands in
   * the spans topic, which is read once more for it.
   *
   * @throws StoppedException if somebody wanted it to stop
   * @throws IllegalStateException if the brokers or the topology failed
   */
  public ReplayReport export(Consumer<ExportTraceServiceRequest> requests)
      throws InterruptedException, StoppedException {
    return run(true, requests);
  }

  /**
   * Replays and hands over what comes out as {@link #export(Consumer)} does, but exports nothing.
   *
   * @throws StoppedException as {@link #export()}
   * @throws IllegalStateException as {@link #export()}
   */
  public ReplayReport collect(Consumer<ExportTraceServiceRequest> requests)
      throws InterruptedException, StoppedException {
    return run(false, requests);
  }

  /** {@code requests} is null if nobody wants them. */
  private ReplayReport run(boolean exporting, Consumer<ExportTraceServiceRequest> requests)
      throws InterruptedException, StoppedException {
    long started = System.nanoTime();
    // Closed from the last to the first: nobody uses what the cleanup deletes.
    try (Admin admin = Admin.create(adminSettings(config));
        TemporaryState state = TemporaryState.of(config);
        Cleanup cleanup = new Cleanup(admin, names);
        OtlpSink sink = exporting ? new OtlpSink(ReplaySettings.sink(properties, names)) : null) {
      int partitions = InputTopics.inputPartitions(admin, config.topics());
      mentionLeftovers(admin);
      cleanup.begin();
      createTopics(admin, partitions);
      Result result = replay(admin, partitions, state);
      if (requests != null) {
        collectSpans(requests);
      }
      SinkStatistics exported =
          sink == null ? null : export(sink, result.counters().sum(Metric.SPANS));
      return result.report(exported, Duration.ofNanos(System.nanoTime() - started));
    }
  }

  /** Removes from the brokers what the replay has made, once it has begun to make something. */
  private record Cleanup(Admin admin, ReplayNames names, AtomicBoolean begun)
      implements AutoCloseable {
    Cleanup(Admin admin, ReplayNames names) {
      this(admin, names, new AtomicBoolean());
    }

    /**
     * Everything of that name is the replay's from now on.
     *
     * @throws ConfigException if there is something already
     */
    void begin() throws InterruptedException {
      if (Leftovers.exists(admin, names)) {
        throw new ConfigException(
            "A replay named "
                + names.name()
                + " is running or was killed; give another --name, or remove it with --clean-up");
      }
      begun.set(true);
    }

    @Override
    public void close() {
      if (!begun.get()) {
        return;
      }
      // Who is interrupted cleans up, too.
      boolean interrupted = Thread.interrupted();
      try {
        Leftovers.remove(admin, names);
      } catch (InterruptedException e) {
        interrupted = true;
      }
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private void mentionLeftovers(Admin admin) throws InterruptedException {
    Set<String> left = Leftovers.of(admin, names.applicationId());
    if (!left.isEmpty()) {
      progress.note(
          "replays that were killed have left topics: "
              + String.join(", ", left)
              + "; 'replay --clean-up' removes them");
    }
  }

  private Result replay(Admin admin, int partitions, TemporaryState state)
      throws InterruptedException, StoppedException {
    Extract extract =
        new ExtractFinder(admin, config, partitions).find(range, InstantSource.system().millis());
    if (extract.completeFromMillis() > range.fromMillis()) {
      progress.note(
          "%s holds no events before %s; traces that began earlier are marked"
              .formatted(
                  config.topics().events(), Instant.ofEpochMilli(extract.completeFromMillis())));
    }
    Metrics counters = new Metrics();
    LongAdder records = new LongAdder();
    RangeOutput output =
        new RangeOutput(
            range,
            extract,
            config.traceSettings().maxDurationNanos(),
            earlierChanges(extract),
            config.sampling()::keeps);
    seed(admin, extract);
    try (InputPositions positions =
            new InputPositions(admin, names.id(), config.topics(), extract);
        ReplayTopology topology =
            new ReplayTopology(
                state.config(),
                partitions,
                positions,
                counters,
                new SpanTopology.Excerpt(
                    () -> new SelectionProcessor(range, extract, records), output))) {
      positions.start();
      topology.start();
      progress.phase("reading", "records", extract.size());
      while (!topology.isDone()) {
        progress.done(positions.read(), "");
        pause();
      }
      progress.done(extract.size(), "");
    }
    return new Result(counters, records.sum(), output.cut(), deadLetters());
  }

  private void createTopics(Admin admin, int partitions) throws InterruptedException {
    Topics topics = config.topics();
    NewTopics.create(
        admin,
        List.of(
            NewTopics.ofAnyAge(topics.lineage(), 1, Map.of("cleanup.policy", "compact")),
            NewTopics.ofAnyAge(
                topics.spans(), partitions, Map.of("message.timestamp.type", "LogAppendTime")),
            NewTopics.ofAnyAge(topics.deadLetters(), 1, Map.of())));
  }

  private EarlierChanges earlierChanges(Extract extract) {
    if (extract.completeFromMillis() == Long.MIN_VALUE) {
      return EarlierChanges.NONE;
    }
    EarlierChanges earlier = new EarlierChanges(extract.completeFromMillis());
    scan()
        .forEach(
            EarlierChanges.topicOf(names.applicationId()),
            record ->
                earlier.add(new String(record.key(), StandardCharsets.UTF_8), record.value()));
    return earlier;
  }

  /** Where the group begins to read, as if it had committed there before. */
  private void seed(Admin admin, Extract extract) throws InterruptedException {
    Map<TopicPartition, OffsetAndMetadata> offsets = new HashMap<>();
    extract.begins().forEach((partition, at) -> offsets.put(partition, new OffsetAndMetadata(at)));
    try {
      admin.alterConsumerGroupOffsets(names.id(), offsets).all().get();
    } catch (ExecutionException e) {
      throw new IllegalStateException(
          "cannot set the offsets of group " + names.id() + ": " + e.getCause().getMessage(), e);
    }
  }

  private long deadLetters() {
    LongAdder count = new LongAdder();
    scan().forEach(config.topics().deadLetters(), record -> count.increment());
    return count.sum();
  }

  /** Only when all spans are there: then what has been read to the end is everything. */
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

  private void collectSpans(Consumer<ExportTraceServiceRequest> requests) {
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

  private TopicScan scan() {
    return new TopicScan(adminSettings(config));
  }

  private static Map<String, Object> adminSettings(TopologyConfig config) {
    Properties settings = StreamsDefaults.of(config);
    Map<String, Object> admin =
        new HashMap<>(new StreamsConfig(settings).getAdminConfigs("replay"));
    admin.remove(CommonClientConfigs.CLIENT_ID_CONFIG);
    return admin;
  }

  /** What came out of the topology. */
  private record Result(Metrics counters, long records, long cut, long deadLetters) {

    ReplayReport report(SinkStatistics exported, Duration duration) {
      return new ReplayReport(
          records,
          counters.sum(Metric.FINISHED_TRACES),
          counters.sum(Metric.SPANS),
          cut,
          deadLetters,
          exported == null ? -1 : exported.exported(),
          exported == null ? 0 : exported.deadLettered(),
          duration);
    }
  }
}
