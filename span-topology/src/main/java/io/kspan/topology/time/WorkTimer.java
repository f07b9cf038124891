package io.kspan.topology.time;

import java.time.Duration;
import java.time.Instant;
import org.apache.kafka.streams.processor.Cancellable;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.Punctuator;
import org.apache.kafka.streams.processor.api.ProcessorContext;

/**
 * The wall-clock punctuation of a processor: often while there is work, rarely or never otherwise.
 * Kafka Streams commits a task after each of its punctuations, whether that has done anything or
 * not, so a processor that is punctuated ten times a second commits ten transactions a second.
 *
 * <p>Used by the stream thread of the processor only.
 */
public final class WorkTimer {
  private static final Duration AWAKE = Duration.ofMillis(100);

  private static final long LONGEST_SLEEP_MILLIS = 4000;
  // A record that one task has read is published to the others within this time: a punctuation, a
  // commit and a poll of the global store. Seldom later, if a heartbeat was published just before.
  private static final long PUBLISHED_MILLIS = 1000;

  private final ProcessorContext<?, ?> context;
  private final Duration asleep;
  private final Punctuator work;
  private Cancellable schedule;
  private boolean awake;

  /**
   * A timer that is awake.
   *
   * @param asleep interval while there is no work, null for no punctuation at all
   */
  public WorkTimer(ProcessorContext<?, ?> context, Duration asleep, Punctuator work) {
    this.context = context;
    this.asleep = asleep;
    this.work = work;
    wake();
  }

  /**
   * An interval that delays nothing: the watermark of a partition without records stays behind the
   * clock by the grace, so there is nothing to do earlier.
   */
  public static Duration sleepWithin(long idleGraceMillis) {
    long undelayed = Math.max(idleGraceMillis / 2, idleGraceMillis - PUBLISHED_MILLIS);
    return Duration.ofMillis(Math.max(AWAKE.toMillis(), Math.min(LONGEST_SLEEP_MILLIS, undelayed)));
  }

  /** From now on punctuates often. */
  public void wake() {
    if (!awake) {
      awake = true;
      schedule(AWAKE);
    }
  }

  /** From now on punctuates rarely, or never. */
  public void sleep() {
    if (awake) {
      awake = false;
      schedule(asleep);
    }
  }

  /** Whether it punctuates often. */
  public boolean isAwake() {
    return awake;
  }

  private void schedule(Duration interval) {
    if (schedule != null) {
      schedule.cancel();
      schedule = null;
    }
    if (interval != null) {
      // Anchored, so that the tasks of a thread are punctuated together and commit together.
      schedule = context.schedule(Instant.EPOCH, interval, PunctuationType.WALL_CLOCK_TIME, work);
    }
  }
}
