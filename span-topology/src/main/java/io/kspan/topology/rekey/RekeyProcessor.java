package io.kspan.topology.rekey;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.kspan.topology.envelope.InputRecord;
import io.kspan.topology.lineage.LineageKeys;
import io.kspan.topology.lineage.PublishedWatermarks;
import io.kspan.topology.time.IdlePartitions;
import io.kspan.topology.time.Publishing;
import io.kspan.topology.time.Watermark;
import io.kspan.topology.time.WorkTimer;
import io.kspan.topology.wire.LineageRecord;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;

/**
 * Gives the records of one input partition the keys that the connector would have given them.
 * Called by its stream thread. Forwards {@link InputRecord}s for the partitions behind it, and
 * {@link LineageRecord}s for the lineage topic.
 *
 * <p>A partition behind this step receives from all partitions before it, which are read at
 * different speeds. So each task publishes how far it has read; and what all have read, one task
 * for each partition appends there, as a placing task does for gather: it lies behind all records
 * that it covers, since a watermark is visible only after they were committed.
 *
 * <p>Tombstones are dropped: they do not say what they delete, and a {@code DELETED} came before.
 */
public final class RekeyProcessor implements Processor<byte[], InputRecord, byte[], Object> {
  private static final long INTERVAL_MILLIS = 1000;
  private static final byte[] WATERMARK_KEY = {};

  private final Source source;
  private final IdlePartitions idle;
  private final PublishedWatermarks published;
  private ProcessorContext<byte[], Object> context;
  private WorkTimer timer;
  private int task;
  private long highest = Watermark.NONE;
  private long newest = Watermark.NONE;
  private long read = Watermark.NONE;
  private long handedOver = Watermark.NONE;
  private long publishedAtMillis = Long.MIN_VALUE;
  private long nextHeartbeatMillis = Long.MIN_VALUE;
  private boolean hasRead;

  /**
   * What is read.
   *
   * @param isObjects whether it is the objects topic
   * @param partitions of the topic
   * @param partitionsBehind of the topic behind the step
   * @param latenessMillis how far behind the highest receipt of its partition a record may be;
   *     {@link Long#MAX_VALUE} if only the end says that nothing follows
   * @param idleGraceMillis how far behind the clock a partition stays that is read to its end
   */
  public record Source(
      String topic,
      boolean isObjects,
      int partitions,
      int partitionsBehind,
      long latenessMillis,
      long idleGraceMillis,
      Publishing publishing) {}

  /** A processor of one partition. */
  public RekeyProcessor(Source source, IdlePartitions idle, PublishedWatermarks published) {
    this.source = source;
    this.idle = idle;
    this.published = published;
  }

  @Override
  public void init(ProcessorContext<byte[], Object> context) {
    this.context = context;
    task = context.taskId().partition();
    // Not lower than before a restart: the end of a partition is read once.
    read = published.rekeyed(source.isObjects()).of(task);
    timer =
        new WorkTimer(context, WorkTimer.sleepWithin(source.idleGraceMillis()), this::punctuate);
  }

  @Override
  public void process(Record<byte[], InputRecord> record) {
    timer.wake();
    hasRead = true;
    if (!(record.value() instanceof InputRecord.Received received)) {
      return;
    }
    InputRecord input = InputRecord.complete(received.record(), record.timestamp());
    if (input instanceof InputRecord.End) {
      highest = Watermark.END_OF_INPUT;
      return;
    }
    highest = Math.max(highest, input.observedAtMillis());
    newest = Math.max(newest, input.observedAtMillis());
    ContractKey.of(input)
        .ifPresent(
            key ->
                context.forward(
                    new Record<>(
                        key.getBytes(UTF_8), received, record.timestamp(), record.headers())));
  }

  private void punctuate(long wallClockMillis) {
    long newestAnywhere = Math.max(newest, published.newestMillis());
    if (!timer.isAwake() && !isAwaited(newestAnywhere) && wallClockMillis < nextHeartbeatMillis) {
      return;
    }
    nextHeartbeatMillis = wallClockMillis + Publishing.HEARTBEAT_MILLIS;
    publish(newestAnywhere, wallClockMillis);
    handOver(newestAnywhere);
    if (hasRead || isAwaited(newestAnywhere)) {
      timer.wake();
    } else {
      timer.sleep();
    }
    hasRead = false;
  }

  /** Whether a partition behind may wait for a watermark of this task. */
  private boolean isAwaited(long newestAnywhere) {
    return source.publishing().isAwaited(handedOver, newestAnywhere)
        || readUntil() == Watermark.END_OF_INPUT && handedOver != Watermark.END_OF_INPUT;
  }

  private long readUntil() {
    return Watermark.ofInput(
        highest,
        source.latenessMillis(),
        idle.idleSince(source.topic(), task),
        source.idleGraceMillis());
  }

  private void publish(long newestAnywhere, long wallClockMillis) {
    long until = readUntil();
    boolean isSoon =
        publishedAtMillis != Long.MIN_VALUE
            && wallClockMillis - publishedAtMillis < INTERVAL_MILLIS;
    if ((!isSoon || until == Watermark.END_OF_INPUT)
        && source.publishing().isDue(until, read, newestAnywhere)) {
      read = until;
      publishedAtMillis = wallClockMillis;
      forward(
          LineageKeys.rekeyed(source.isObjects(), task).getBytes(UTF_8),
          new LineageRecord.Watermarks(task, until, Watermark.NONE, Watermark.NONE, newest));
    }
  }

  private void handOver(long newestAnywhere) {
    long all = published.rekeyed(source.isObjects()).least();
    if (source.publishing().isDue(all, handedOver, newestAnywhere)) {
      handedOver = all;
      for (int to = task; to < source.partitionsBehind(); to += source.partitions()) {
        forward(WATERMARK_KEY, new InputRecord.Watermark(to, all));
      }
    }
  }

  private void forward(byte[] key, Object value) {
    context.forward(new Record<>(key, value, context.currentSystemTimeMs()));
  }
}
