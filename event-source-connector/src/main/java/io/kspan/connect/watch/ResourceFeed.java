package io.kspan.connect.watch;

import io.kspan.connect.record.SourcePartition;
import io.kspan.connect.record.WatchScope;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.apache.kafka.connect.errors.RetriableException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lists a scope once and then watches it, on a thread of its own until that is interrupted.
 *
 * <p>No behaviour of the API server ends the feed: it resumes from its position after a broken,
 * silent or garbled stream, lists again when the position is stale, and tries a refused scope again
 * until the refusal is repaired, each time with growing, jittered delays. It reports a long outage
 * to the worker once. Only a bug ends it, by an unchecked exception.
 */
final class ResourceFeed implements Runnable {
  private static final Logger log = LoggerFactory.getLogger(ResourceFeed.class);

  private final String cluster;
  private final WatchScope scope;
  private final FeedContext context;
  private final ClusterIdentity identity;
  private final FeedEmitter emitter;
  private final ScopeReader reader;
  private final SnapshotSchedule snapshots;
  private final RetryBackoff backoff;
  private final FeedPosition position = new FeedPosition();
  private String clusterUid;
  private boolean silent;
  private boolean refused;
  private boolean cutOff;
  private boolean refusedAfterOutage;
  private boolean outageReported;

  /**
   * @param cluster the configured name
   * @param snapshotTurn one permit for all feeds of the task
   */
  ResourceFeed(
      String cluster,
      WatchScope scope,
      FeedContext context,
      ClusterIdentity identity,
      OwnerFetcher owners,
      Semaphore snapshotTurn,
      RandomGenerator random) {
    this.cluster = cluster;
    this.scope = scope;
    this.context = context;
    this.identity = identity;
    this.emitter = new FeedEmitter(scope, context, owners);
    this.reader = new ScopeReader(scope, context, emitter, random);
    this.backoff = new RetryBackoff(context.settings(), random);
    // A published Event never changes, so a snapshot of Events would be of no use.
    Duration interval =
        scope.resource().isEvents() ? Duration.ZERO : context.settings().snapshotInterval();
    this.snapshots = new SnapshotSchedule(interval, snapshotTurn, context.clock(), random);
  }

  @Override
  public void run() {
    try {
      while (!Thread.currentThread().isInterrupted()) {
        step();
      }
    } catch (InterruptedException e) {
      // The only way to end a feed.
      Thread.currentThread().interrupt();
    }
    log.debug("Feed of {} stopped at {}", scope, position.resourceVersion());
  }

  private void step() throws InterruptedException {
    try {
      identify();
      if (position.mustList()) {
        reader.list(position);
        served();
      } else if (snapshots.begin(position.offset().listedAtMillis())) {
        snapshot();
      } else {
        if (silent) {
          // A watch from a position that the server has not reached is silent, too.
          reader.requireReached(position);
          silent = false;
        }
        reader.watch(position, this::watchWorks);
      }
    } catch (FeedFailure failure) {
      Duration wait = react(failure);
      log.debug("{} goes on in {} ms", scope, wait.toMillis());
      TimeUnit.MILLISECONDS.sleep(wait.toMillis());
    }
  }

  /** A position belongs to the cluster that gave it; another cluster has offsets of its own. */
  private void identify() throws FeedFailure, InterruptedException {
    String uid = identity.uid(reader::requireServed);
    if (uid.equals(clusterUid)) {
      return;
    }
    if (clusterUid != null) {
      log.warn("{}: another cluster answers, '{}' instead of '{}'", scope, uid, clusterUid);
    }
    SourcePartition partition = new SourcePartition(cluster, uid, scope);
    position.resume(context.offsets().apply(partition));
    emitter.partition(partition);
    clusterUid = uid;
  }

  private void snapshot() throws FeedFailure, InterruptedException {
    boolean complete = false;
    try {
      reader.snapshot(position);
      complete = true;
      context.metrics().snapshots.increment();
    } finally {
      snapshots.end(complete);
    }
  }

  /** Resets the delays. A list alone does not: a watch may fail after every list. */
  private void watchWorks() {
    backoff.reset();
    outageReported = false;
    served();
  }

  private void served() {
    if (refused || cutOff) {
      refused = false;
      cutOff = false;
      refusedAfterOutage = false;
      context.metrics().of(scope).forbidden(false);
      log.info("{} is served again", scope);
    }
  }

  /** Counts the failure, decides between resuming and listing, and returns the delay. */
  private Duration react(FeedFailure failure) {
    boolean hadPosition = !position.mustList();
    Duration wait = delayAfter(failure);
    if (hadPosition && position.mustList()) {
      context.metrics().relists.increment();
    } else if (hadPosition && !(failure instanceof FeedFailure.Refused)) {
      context.metrics().reconnects.increment();
    }
    return wait;
  }

  private Duration delayAfter(FeedFailure failure) {
    if (failure instanceof FeedFailure.Stalled && !position.mustList()) {
      silent = true;
      // A quiet cluster looks the same: a growing delay would make its next event late.
      log.debug("{}: {}; {}", scope, failure.getMessage(), nextStep());
      return backoff.pause();
    }
    Duration wait = backoff.next(failure);
    String version = position.resourceVersion();
    if (failure instanceof FeedFailure.Expired) {
      log.info("Position '{}' of {} is too old: listing again", version, scope);
      position.expired();
    } else if (failure instanceof FeedFailure.WentBack) {
      log.warn("{} is at {}, but {}: listing again", scope, version, failure.getMessage());
      position.reset();
    } else if (failure instanceof FeedFailure.ClosedEmpty) {
      position.closedEmpty();
      log.info("{}: {}; {}", scope, failure.getMessage(), nextStep());
    } else if (failure instanceof FeedFailure.Garbled) {
      position.garbled();
      log.warn("{}: {}; {}", scope, failure.getMessage(), nextStep());
    } else if (failure instanceof FeedFailure.Refused refusal) {
      refused(refusal);
    } else {
      outage(failure);
    }
    return wait;
  }

  private String nextStep() {
    return position.mustList() ? "listing again" : "resuming";
  }

  private void refused(FeedFailure.Refused refusal) {
    if (cutOff && !refusedAfterOutage) {
      // A server that has just started refuses what it will serve, until it has read the roles.
      refusedAfterOutage = true;
      log.debug("{}: {}; asking once more", scope, refusal.getMessage());
    } else if (!refused) {
      refused = true;
      context.metrics().of(scope).forbidden(true);
      log.warn(
          "{}. Only this scope is affected; it is tried again.",
          context.rights().advice("list", scope, refusal));
    }
  }

  private void outage(FeedFailure failure) {
    identity.invalidate();
    // One line for each scope and outage, not for every attempt.
    if (cutOff) {
      log.debug("{}: {}; {}", scope, failure.getMessage(), nextStep());
    } else {
      log.info("{}: {}; {} as soon as it is served", scope, failure.getMessage(), nextStep());
    }
    cutOff = true;
    if (backoff.isExhausted() && !outageReported) {
      outageReported = true;
      String text =
          "The API server has not served %s for several attempts: %s"
              .formatted(scope, failure.getMessage());
      context.buffer().report(new RetriableException(text, failure));
    }
  }
}
