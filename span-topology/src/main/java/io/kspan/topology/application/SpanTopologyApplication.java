package io.kspan.topology.application;

import io.kspan.topology.config.EffectiveSettings;
import io.kspan.topology.config.StreamsDefaults;
import io.kspan.topology.config.TopologyConfig;
import io.kspan.topology.errors.DeadLetter;
import io.kspan.topology.metrics.Metric;
import io.kspan.topology.metrics.Metrics;
import io.kspan.topology.metrics.MetricsExporter;
import io.kspan.topology.names.Names;
import io.kspan.topology.ops.Brokers;
import io.kspan.topology.ops.Health;
import io.kspan.topology.ops.InputEnds;
import io.kspan.topology.ops.InputPartitions;
import io.kspan.topology.ops.Preconditions;
import io.kspan.topology.ops.StreamsMetrics;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.streams.CloseOptions.GroupMembershipOperation;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.errors.StreamsException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One instance of the topology inside this JVM: what {@code span-topology run} and the quickstart
 * start.
 *
 * <p>Thread-safe. Start several with different {@code kafka.client.id} and {@code kafka.state.dir}
 * to scale within one JVM.
 */
public final class SpanTopologyApplication implements Health, AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(SpanTopologyApplication.class);

  private static final Duration BROKER_TIMEOUT = Duration.ofSeconds(30);

  private final TopologyConfig config;
  private final Metrics metrics = new Metrics();
  // Written under the lock of this; probes and scrapes read them without.
  private volatile StreamsClient client;
  private volatile InputEnds inputEnds;
  private volatile Duration brokerPatience;
  private volatile OpenTracesQuery openTraces;
  private GroupMembershipOperation onClose;
  private Brokers brokers;

  /**
   * Checks own and {@code kafka.}-prefixed settings; a {@link ConfigException} names value and
   * remedy.
   */
  public SpanTopologyApplication(Map<String, String> properties) {
    this.config = new TopologyConfig(properties);
  }

  /**
   * Checks the topics and starts; returns at once, {@link #state()} says when it runs.
   *
   * @throws ConfigException when topics are missing or input partition counts differ
   */
  public synchronized void start() {
    if (client != null) {
      throw new IllegalStateException("already started");
    }
    Properties settings = StreamsDefaults.of(config);
    settings.put(DeadLetter.METRICS_CONFIG, metrics);
    StreamsConfig streamsConfig = new StreamsConfig(settings);
    brokerPatience = Duration.ofMillis(streamsConfig.getLong(StreamsConfig.TASK_TIMEOUT_MS_CONFIG));
    onClose = onClose(streamsConfig);
    brokers = new Brokers(StreamsDefaults.admin(streamsConfig), BROKER_TIMEOUT);
    InputPartitions partitions =
        new Preconditions(brokers, config.bootstrapServers(), config.topics())
            .requireRun(
                config.applicationId(),
                StreamsDefaults.isStreamsProtocol(streamsConfig),
                config.rekeysInput(),
                Names.repartitionTopic(config.applicationId(), Names.BY_ROOT));
    inputEnds =
        new InputEnds(
            brokers.admin(),
            config.applicationId(),
            config.topics(),
            partitions,
            InstantSource.system(),
            metrics::isAtRest);
    client = new StreamsClient(new SpanTopology(config, partitions, inputEnds, metrics), settings);
    openTraces =
        new OpenTracesQuery(client.streams(), config, partitions.tasks(), InstantSource.system());
    logOnce(settings);
    inputEnds.start();
    client.start();
    log.info("Started over {} partitions", partitions.tasks());
  }

  private void logOnce(Properties settings) {
    Map<String, Object> all = new HashMap<>(config.values());
    all.putAll(EffectiveSettings.ofKafka(settings));
    log.info("Settings: {}", EffectiveSettings.of(all));
  }

  /**
   * A static member returns under its name before its session ends, and keeps its tasks and their
   * state. Other members leave, so that another instance takes over at once.
   */
  private static GroupMembershipOperation onClose(StreamsConfig settings) {
    boolean isStatic =
        settings
            .getMainConsumerConfigs("", "", 0)
            .containsKey(ConsumerConfig.GROUP_INSTANCE_ID_CONFIG);
    return isStatic
        ? GroupMembershipOperation.REMAIN_IN_GROUP
        : GroupMembershipOperation.LEAVE_GROUP;
  }

  private KafkaStreams streams() {
    StreamsClient started = client;
    return started == null ? null : started.streams();
  }

  /** The state of the Kafka Streams client, for progress messages and probes. */
  public String state() {
    KafkaStreams started = streams();
    return started == null ? KafkaStreams.State.CREATED.name() : started.state().name();
  }

  /**
   * Why the instance failed, if it did. Kafka Streams itself waits without a limit for brokers
   * while it has nothing to write; here that ends after {@code task.timeout.ms}, too. A store that
   * could not be written in the background ends it as well ({@link
   * io.kspan.topology.ops.StoreErrors}).
   */
  public Optional<RuntimeException> failure() {
    StreamsClient started = client;
    if (started == null) {
      return Optional.empty();
    }
    if (inputEnds.silence().compareTo(brokerPatience) > 0) {
      started.fail(
          new StreamsException(
              "the brokers have not answered for " + inputEnds.silence().toSeconds() + " s",
              inputEnds.failure()));
    }
    return started.failure();
  }

  /** Exports the metrics from now on, also before {@link #start()}. */
  public void exportTo(MetricsExporter exporter) {
    StreamsMetrics.observe(metrics, this::streams, () -> inputEnds);
    exporter.export(metrics, Metric.ofRun());
  }

  @Override
  public Optional<String> notAlive() {
    KafkaStreams started = streams();
    if (started != null && started.state() == KafkaStreams.State.ERROR) {
      return Optional.of("Kafka Streams is in state ERROR");
    }
    return failure().map(Throwable::toString);
  }

  /**
   * What is missing until it runs, so all state is restored, and its inputs are read almost to
   * their ends.
   */
  @Override
  public Optional<String> notReady() {
    KafkaStreams started = streams();
    if (started == null) {
      return Optional.of("not started yet");
    }
    Optional<String> notAlive = notAlive();
    if (notAlive.isPresent()) {
      return notAlive;
    }
    if (started.state() != KafkaStreams.State.RUNNING) {
      return Optional.of("Kafka Streams is in state " + started.state() + ", not RUNNING");
    }
    if (inputEnds.lags().isEmpty()) {
      return Optional.of("the brokers have not said yet how far the inputs are read");
    }
    return inputEnds.lagsOf(started).entrySet().stream()
        .max(Map.Entry.comparingByValue())
        .filter(worst -> worst.getValue() > config.readinessMaxLag())
        .map(
            worst ->
                "%s is %d records behind, more than readiness.max.lag (%d)"
                    .formatted(worst.getKey(), worst.getValue(), config.readinessMaxLag()));
  }

  /** Where probes and scrapes are answered; empty for nowhere. */
  public Optional<InetSocketAddress> httpListen() {
    return config.httpListen();
  }

  /**
   * Whether others may ask for what is open here: they are told the address by {@code
   * kafka.application.server}.
   */
  public boolean answersQueries() {
    return config.kafkaSettings().containsKey(StreamsConfig.APPLICATION_SERVER_CONFIG);
  }

  /**
   * What is open in the tasks of this instance, as a {@code kspan.query.OpenTraces} message; an
   * {@link IllegalStateException} or {@link KafkaException} says why it cannot be read now.
   */
  public byte[] openTraces() {
    OpenTracesQuery query = openTraces;
    if (query == null) {
      throw new IllegalStateException("not started yet");
    }
    return query.answer();
  }

  /**
   * Counters since the start of this instance, and which gather partitions have finished everything
   * after the end markers.
   */
  public Progress progress() {
    return new Progress(
        metrics.sum(Metric.EVENTS),
        metrics.sum(Metric.OBJECTS),
        metrics.sum(Metric.DEAD_LETTERS),
        metrics.sum(Metric.FINISHED_TRACES),
        metrics.sum(Metric.SPANS),
        metrics.drained());
  }

  /**
   * Stops within {@code timeout} and leaves the group, unless it is a static member of it;
   * committed work stays committed.
   *
   * @return whether everything had stopped by then; what had not is done again by the next instance
   */
  public synchronized boolean close(Duration timeout) {
    long end = System.nanoTime() + timeout.toNanos();
    boolean stopped = true;
    if (inputEnds != null) {
      inputEnds.close();
    }
    if (client != null) {
      stopped = client.close(timeout, onClose);
    }
    if (brokers != null) {
      brokers.close(Duration.ofNanos(Math.max(0, end - System.nanoTime())));
    }
    return stopped;
  }

  /** The same within {@code shutdown.timeout.ms}. */
  @Override
  public void close() {
    close(shutdownTimeout());
  }

  /** How long {@link #close()} may take. */
  public Duration shutdownTimeout() {
    return Duration.ofMillis(config.getLong(TopologyConfig.SHUTDOWN_CONFIG));
  }

  /**
   * What this instance has done so far: {@code events} counts no copies, {@code drained} has the
   * gather partitions that have seen the end of all input and hold no open trace. The last of it is
   * committed when the instance is closed, at the latest.
   */
  public record Progress(
      long events, long objects, long rejected, long traces, long spans, Set<Integer> drained) {}
}
