package io.kspan.topology.resolve;

import io.kspan.topology.envelope.InputRecord;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * How far one input partition of a task has been read, kept in the task's store.
 *
 * <p>Not thread-safe; index and resolve of one task run in one thread.
 */
public final class InputProgress {
  /** The objects partition. */
  public static final String OBJECTS = "objects";

  /** The events partition. */
  public static final String EVENTS = "events";

  private static final String KIND = "kind/";
  private static final String SOURCES = "/sources";
  private static final String SOURCE = "/source/";

  /** Nothing follows. */
  static final long ENDED = Long.MAX_VALUE;

  // A lower watermark is only later; writing every millisecond down would cost a changelog record
  // per record.
  private static final long STEP_MILLIS = 50;

  private final KeyValueStore<String, Long> store;
  private final String partition;

  /** Progress of {@code partition}. */
  public InputProgress(KeyValueStore<String, Long> store, String partition) {
    this.store = store;
    this.partition = partition;
  }

  /** Notes the receipt of a record. */
  public void read(InputRecord record) {
    if (record instanceof InputRecord.End) {
      store.put(partition, ENDED);
      return;
    }
    if (record instanceof InputRecord.Progress progress) {
      readBefore(progress);
      return;
    }
    Long highest = store.get(partition);
    if (highest == null || record.observedAtMillis() >= highest + STEP_MILLIS) {
      store.put(partition, record.observedAtMillis());
    }
  }

  /** A partition that is read from several others is as far as the last of them. */
  private void readBefore(InputRecord.Progress progress) {
    Long sources = store.get(partition + SOURCES);
    if (sources == null || sources < progress.sources()) {
      store.put(partition + SOURCES, (long) progress.sources());
    }
    String source = partition + SOURCE + progress.source();
    Long before = store.get(source);
    if (before == null || before < progress.millis()) {
      store.put(source, progress.millis());
    }
  }

  private long leastOf(long sources) {
    long least = Long.MAX_VALUE;
    for (int source = 0; source < sources; source++) {
      Long millis = store.get(partition + SOURCE + source);
      least = Math.min(least, millis == null ? Long.MIN_VALUE : millis);
    }
    return least;
  }

  /** Whether a kind is announced that was not announced before {@code millis}. */
  public boolean isFirst(String cluster, String kind, long millis) {
    String key = KIND + cluster + "/" + kind;
    Long known = store.get(key);
    boolean first = known == null || millis < known;
    if (first) {
      store.put(key, millis);
    }
    return first;
  }

  /**
   * The watermark: nothing that was received up to then is expected any more. A record may be as
   * late as {@code latenessMillis}, so the moment that far back is not over yet.
   *
   * @param latenessMillis {@link Long#MAX_VALUE} if unbounded
   * @param idleSinceMillis when the partition was last found read to its end, {@link
   *     Long#MIN_VALUE} if it was not
   */
  long watermark(long latenessMillis, long idleSinceMillis) {
    Long sources = store.get(partition + SOURCES);
    if (sources != null) {
      return leastOf(sources);
    }
    Long highest = store.get(partition);
    if (highest != null && highest == ENDED) {
      return ENDED;
    }
    if (latenessMillis == Long.MAX_VALUE) {
      return Long.MIN_VALUE;
    }
    long read = highest == null ? Long.MIN_VALUE : highest - latenessMillis - 1;
    return Math.max(read, idleSinceMillis);
  }
}
