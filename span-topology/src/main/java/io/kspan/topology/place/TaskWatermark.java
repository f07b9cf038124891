package io.kspan.topology.place;

import io.kspan.topology.envelope.InputRecord;
import io.kspan.topology.time.IdlePartitions;
import io.kspan.topology.time.Watermark;
import io.kspan.topology.wire.LineageRecord.Watermarks;
import java.util.Optional;
import java.util.stream.LongStream;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * How far a task has come: what it has read of its two inputs, and what it has published. Kept in
 * its store, so that a migrated task does not go back. Sole owner of the store {@code
 * task-watermarks}.
 *
 * <p>Called by the placing processor on its stream thread.
 */
final class TaskWatermark {
  private static final String OBJECTS = "objects";
  private static final String EVENTS = "events";
  private static final String READ = "read";
  private static final String COMPLETE = "complete";
  private static final String DECIDED = "decided";
  private static final String HANDED_OVER = "handed-over";

  // A lower watermark only comes later; to keep every millisecond would cost a changelog record for
  // each input record.
  private static final long STEP_MILLIS = 50;

  private final KeyValueStore<String, Long> store;
  private final int task;
  private final PlaceSettings settings;
  private final IdlePartitions idle;
  private long objects;
  private long events;
  private Watermarks published;
  private long handedOver;
  private long newestMillis;

  TaskWatermark(
      KeyValueStore<String, Long> store, int task, PlaceSettings settings, IdlePartitions idle) {
    this.store = store;
    this.task = task;
    this.settings = settings;
    this.idle = idle;
    this.objects = stored(OBJECTS);
    this.events = stored(EVENTS);
    this.handedOver = stored(HANDED_OVER);
    this.newestMillis =
        LongStream.of(objects, events)
            .filter(millis -> millis != Watermark.END_OF_INPUT)
            .max()
            .orElse(Watermark.NONE);
    this.published =
        new Watermarks(task, stored(READ), stored(COMPLETE), stored(DECIDED), Watermark.NONE);
  }

  private long stored(String key) {
    Long millis = store.get(key);
    return millis == null ? Watermark.NONE : millis;
  }

  /** Notes a record of an input. */
  void read(boolean isEvents, InputRecord record) {
    long before = isEvents ? events : objects;
    long now = before;
    if (record instanceof InputRecord.End) {
      now = Watermark.END_OF_INPUT;
    } else if (record instanceof InputRecord.Watermark watermark) {
      now = Math.max(before, watermark.millis());
    } else {
      newestMillis = Math.max(newestMillis, record.observedAtMillis());
      if (!settings.rekeyed() && record.observedAtMillis() >= Watermark.plus(before, STEP_MILLIS)) {
        now = record.observedAtMillis();
      }
    }
    if (now != before) {
      store.put(isEvents ? EVENTS : OBJECTS, now);
      if (isEvents) {
        events = now;
      } else {
        objects = now;
      }
    }
  }

  /** Receipt of the newest record that was read. */
  long newestMillis() {
    return newestMillis;
  }

  /**
   * Up to when both inputs have been read. The stream time of the task would be the maximum of
   * both, which is no lower bound.
   */
  long readUntil() {
    return Math.min(
        readUntil(settings.objectsTopic(), objects), readUntil(settings.eventsTopic(), events));
  }

  private long readUntil(String topic, long highest) {
    return settings.rekeyed()
        ? highest
        : Watermark.ofInput(
            highest,
            settings.latenessMillis(),
            idle.idleSince(topic, task),
            settings.idleGraceMillis());
  }

  /**
   * What to publish, if it is due.
   *
   * @param read up to when the task has read its input
   * @param complete up to when everything that the input says is published
   * @param decided up to when everything is decided and sent to gather
   * @param newestMillis receipt of the newest record that any task has read
   */
  Optional<Watermarks> toPublish(long read, long complete, long decided, long newestMillis) {
    // Of a whole log no moment but its end is known: other tasks may not have read as far.
    long sent = settings.wholeLog() && decided != Watermark.END_OF_INPUT ? Watermark.NONE : decided;
    if (!isDue(read, published.read(), newestMillis)
        && !isDue(complete, published.complete(), newestMillis)
        && !isDue(sent, published.decided(), newestMillis)) {
      return Optional.empty();
    }
    published =
        new Watermarks(
            task,
            advance(READ, published.read(), read),
            advance(COMPLETE, published.complete(), complete),
            advance(DECIDED, published.decided(), sent),
            this.newestMillis);
    return Optional.of(published);
  }

  private boolean isDue(long watermark, long before, long newestMillis) {
    return settings.publishing().isDue(watermark, before, newestMillis);
  }

  private long advance(String key, long before, long now) {
    if (now <= before) {
      return before;
    }
    store.put(key, now);
    return now;
  }

  /** Up to when everything was decided when that was last published. */
  long decided() {
    return published.decided();
  }

  /** The last watermark that was sent to the gather partition. */
  long handedOver() {
    return handedOver;
  }

  /** Notes that {@code watermark} is sent to the gather partition. */
  void handOver(long watermark) {
    handedOver = advance(HANDED_OVER, handedOver, watermark);
  }
}
