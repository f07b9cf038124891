package io.kspan.connect.watch;

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
 * The feeds of one task, with a daemon thread each. Started and closed by any thread.
 *
 * <p>A feed that dies of a bug makes the hand-over buffer fail, and with it the task: silence would
 * look like a quiet cluster.
 */
public final class Feeds implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Feeds.class);
  private static final Duration STOP_WITHIN = Duration.ofSeconds(1);

  private final FeedContext context;
  private final long seed;
  private final List<Thread> threads = new ArrayList<>();

  /**
   * @param seed of the jitter
   */
  public Feeds(FeedContext context, long seed) {
    this.context = context;
    this.seed = seed;
  }

  /**
   * @param owner connector and task, for thread names
   * @param cluster the configured name
   */
  public synchronized void start(String owner, String cluster, List<WatchScope> scopes) {
    ClusterIdentity identity =
        new ClusterIdentity(context.api(), context.rights(), context.clock());
    OwnerFetcher owners = new OwnerFetcher(cluster, context, identity, random("owner-fetcher"));
    if (!context.settings().ownerKinds().isEmpty()) {
      start("event-owners-" + owner, "owner fetcher", owners);
    }
    Semaphore snapshotTurn = new Semaphore(1);
    for (WatchScope scope : scopes) {
      RandomGenerator random = random(scope.toString());
      ResourceFeed feed =
          new ResourceFeed(cluster, scope, context, identity, owners, snapshotTurn, random);
      start("event-feed-" + owner + '-' + scope, "feed of " + scope, feed);
    }
  }

  private void start(String threadName, String name, Runnable work) {
    Thread thread = new Thread(work, threadName);
    thread.setDaemon(true);
    thread.setUncaughtExceptionHandler((dead, failure) -> died(name, failure));
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

  private RandomGenerator random(String name) {
    return RandomGeneratorFactory.getDefault().create(seed ^ name.hashCode());
  }

  private void died(String name, Throwable failure) {
    log.error("The {} ended by a bug", name, failure);
    String text =
        "The %s ended by a bug; restart the task, it resumes from its stored position: %s"
            .formatted(name, failure);
    context.buffer().fail(new ConnectException(text, failure));
  }
}
