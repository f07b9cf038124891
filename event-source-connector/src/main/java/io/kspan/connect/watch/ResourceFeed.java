package io.kspan.connect.watch;

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

  private final WatchScope scope;
  private final ScopeLister lister;
  private final ScopeWatcher watcher;
  private final FeedPosition position;
  private final Backoff backoff;
  private final HandOverBuffer buffer;
  private boolean refused;
  private boolean outageReported;

  ResourceFeed(
      WatchScope scope,
      ScopeLister lister,
      ScopeWatcher watcher,
      FeedPosition position,
      Backoff backoff,
      HandOverBuffer buffer) {
    this.scope = scope;
    this.lister = lister;
    this.watcher = watcher;
    this.position = position;
    this.backoff = backoff;
    this.buffer = buffer;
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
      if (position.mustList()) {
        position.listed(lister.list());
        served();
      } else {
        watcher.watch(position, this::progress);
      }
    } catch (FeedFailure failure) {
      Duration wait = answer(failure);
      log.debug("{} goes on in {} ms", scope, wait.toMillis());
      TimeUnit.MILLISECONDS.sleep(wait.toMillis());
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
    if (refused) {
      refused = false;
      log.info("{} is served again", scope);
    }
  }

  private Duration answer(FeedFailure failure) {
    if (failure instanceof FeedFailure.Stalled) {
      // A quiet cluster looks the same: a growing delay would make its next event late.
      log.debug("{}: {}; {}", scope, failure.getMessage(), nextMove());
      return backoff.pause();
    }
    Duration wait = backoff.next();
    if (failure instanceof FeedFailure.Expired) {
      log.info(
          "Position {} of {} is too old ({}): listing again",
          position.resourceVersion(),
          scope,
          failure.getMessage());
      position.expired();
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
      if (failure instanceof FeedFailure.Unavailable unavailable
          && unavailable.retryAfter().compareTo(wait) > 0) {
        return unavailable.retryAfter();
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
      log.warn(
          "{}. Only this scope is affected; it is tried again.", RefusalAdvice.of(scope, refusal));
    }
  }

  private void outage(FeedFailure failure) {
    log.info("{}: {}; {}", scope, failure.getMessage(), nextMove());
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
