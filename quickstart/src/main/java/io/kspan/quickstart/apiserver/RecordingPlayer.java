package io.kspan.quickstart.apiserver;

import io.kspan.quickstart.capture.CaptureRecord;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Lets the changes of a recording happen at their time of receipt, or at once when that has passed.
 *
 * <p>Thread-safe. Plays in a thread of its own until the end or until it is closed.
 */
public final class RecordingPlayer implements AutoCloseable {

  private final ApiServer server;
  private final Recording recording;
  private final InstantSource clock;
  private final Runnable atEnd;
  private final CountDownLatch closed = new CountDownLatch(1);
  private final Thread thread = new Thread(this::play, "recording-player");

  /**
   * Does not play yet.
   *
   * @param atEnd called after the last change
   */
  public RecordingPlayer(
      ApiServer server, Recording recording, InstantSource clock, Runnable atEnd) {
    this.server = server;
    this.recording = recording;
    this.clock = clock;
    this.atEnd = atEnd;
    thread.setDaemon(true);
  }

  /** Begins; to be called once. */
  public void start() {
    thread.start();
  }

  private void play() {
    try {
      // Late at the start, late throughout: a rush to catch up would distort what happened.
      Duration late = Duration.between(recording.start(), clock.instant());
      Duration lag = late.isNegative() ? Duration.ZERO : late;
      for (CaptureRecord change : recording.changes()) {
        Instant at = change.receivedAt().plus(lag);
        long wait = Duration.between(clock.instant(), at).toMillis();
        if (closed.await(Math.max(0, wait), TimeUnit.MILLISECONDS)) {
          return;
        }
        server.apply(change);
      }
      atEnd.run();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    closed.countDown();
  }
}
