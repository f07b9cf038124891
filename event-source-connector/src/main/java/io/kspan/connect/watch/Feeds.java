package io.kspan.connect.watch;

import io.kspan.connect.record.SourcePartition;
import io.kspan.connect.record.WatchScope;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;
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

  private final FeedServices services;
  private final OffsetSource offsets;
  private final long seed;
  private final ClusterIdentity identity;
  private final Semaphore snapshotTurn = new Semaphore(1);
  private final List<Thread> threads = new ArrayList<>();

  /**
   * @param seed of the jitter
   */
  public Feeds(FeedServices services, OffsetSource offsets, long seed) {
    this.services = services;
    this.offsets = offsets;
    this.seed = seed;
    this.identity = new ClusterIdentity(services.api(), services.rights(), services.clock());
  }

  /**
   * @param owner connector and task, for thread names
   * @param cluster the configured name
   */
  public synchronized void start(String owner, String cluster, List<WatchScope> scopes) {
    OwnerFetcher owners =
        new OwnerFetcher(cluster, services, identity, backoff(random("owner-fetcher")));
    if (!services.settings().ownerKinds().isEmpty()) {
      start("event-owners-" + owner, "owner fetcher", owners);
    }
    for (WatchScope scope : scopes) {
      start("event-feed-" + owner + '-' + scope, "feed of " + scope, feed(cluster, scope, owners));
    }
  }

  private void start(String threadName, String what, Runnable work) {
    Thread thread = new Thread(work, threadName);
    thread.setDaemon(true);
    thread.setUncaughtExceptionHandler((dead, failure) -> died(what, failure));
    threads.add(thread);
    thread.start();
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

  private ResourceFeed feed(String cluster, WatchScope scope, OwnerFetcher owners) {
    FeedSettings settings = services.settings();
    RandomGenerator random = random(scope.toString());
    FeedEmitter emitter = new FeedEmitter(scope, services, owners);
    // An Event never changes once it is published: nobody misses one that was compacted away.
    Duration snapshotInterval =
        scope.resource().isEvents() ? Duration.ZERO : settings.snapshotInterval();
    return new ResourceFeed(
        new SourcePartition(cluster, "", scope),
        offsets,
        identity,
        new ResourceFeed.Work(
            emitter,
            new ScopeLister(services.api(), scope, settings, emitter),
            new ScopeWatcher(services.api(), scope, settings, emitter, random),
            new SnapshotSchedule(snapshotInterval, snapshotTurn, services.clock(), random)),
        backoff(random),
        services);
  }

  private Backoff backoff(RandomGenerator random) {
    FeedSettings settings = services.settings();
    return new Backoff(settings.backoffInitial(), settings.backoffMax(), random);
  }

  private RandomGenerator random(String name) {
    return RandomGeneratorFactory.getDefault().create(seed ^ name.hashCode());
  }

  private void died(String what, Throwable failure) {
    log.error("The {} ended by a bug", what, failure);
    services
        .buffer()
        .fail(
            new ConnectException(
                "The "
                    + what
                    + " ended by a bug; restart the task, it resumes from its stored position: "
                    + failure,
                failure));
  }
}
