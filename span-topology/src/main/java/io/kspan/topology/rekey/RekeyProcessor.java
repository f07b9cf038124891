package io.kspan.topology.rekey;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.kspan.topology.envelope.InputRecord;
import io.kspan.topology.resolve.IdlePartitions;
import java.time.Duration;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;

/**
 * Gives the records of one input partition their keys, and tells how far it has been read: at most
 * once a second, at the end at once, and before anything else that there is something to wait for.
 *
 * <p>Tombstones are dropped. What they delete is not in them, and a {@code DELETED} came before.
 */
public final class RekeyProcessor implements Processor<byte[], Rekeyed, byte[], Rekeyed> {
  private static final Duration TELL_INTERVAL = Duration.ofSeconds(1);
  private static final byte[] NO_KEY = {};
  private static final long ENDED = Long.MAX_VALUE;

  private final Source source;
  private final IdlePartitions idle;
  private ProcessorContext<byte[], Rekeyed> context;
  private long highest = Long.MIN_VALUE;
  private boolean announced;
  private long told = Long.MIN_VALUE;

  /**
   * What is read.
   *
   * @param partitions of the topic
   * @param latenessMillis how far behind the highest receipt of its partition a record may be;
   *     {@link Long#MAX_VALUE} if only the end says that nothing follows
   * @param idleGraceMillis how far behind now a partition stays that is read to its end
   */
  public record Source(String topic, int partitions, long latenessMillis, long idleGraceMillis) {}

  /** A processor of one partition. */
  public RekeyProcessor(Source source, IdlePartitions idle) {
    this.source = source;
    this.idle = idle;
  }

  @Override
  public void init(ProcessorContext<byte[], Rekeyed> context) {
    this.context = context;
    context.schedule(TELL_INTERVAL, PunctuationType.WALL_CLOCK_TIME, now -> tell(readUntil()));
  }

  @Override
  public void process(Record<byte[], Rekeyed> record) {
    if (record.value() == null) {
      return;
    }
    InputRecord input = InputRecord.complete(record.value().record(), record.timestamp());
    announce();
    if (input instanceof InputRecord.End) {
      highest = ENDED;
      tell(ENDED);
      return;
    }
    highest = Math.max(highest, input.observedAtMillis());
    ContractKey.of(input).ifPresent(key -> context.forward(record.withKey(key.getBytes(UTF_8))));
  }

  private void announce() {
    if (!announced) {
      announced = true;
      send(told);
    }
  }

  private long readUntil() {
    if (highest == ENDED) {
      return ENDED;
    }
    long since = idle.idleSince(source.topic(), context.taskId().partition());
    if (since == ENDED) {
      return ENDED;
    }
    if (source.latenessMillis() == Long.MAX_VALUE) {
      return Long.MIN_VALUE;
    }
    // As for a partition that is read without this step.
    long read = highest == Long.MIN_VALUE ? highest : highest - source.latenessMillis() - 1;
    return since == Long.MIN_VALUE ? read : Math.max(read, since - source.idleGraceMillis());
  }

  private void tell(long millis) {
    announce();
    if (millis > told) {
      told = millis;
      send(millis);
    }
  }

  private void send(long millis) {
    InputRecord progress =
        new InputRecord.Progress(context.taskId().partition(), source.partitions(), millis);
    context.forward(
        new Record<>(NO_KEY, new Rekeyed(null, progress), context.currentSystemTimeMs()));
  }
}
