package io.kspan.topology.serve;

import com.sun.net.httpserver.HttpHandler;
import io.kspan.topology.metrics.Metrics;
import io.kspan.topology.ops.Brokers;
import io.kspan.topology.ops.Health;
import io.kspan.topology.ops.Preconditions;
import io.kspan.topology.waterfall.page.PageEndpoint;
import io.kspan.topology.waterfall.page.RecentTraces;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.utils.KafkaThread;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The page of an installation: finished traces of the last hours, and what is open now. Reads with
 * a thread of its own; writes nothing and joins no group, so any number may run. Thread-safe.
 */
public final class TracesServer implements Health, AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(TracesServer.class);
  private static final Duration START_TIMEOUT = Duration.ofSeconds(15);

  private final ServeConfig config;
  private final Metrics metrics;
  private final RecentTraces traces;
  private final OpenTracesClient open;
  // Guarded by this.
  private Consumer<byte[], byte[]> consumer;
  private Thread thread;
  private volatile SpansReader reader;
  private volatile boolean stopping;
  private volatile RuntimeException failure;

  /** Checks settings; a {@link ConfigException} names the value and the remedy. */
  public TracesServer(Map<String, String> properties, Metrics metrics) {
    this.config = new ServeConfig(properties);
    this.metrics = metrics;
    this.traces =
        new RecentTraces(
            new RecentTraces.Limits(config.maxTraces(), config.maxSpans()),
            Duration.ZERO,
            Duration.ZERO);
    this.open =
        new OpenTracesClient(config.instances(), OpenTracesClient.PATIENCE, System::nanoTime);
  }

  /**
   * Checks the topic and starts to read. Throws a {@link ConfigException} when no broker answers or
   * the topic is missing.
   */
  public synchronized void start() {
    if (thread != null) {
      throw new IllegalStateException("already started");
    }
    try (Brokers brokers = new Brokers(config.admin(), START_TIMEOUT)) {
      new Preconditions(brokers, config.bootstrapServers(), config.topics()).requireServe();
    }
    consumer = new KafkaConsumer<>(config.consumer());
    reader =
        new SpansReader(
            consumer,
            config.topics().spans(),
            config.history(),
            traces,
            metrics,
            InstantSource.system());
    thread = KafkaThread.daemon("spans-reader", this::read);
    thread.start();
    log.info("Settings: {}", config.effective());
  }

  private void read() {
    try {
      while (!stopping) {
        reader.turn();
      }
    } catch (WakeupException | InterruptException e) {
      // Closed.
    } catch (RuntimeException e) {
      failure = e;
    } finally {
      consumer.close();
    }
  }

  /** Where the page, probes and scrapes are answered. */
  public InetSocketAddress httpListen() {
    return config.httpListen().orElseThrow();
  }

  /** What the path of the page begins with; empty for nothing. */
  public String basePath() {
    return config.basePath();
  }

  /** The page and what its script asks for. */
  public HttpHandler page() {
    boolean local = httpListen().getAddress().isLoopbackAddress();
    return new PageEndpoint(
        traces,
        open::now,
        // With DNS rebinding a page of another site could read what only this machine may.
        local ? PageEndpoint::isLoopback : host -> true,
        config.basePath());
  }

  /** The failure that stopped the reader, if one did. */
  public Optional<RuntimeException> failure() {
    return Optional.ofNullable(failure);
  }

  @Override
  public Optional<String> notAlive() {
    return failure().map(Throwable::toString);
  }

  /** Ready when what was in the topic at the start is read. */
  @Override
  public Optional<String> notReady() {
    if (failure != null) {
      return notAlive();
    }
    SpansReader started = reader;
    return started != null && started.caughtUp()
        ? Optional.empty()
        : Optional.of("the spans topic is not read yet");
  }

  /** How long {@link #close()} may take. */
  public Duration shutdownTimeout() {
    return config.shutdownTimeout();
  }

  /** Stops within {@code shutdown.timeout.ms}. */
  @Override
  public synchronized void close() {
    stopping = true;
    if (thread == null) {
      return;
    }
    consumer.wakeup();
    try {
      thread.join(Math.max(1, shutdownTimeout().toMillis()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
