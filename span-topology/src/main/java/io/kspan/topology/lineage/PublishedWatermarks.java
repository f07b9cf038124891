package io.kspan.topology.lineage;

import io.kspan.topology.time.Watermark;
import io.kspan.topology.time.WatermarkTable;
import io.kspan.topology.wire.LineageRecord.Watermarks;

/**
 * The watermarks in the local copy of the lineage topic, in memory, so that a processor need not
 * read an entry per task whenever it is punctuated. One for all processors of an instance.
 *
 * <p>A watermark is here after all records that lie before it in the topic are in the lineage
 * store; the topic has one partition, so these are all records that its task wrote before.
 *
 * <p>Thread-safe: the global thread writes, stream threads read.
 */
public final class PublishedWatermarks {
  private final WatermarkTable read;
  private final WatermarkTable complete;
  private final WatermarkTable decided;
  private final WatermarkTable objects;
  private final WatermarkTable events;
  private volatile long newestMillis = Watermark.NONE;

  /**
   * Nothing is published.
   *
   * @param tasks number of placing tasks
   * @param objects number of tasks that re-key objects
   * @param events number of tasks that re-key events
   */
  public PublishedWatermarks(int tasks, int objects, int events) {
    this.read = new WatermarkTable(tasks);
    this.complete = new WatermarkTable(tasks);
    this.decided = new WatermarkTable(tasks);
    this.objects = new WatermarkTable(objects);
    this.events = new WatermarkTable(events);
  }

  /** Takes over a record of the lineage topic. */
  public void publish(String key, Watermarks watermarks) {
    int source = watermarks.source();
    if (key.equals(LineageKeys.task(source))) {
      read.advance(source, watermarks.read());
      complete.advance(source, watermarks.complete());
      decided.advance(source, watermarks.decided());
    } else {
      rekeyed(key.equals(LineageKeys.rekeyed(true, source))).advance(source, watermarks.read());
    }
    if (watermarks.newestMillis() > newestMillis) {
      newestMillis = watermarks.newestMillis();
    }
  }

  /** Up to when all placing tasks have read their input and published the lists in it. */
  public long read() {
    return read.least();
  }

  /** Up to when all lineage is known: the lineage watermark. */
  public long complete() {
    return complete.least();
  }

  /** Up to when all placing tasks have decided what they have read. */
  public long decided() {
    return decided.least();
  }

  /** How far the tasks that re-key an input have come. */
  public WatermarkTable rekeyed(boolean isObjects) {
    return isObjects ? objects : events;
  }

  /** Receipt of the newest record that any task has read. */
  public long newestMillis() {
    return newestMillis;
  }
}
