package io.kspan.topology.simulation;

import io.kspan.topology.envelope.InputRecord;
import io.kspan.topology.envelope.ReceiptTimestampExtractor;
import io.kspan.topology.names.Names;
import io.kspan.topology.names.Topics;
import io.kspan.topology.place.IndexedObjectSerde;
import io.kspan.topology.place.PendingItemSerde;
import io.kspan.topology.place.PlaceProcessor;
import io.kspan.topology.wire.LineageRecordSerde;
import io.kspan.topology.wire.PlaceOutput;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.processor.TaskId;
import org.apache.kafka.streams.processor.api.Record;

/**
 * Placing of one pair of input partitions, wired as in {@code SpanTopology}.
 *
 * <p>Not thread-safe.
 */
final class PlaceTask extends SimulatedTask {
  static final int OBJECTS = 0;
  static final int EVENTS = 1;

  private final Wiring wiring;
  private final int partition;
  private final List<List<Message>> inputs;
  private final ReceiptTimestampExtractor timestamps = new ReceiptTimestampExtractor();
  private PlaceProcessor place;
  private StageContext<String, PlaceOutput> context;

  /** A task that reads {@code objects} and {@code events}, which may grow. */
  PlaceTask(Wiring wiring, int partition, List<Message> objects, List<Message> events) {
    super(2);
    this.wiring = wiring;
    this.partition = partition;
    this.inputs = List.of(objects, events);
  }

  @Override
  TaskStores open(SimulatedInstance instance, Map<String, Map<Bytes, byte[]>> contents) {
    context =
        new StageContext<>(new TaskId(0, partition), record -> wiring.write(transaction(), record));
    TaskStores stores =
        new TaskStores()
            .with(Names.OBJECTS_STORE, Serdes.String(), new IndexedObjectSerde())
            .with(Names.SEEN_STORE, Serdes.String(), Serdes.Long())
            .with(Names.PENDING_STORE, Serdes.String(), new PendingItemSerde())
            .with(Names.FIRST_EVENTS_STORE, Serdes.String(), new LineageRecordSerde())
            .with(Names.RETENTION_STORE, Serdes.String(), Serdes.String())
            .with(Names.TASK_WATERMARKS_STORE, Serdes.String(), Serdes.Long())
            .with(Names.MISSING_STORE, Serdes.String(), Serdes.Long())
            .with(Names.KINDS_STORE, Serdes.String(), Serdes.Long());
    stores.open(contents, context);
    context.addStateStore(instance.store());
    place = wiring.place(instance);
    place.init(context);
    return stores;
  }

  @Override
  int read(int input, int limit) {
    for (int i = 0; i < limit; i++) {
      int position = position(input);
      if (position == inputs.get(input).size()) {
        return i;
      }
      process(input, position, inputs.get(input).get(position));
      position(input, position + 1);
    }
    return limit;
  }

  private void process(int input, int offset, Message message) {
    Topics topics = wiring.config().topics();
    String topic = input == OBJECTS ? topics.objects() : topics.events();
    byte[] key = message.key().getBytes(StandardCharsets.UTF_8);
    InputRecord value = wiring.deserializer().deserialize(topic, message.value());
    long timestamp =
        timestamps.extract(new ConsumerRecord<>(topic, partition, offset, key, value), 0);
    context.setRecordMetadata(topic, partition, offset);
    place.process(new Record<>(key, value, timestamp));
  }

  @Override
  void look(long wallClockMillis) {
    context.punctuate(wallClockMillis);
  }

  /** Whether a committed position is at the end of its input. */
  boolean isAtEnd(int input) {
    return committedPosition(input) == inputs.get(input).size();
  }

  /** Receipt of the next record; never if there is none. */
  long nextReceiptMillis(int input) {
    List<Message> log = inputs.get(input);
    return position(input) == log.size()
        ? Long.MAX_VALUE
        : log.get(position(input)).receiptMillis();
  }
}
