package io.kspan.topology.history;

import io.kspan.topology.envelope.InputRecord;
import java.util.concurrent.atomic.LongAdder;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;

/**
 * Forwards the records of an offset range and drops all others: the consumer also receives records
 * behind the range, because the live application's topics go on. Called by its stream thread.
 */
final class SelectionProcessor implements Processor<byte[], InputRecord, byte[], InputRecord> {
  private final ReplayRange range;
  private final OffsetRange offsets;
  private final LongAdder selected;
  private ProcessorContext<byte[], InputRecord> context;

  SelectionProcessor(ReplayRange range, OffsetRange offsets, LongAdder selected) {
    this.range = range;
    this.offsets = offsets;
    this.selected = selected;
  }

  @Override
  public void init(ProcessorContext<byte[], InputRecord> context) {
    this.context = context;
  }

  @Override
  public void process(Record<byte[], InputRecord> record) {
    RecordMetadata metadata = context.recordMetadata().orElseThrow();
    TopicPartition partition = new TopicPartition(metadata.topic(), metadata.partition());
    if (metadata.offset() >= offsets.ends().getOrDefault(partition, Long.MIN_VALUE)) {
      return;
    }
    InputRecord input = InputRecord.complete(record.value(), record.timestamp());
    long receipt = input.observedAtMillis();
    boolean tooEarly =
        input instanceof InputRecord.Occurrence && receipt < offsets.readFromMillis();
    if (tooEarly || receipt >= offsets.readUntilMillis() || receipt == InputRecord.UNKNOWN) {
      return;
    }
    if (!isWanted(input)) {
      // The watermark of the partition advances with every receipt.
      context.forward(record.withValue(new InputRecord.Ignored(input.cluster(), receipt)));
      return;
    }
    selected.increment();
    context.forward(record.withValue(input));
  }

  private boolean isWanted(InputRecord input) {
    if (!range.includesCluster(input.cluster())) {
      return false;
    }
    if (input instanceof InputRecord.Occurrence occurrence) {
      return range.canBelongToRoot(occurrence.event().involved());
    }
    return !(input instanceof InputRecord.Snapshot snapshot)
        || range.canBelongToRoot(snapshot.object().reference());
  }
}
