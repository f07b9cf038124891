package io.kspan.topology.resolve;

import io.kspan.topology.Topics;
import java.util.OptionalLong;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * How far a task has come: what it has read, and what it has said to the lineage topic and to
 * gather. Kept in the task's store, so that a migrated task does not go back.
 *
 * <p>Not thread-safe.
 */
final class TaskWatermark {
  private static final String ANNOUNCED = "announced";
  private static final String ANNOUNCED_READ = "read";
  private static final String SENT = "sent";
  private static final long SEND_INTERVAL_MILLIS = 1000;

  private final KeyValueStore<String, Long> store;
  private final int task;
  private final ResolveSettings settings;
  private final IdlePartitions idle;
  private final InputProgress objects;
  private final InputProgress events;
  private long sentAtMillis = Long.MIN_VALUE;

  TaskWatermark(
      KeyValueStore<String, Long> store, int task, ResolveSettings settings, IdlePartitions idle) {
    this.store = store;
    this.task = task;
    this.settings = settings;
    this.idle = idle;
    this.objects = new InputProgress(store, InputProgress.OBJECTS);
    this.events = new InputProgress(store, InputProgress.EVENTS);
  }

  int task() {
    return task;
  }

  /** The minimum over both input partitions. */
  long read() {
    Topics topics = settings.topics();
    return Math.min(
        objects.watermark(settings.latenessMillis(), idleSince(topics.objects())),
        events.watermark(settings.latenessMillis(), idleSince(topics.events())));
  }

  private long idleSince(String topic) {
    long since = idle.idleSince(topic, task);
    return since == Long.MIN_VALUE || since == InputProgress.ENDED
        ? since
        : since - settings.idleGraceMillis();
  }

  /** What to write to the lineage topic, if {@code told} has advanced. */
  OptionalLong toAnnounce(long told) {
    return advance(ANNOUNCED, told);
  }

  /** The same of what has been read, but not everything that it says has been told. */
  OptionalLong toAnnounceRead(long read) {
    return advance(ANNOUNCED_READ, read);
  }

  /**
   * Up to when everything that has been read is decided.
   *
   * @param undecided receipt of the oldest waiting item, {@link Long#MAX_VALUE} if none waits
   */
  static long decided(long read, long undecided) {
    return undecided == Long.MAX_VALUE ? read : Math.min(read, undecided - 1);
  }

  /**
   * What to send to gather, at most once a second.
   *
   * @param undecided receipt of the oldest waiting item: everything before it has been sent
   */
  OptionalLong toSend(long read, long undecided, long wallClockMillis) {
    long sendable = decided(read, undecided);
    if (settings.wholeLog() && sendable != InputProgress.ENDED) {
      // Whoever has read to the end may still wait for others; until then nothing is known.
      return OptionalLong.empty();
    }
    boolean due =
        sentAtMillis == Long.MIN_VALUE
            || wallClockMillis - sentAtMillis >= SEND_INTERVAL_MILLIS
            || sendable == InputProgress.ENDED;
    OptionalLong sent = due ? advance(SENT, sendable) : OptionalLong.empty();
    if (sent.isPresent()) {
      sentAtMillis = wallClockMillis;
    }
    return sent;
  }

  /** What gather was told last. */
  long lastSent() {
    Long sent = store.get(SENT);
    return sent == null ? Long.MIN_VALUE : sent;
  }

  private OptionalLong advance(String name, long millis) {
    Long before = store.get(name);
    if (millis == Long.MIN_VALUE || before != null && before >= millis) {
      return OptionalLong.empty();
    }
    store.put(name, millis);
    return OptionalLong.of(millis);
  }
}
