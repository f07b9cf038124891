package io.kspan.connect.watch;

import io.kspan.connect.record.EnvelopeMapper;
import io.kspan.connect.record.SourceOffset;
import io.kspan.connect.record.SourcePartition;
import io.kspan.connect.record.WatchScope;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.apache.kafka.connect.errors.ConnectException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The feeds of one task, a daemon thread each. Start and stop from the task's thread or any other.
 *
 * <p>A feed that dies of a bug makes the hand-over buffer fail, and with it the task: silence would
 * look like a quiet cluster.
 */
public final class Feeds implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Feeds.class);
  private static final Duration STOP_WITHIN = Duration.ofSeconds(1);

  private final ApiClient api;
  private final FeedSettings settings;
  private final EnvelopeMapper mapper;
  private final HandOverBuffer buffer;
  private final InstantSource clock;
  private final long seed;
  private final List<Thread> threads = new ArrayList<>();

  /**
   * @param seed of the jitter
   */
  public Feeds(
      ApiClient api,
      FeedSettings settings,
      EnvelopeMapper mapper,
      HandOverBuffer buffer,
      InstantSource clock,
      long seed) {
    this.api = api;
    this.settings = settings;
    this.mapper = mapper;
    this.buffer = buffer;
    this.clock = clock;
    this.seed = seed;
  }

  /**
   * @param owner connector and task, for thread names
   * @param resumeFrom where each partition stands; one without a usable offset lists first
   */
  public synchronized void start(String owner, Map<SourcePartition, SourceOffset> resumeFrom) {
    resumeFrom.forEach(
        (partition, offset) -> {
          String name = "event-feed-" + owner + '-' + partition.scope();
          Thread thread = new Thread(feed(partition, offset), name);
          thread.setDaemon(true);
          thread.setUncaughtExceptionHandler((dead, failure) -> died(partition, failure));
          threads.add(thread);
          thread.start();
        });
  }

  /** Interrupts all feeds and waits for them, at most a second in total. */
  @Override
  public synchronized void close() {
    threads.forEach(Thread::interrupt);
    long deadline = System.nanoTime() + STOP_WITHIN.toNanos();
    try {
      for (Thread thread : threads) {
        long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
        thread.join(Math.max(1, left));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    threads.clear();
  }

  private ResourceFeed feed(SourcePartition partition, SourceOffset offset) {
    WatchScope scope = partition.scope();
    RandomGenerator random =
        RandomGeneratorFactory.getDefault().create(seed ^ scope.toString().hashCode());
    FeedEmitter emitter = new FeedEmitter(partition, mapper, buffer, clock);
    return new ResourceFeed(
        scope,
        new ScopeLister(api, scope, settings, emitter),
        new ScopeWatcher(api, scope, settings, emitter, random),
        new FeedPosition(offset.resourceVersion()),
        new Backoff(settings.backoffInitial(), settings.backoffMax(), random),
        buffer);
  }

  private void died(SourcePartition partition, Throwable failure) {
    log.error("The feed of {} ended by a bug", partition.scope(), failure);
    buffer.fail(
        new ConnectException(
            "The feed of "
                + partition.scope()
                + " ended by a bug; restart the task, it resumes from its stored position: "
                + failure,
            failure));
  }
}
