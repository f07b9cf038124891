package io.kspan.topology.history;

import static org.assertj.core.api.Assertions.assertThat;

import io.kspan.testsupport.generate.Input;
import io.kspan.topology.envelope.EnvelopeReader;
import io.kspan.topology.envelope.InputRecord;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.streams.processor.api.MockProcessorContext;
import org.apache.kafka.streams.processor.api.MockProcessorContext.CapturedForward;
import org.apache.kafka.streams.processor.api.Record;
import org.junit.jupiter.api.Test;

/** Reads from 100 s to 200 s, up to offset 10. */
class SelectionProcessorTest {
  private static final TopicPartition EVENTS = new TopicPartition("events", 0);
  private static final TopicPartition OBJECTS = new TopicPartition("objects", 0);

  private final MockProcessorContext<byte[], InputRecord> context = new MockProcessorContext<>();
  private final LongAdder selected = new LongAdder();
  private final EnvelopeReader reader = new EnvelopeReader("c", "topLevelSpan", List.of());

  private static long millis(long seconds) {
    return Input.START.plusSeconds(seconds).toEpochMilli();
  }

  private SelectionProcessor processor(String cluster, String namespace) {
    OffsetRange offsets =
        new OffsetRange(
            Map.of(EVENTS, 0L, OBJECTS, 0L),
            Map.of(EVENTS, 10L, OBJECTS, 10L),
            millis(100),
            millis(200),
            millis(100),
            millis(200));
    SelectionProcessor processor =
        new SelectionProcessor(
            new ReplayRange(millis(120), millis(150), cluster, namespace), offsets, selected);
    processor.init(context);
    return processor;
  }

  private List<InputRecord> read(
      SelectionProcessor processor, TopicPartition partition, long offset, InputRecord input) {
    context.resetForwards();
    context.setRecordMetadata(partition.topic(), partition.partition(), offset);
    processor.process(new Record<>(new byte[0], input, millis(150)));
    return context.forwarded().stream()
        .map(CapturedForward::record)
        .<InputRecord>map(Record::value)
        .toList();
  }

  private InputRecord event(double received) {
    return reader.read(Input.event("e", "Pod", "web", "uid").at(received).envelope());
  }

  private InputRecord object(double received) {
    return reader.read(Input.object("Pod", "web", "uid").received(received).envelope());
  }

  @Test
  void shouldForwardRecordsInTheRange() {
    SelectionProcessor processor = processor(null, null);

    assertThat(read(processor, EVENTS, 9, event(100))).containsExactly(event(100));
    assertThat(read(processor, EVENTS, 9, event(199.999))).hasSize(1);
    assertThat(read(processor, OBJECTS, 0, object(1))).containsExactly(object(1));
    assertThat(selected.sum()).isEqualTo(3);
  }

  @Test
  void shouldDropRecordsOutsideTheRange() {
    SelectionProcessor processor = processor(null, null);

    assertThat(read(processor, EVENTS, 10, event(150))).isEmpty();
    assertThat(read(processor, EVENTS, 9, event(99.999))).isEmpty();
    assertThat(read(processor, EVENTS, 9, event(200))).isEmpty();
    assertThat(read(processor, OBJECTS, 10, object(150))).isEmpty();
    assertThat(read(processor, OBJECTS, 9, object(200))).isEmpty();
    assertThat(read(processor, OBJECTS, 9, null)).isEmpty();
  }

  @Test
  void shouldForwardOnlyTheReceiptOfRecordsOfOtherClustersAndNamespaces() {
    InputRecord ignored = new InputRecord.Ignored("c", millis(150));

    assertThat(read(processor("other", null), EVENTS, 1, event(150))).containsExactly(ignored);
    assertThat(read(processor(null, "other"), EVENTS, 1, event(150))).containsExactly(ignored);
    assertThat(read(processor(null, "other"), OBJECTS, 1, object(150))).containsExactly(ignored);
    assertThat(read(processor("c", "ns"), OBJECTS, 1, object(150))).containsExactly(object(150));
    assertThat(selected.sum()).isOne();
  }
}
