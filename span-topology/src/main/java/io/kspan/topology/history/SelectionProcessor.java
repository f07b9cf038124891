package io.kspan.topology.history;

import io.kspan.topology.envelope.InputRecord;
import io.kspan.topology.model.ObjectReference;
import java.util.concurrent.atomic.LongAdder;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;

/**
 * Lets through what a replay reads. What lies behind the end is read all the same, since the topics
 * are those of the running installation, and dropped here.
 */
final class SelectionProcessor implements Processor<byte[], InputRecord, byte[], InputRecord> {
  private final ReplayRange range;
  private final Extract extract;
  private final LongAdder selected;
  private ProcessorContext<byte[], InputRecord> context;

  /**
   * A selection.
   *
   * @param selected counts what is let through
   */
  SelectionProcessor(ReplayRange range, Extract extract, LongAdder selected) {
    this.range = range;
    this.extract = extract;
    this.selected = selected;
  }

  @Override
  public void init(ProcessorContext<byte[], InputRecord> context) {
    this.context = context;
  }

  @Override
  public void process(Record<byte[], InputRecord> record) {
    RecordMetadata where = context.recordMetadata().orElseThrow();
    TopicPartition partition = new TopicPartition(where.topic(), where.partition());
    if (where.offset() >= extract.ends().getOrDefault(partition, Long.MIN_VALUE)) {
      return;
    }
    InputRecord input = InputRecord.complete(record.value(), record.timestamp());
    boolean event = input instanceof InputRecord.Occurrence;
    boolean outside =
        input.observedAtMillis() >= extract.readUntilMillis()
            || event && input.observedAtMillis() < extract.readFromMillis();
    if (outside || input.observedAtMillis() == InputRecord.UNKNOWN) {
      return;
    }
    if (!isWanted(input)) {
      // Its receipt still says how far the partition has been read.
      context.forward(
          record.withValue(new InputRecord.Ignored(input.cluster(), input.observedAtMillis())));
      return;
    }
    selected.increment();
    context.forward(record.withValue(input));
  }

  private boolean isWanted(InputRecord input) {
    if (!range.isOfCluster(input.cluster())) {
      return false;
    }
    if (input instanceof InputRecord.Occurrence occurrence) {
      return range.canBeOfNamespace(occurrence.event().involved());
    }
    if (input instanceof InputRecord.Snapshot snapshot) {
      ObjectReference object = snapshot.object().reference();
      return range.canBeOfNamespace(object);
    }
    return true;
  }
}
