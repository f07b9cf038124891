package io.kspan.topology.export;

import io.kspan.topology.metrics.Metrics;
import io.kspan.topology.ops.Brokers;
import io.kspan.topology.ops.Health;
import io.kspan.topology.ops.Preconditions;
import io.kspan.topology.otlp.Signal;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.utils.KafkaThread;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One member of the consumer group that exports finished traces, and with {@code logs.enabled} log
 * records: from {@code <prefix>spans} and {@code <prefix>logs} to the OTLP backends that the
 * standard {@code OTEL_EXPORTER_OTLP_*} variables name. Thread-safe.
 *
 * <p>The requests in the topic are sent as they are. At least once, in order per trace: an offset
 * is committed only after the backend's definite answer. The sink waits for a backend that is down,
 * however long; what the backend refuses for good goes to {@code <prefix>dead-letters}. It also
 * measures the changes in {@code <prefix>changes}, unless it is told not to. Only a failure of
 * Kafka itself that no retry can cure ends the sink, see {@link #failure()}.
 */
public final class OtlpSink implements Health, AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(OtlpSink.class);
  private static final Duration START_TIMEOUT = Duration.ofSeconds(15);

  private final SinkConfig config;
  private final Map<Signal, OtlpSender> senders = new EnumMap<>(Signal.class);
  private final Metrics metrics;

  // Guarded by this.
  private Thread thread;
  private volatile SinkLoop loop;
  private volatile boolean stopping;
  private volatile Duration closeTimeout;
  private volatile RuntimeException failure;

  /**
   * Checks own, {@code kafka.}- and {@code otel.}-prefixed settings, of which the last win over the
   * environment; connects to nothing yet. A {@link ConfigException} names the value and the remedy.
   */
  public OtlpSink(Map<String, String> properties) {
    this(properties, System.getenv(), new Metrics());
  }

  /**
   * The same with another environment for the {@code OTEL_*} variables, counting in {@code
   * metrics}.
   */
  public OtlpSink(
      Map<String, String> properties, Map<String, String> environment, Metrics metrics) {
    this.metrics = metrics;
    config = new SinkConfig(properties);
    closeTimeout = config.shutdownTimeout();
    for (Signal signal : config.signals()) {
      senders.put(signal, new OtlpSender(signal, config.otel(), environment));
    }
  }

  /**
   * Checks the topics and starts the thread, which joins the group in the background. Throws a
   * {@link ConfigException} when no broker answers or a topic is missing.
   */
  public synchronized void start() {
    if (thread != null) {
      throw new IllegalStateException("the sink has been started already");
    }
    Consumer<byte[], byte[]> consumer = connect();
    DeadLetterWriter deadLetters =
        new DeadLetterWriter(
            () -> new KafkaProducer<>(config.producer()), config.topics().deadLetters(), metrics);
    List<SignalExport> exports = new ArrayList<>();
    senders.forEach((signal, sender) -> exports.add(export(signal, sender, deadLetters)));
    ChangeMetrics changes = new ChangeMetrics(metrics, deadLetters, config.namesWorkload());
    loop =
        new SinkLoop(
            consumer, exports, changes, config.topics().changes(), System::nanoTime, metrics);
    thread = KafkaThread.daemon("otlp-sink-" + config.groupId(), () -> run(consumer, deadLetters));
    thread.start();
    senders.forEach(
        (signal, sender) ->
            log.info("Exporting {} to {}", config.topic(signal), sender.endpoint()));
    log.info("Settings: {}", config.effective());
  }

  private SignalExport export(Signal signal, OtlpSender sender, DeadLetterWriter deadLetters) {
    ExportWorker worker =
        new ExportWorker(
            signal,
            sender::send,
            deadLetters,
            config,
            () -> ThreadLocalRandom.current().nextDouble(),
            System::nanoTime,
            metrics);
    return new SignalExport(signal, worker, config, metrics);
  }

  /** Counters since the start. */
  public SinkStatistics statistics() {
    SinkLoop running = loop;
    return running == null ? SinkStatistics.NONE : running.statistics();
  }

  @Override
  public Optional<String> notAlive() {
    return failure().map(Throwable::toString);
  }

  /**
   * Ready when it has joined its group and the last request did not fail. Not whether it has caught
   * up: more sinks help then, and they count as ready.
   */
  @Override
  public Optional<String> notReady() {
    if (failure != null) {
      return notAlive();
    }
    SinkLoop running = loop;
    if (running == null || !running.joined()) {
      return Optional.of("not in the consumer group yet");
    }
    String error = running.statistics().lastError();
    return error.isEmpty() ? Optional.empty() : Optional.of("the backend: " + error);
  }

  /** The address at which probes and scrapes are answered; empty for none. */
  public Optional<InetSocketAddress> httpListen() {
    return config.httpListen();
  }

  /** The failure that stopped the sink, if one did. */
  public Optional<RuntimeException> failure() {
    return Optional.ofNullable(failure);
  }

  /**
   * Whether, after the last turn, the sink's partitions are read to the end and everything in them
   * has its answer; false while it has no partition. A record written within the last second may
   * not be counted.
   */
  public boolean caughtUp() {
    SinkLoop running = loop;
    return running != null && running.caughtUp();
  }

  /**
   * Stops reading, gives a request under way up to {@code timeout} to be answered, commits what was
   * answered and leaves the group. The next sink exports again what was not answered.
   */
  public synchronized void close(Duration timeout) {
    closeTimeout = timeout;
    stopping = true;
    if (thread == null) {
      closeSenders();
      return;
    }
    try {
      thread.join(Math.max(1, timeout.toMillis()));
      if (thread.isAlive()) {
        thread.interrupt();
      }
    } catch (InterruptedException e) {
      thread.interrupt();
      Thread.currentThread().interrupt();
    }
  }

  /** The same within {@code shutdown.timeout.ms}. */
  @Override
  public void close() {
    close(shutdownTimeout());
  }

  /** How long {@link #close()} may take. */
  public Duration shutdownTimeout() {
    return config.shutdownTimeout();
  }

  /** The sink's own settings, for documentation. */
  public static ConfigDef definition() {
    return SinkConfig.definition();
  }

  /** Settings of consumers that the sink's guarantees depend on, so that they cannot be given. */
  public static Set<String> fixedConsumerSettings() {
    return SinkConfig.fixedConsumerSettings();
  }

  private void run(Consumer<byte[], byte[]> consumer, DeadLetterWriter deadLetters) {
    SinkLoop running = loop;
    try (deadLetters;
        consumer) {
      running.subscribe();
      while (!stopping) {
        running.turn();
      }
      Duration half = closeTimeout.dividedBy(2);
      running.drain(half);
      consumer.close(CloseOptions.timeout(half));
    } catch (InterruptException e) {
      log.warn("The sink was interrupted before it could finish");
    } catch (RuntimeException e) {
      failure = e;
      log.error("The sink has stopped", e);
    } finally {
      closeSenders();
    }
  }

  private void closeSenders() {
    senders.values().forEach(OtlpSender::close);
  }

  private Consumer<byte[], byte[]> connect() {
    Consumer<byte[], byte[]> consumer = null;
    try {
      consumer = new KafkaConsumer<>(config.consumer());
      try (Brokers brokers = new Brokers(config.admin(), START_TIMEOUT)) {
        new Preconditions(brokers, config.bootstrapServers(), config.topics()).requireSink();
      }
      return consumer;
    } catch (ConfigException e) {
      close(consumer);
      throw e;
    } catch (KafkaException e) {
      close(consumer);
      Throwable cause = e.getCause() == null ? e : e.getCause();
      throw unreachable(cause.getMessage());
    }
  }

  private ConfigException unreachable(String why) {
    return new ConfigException(
        SinkConfig.BOOTSTRAP_SERVERS_CONFIG,
        config.bootstrapServers(),
        why
            + "; check the address, that the brokers run, and the kafka. settings for TLS and SASL");
  }

  private static void close(Consumer<byte[], byte[]> consumer) {
    if (consumer != null) {
      consumer.close(CloseOptions.timeout(Duration.ZERO));
    }
  }
}
