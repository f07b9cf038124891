package io.kspan.connect.watch;

import io.kspan.connect.record.SourcePartition;
import io.kspan.connect.record.WatchScope;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.connect.errors.RetriableException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lists a scope once and then watches it for good, on a thread of its own until that is
 * interrupted.
 *
 * <p>Whatever the API server does, the feed goes on: it resumes from its position after a broken,
 * silent or garbled stream, lists again when the position is stale, and waits for whoever can
 * repair a refusal, each time with growing, jittered delays. A long outage is reported to the
 * worker once. Only a bug ends it, by an unchecked exception.
 */
final class ResourceFeed implements Runnable {
  private static final Logger log = LoggerFactory.getLogger(ResourceFeed.class);

  private final SourcePartition anonymous;
  private final WatchScope scope;
  private final OffsetSource offsets;
  private final ClusterIdentity identity;
  private final Work work;
  private final FeedPosition position = new FeedPosition();
  private final Backoff backoff;
  private final HandOverBuffer buffer;
  private final FeedCounters counters;
  private final RequiredRights rights;
  private String clusterUid;
  private boolean silent;
  private boolean refused;
  private boolean cutOff;
  private boolean outageReported;

  /** What a feed does in turn. */
  record Work(
      FeedEmitter emitter, ScopeLister lister, ScopeWatcher watcher, SnapshotSchedule snapshots) {}

  /**
   * @param anonymous the partition without UID of the cluster
   */
  ResourceFeed(
      SourcePartition anonymous,
      OffsetSource offsets,
      ClusterIdentity identity,
      Work work,
      Backoff backoff,
      FeedServices services) {
    this.anonymous = anonymous;
    this.scope = anonymous.scope();
    this.offsets = offsets;
    this.identity = identity;
    this.work = work;
    this.backoff = backoff;
    this.buffer = services.buffer();
    this.counters = services.counters();
    this.rights = services.rights();
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
        work.lister().list(position);
        served();
      } else if (work.snapshots().begin(position.offset().listedAtMillis())) {
        snapshot();
      } else {
        if (silent) {
          // A watch from a position that the server has not reached is silent, too.
          work.lister().requireReached(position);
          silent = false;
        }
        work.watcher().watch(position, this::progress);
      }
    } catch (FeedFailure failure) {
      Duration wait = answer(failure);
      log.debug("{} goes on in {} ms", scope, wait.toMillis());
      TimeUnit.MILLISECONDS.sleep(wait.toMillis());
    }
  }

  /** A position belongs to the cluster that gave it: another one has offsets of its own. */
  private void identify() throws FeedFailure, InterruptedException {
    String uid = identity.uid();
    if (uid.equals(clusterUid)) {
      return;
    }
    if (clusterUid != null) {
      log.warn("{}: another cluster answers, '{}' instead of '{}'", scope, uid, clusterUid);
    }
    SourcePartition partition = new SourcePartition(anonymous.cluster(), uid, scope);
    position.resume(offsets.read(partition));
    work.emitter().belongTo(partition);
    clusterUid = uid;
  }

  private void snapshot() throws FeedFailure, InterruptedException {
    boolean complete = false;
    try {
      work.lister().snapshot(position);
      complete = true;
      counters.snapshots.increment();
    } finally {
      work.snapshots().end(complete);
    }
  }

  /**
   * A list alone proves little: a watch that fails after every list must still wait longer each
   * time.
   */
  private void progress() {
    backoff.reset();
    outageReported = false;
    served();
  }

  private void served() {
    if (refused || cutOff) {
      refused = false;
      cutOff = false;
      counters.of(scope).forbidden(false);
      log.info("{} is served again", scope);
    }
  }

  private Duration answer(FeedFailure failure) {
    boolean hadPosition = !position.mustList();
    Duration wait = delayAfter(failure);
    if (hadPosition && position.mustList()) {
      counters.relists.increment();
    } else if (hadPosition && !(failure instanceof FeedFailure.Refused)) {
      counters.reconnects.increment();
    }
    return wait;
  }

  private Duration delayAfter(FeedFailure failure) {
    if (failure instanceof FeedFailure.Stalled && !position.mustList()) {
      silent = true;
      // A quiet cluster looks the same: a growing delay would make its next event late.
      log.debug("{}: {}; {}", scope, failure.getMessage(), nextMove());
      return backoff.pause();
    }
    Duration wait = backoff.next();
    if (failure instanceof FeedFailure.Expired) {
      log.info("Position '{}' of {} is too old: listing again", position.resourceVersion(), scope);
      position.expired();
    } else if (failure instanceof FeedFailure.WentBack) {
      log.warn(
          "{} is at {}, but {}: listing again",
          scope,
          position.resourceVersion(),
          failure.getMessage());
      position.forget();
    } else if (failure instanceof FeedFailure.ClosedEmpty) {
      position.closedEmpty();
      log.info("{}: {}; {}", scope, failure.getMessage(), nextMove());
    } else if (failure instanceof FeedFailure.Garbled) {
      position.garbled();
      log.warn("{}: {}; {}", scope, failure.getMessage(), nextMove());
    } else if (failure instanceof FeedFailure.Refused refusal) {
      refuse(refusal);
    } else {
      outage(failure);
      if (failure instanceof FeedFailure.Unavailable unavailable) {
        return backoff.notBefore(unavailable.retryAfter(), wait);
      }
    }
    return wait;
  }

  private String nextMove() {
    return position.mustList() ? "listing again" : "resuming";
  }

  private void refuse(FeedFailure.Refused refusal) {
    if (!refused) {
      refused = true;
      counters.of(scope).forbidden(true);
      log.warn(
          "{}. Only this scope is affected; it is tried again.",
          RefusalAdvice.of(scope, refusal, rights.toDo("list", scope)));
    }
  }

  private void outage(FeedFailure failure) {
    identity.doubt();
    // An hour without API server is not worth a line for every attempt of every scope.
    if (cutOff) {
      log.debug("{}: {}; {}", scope, failure.getMessage(), nextMove());
    } else {
      log.info("{}: {}; {} as soon as it is served", scope, failure.getMessage(), nextMove());
    }
    cutOff = true;
    if (backoff.isExhausted() && !outageReported) {
      outageReported = true;
      buffer.report(
          new RetriableException(
              "The API server has not served "
                  + scope
                  + " for several attempts: "
                  + failure.getMessage(),
              failure));
    }
  }
}
