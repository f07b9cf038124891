package io.kspan.topology.simulation;

import io.kspan.topology.gather.GatherProcessor;
import io.kspan.topology.gather.RootMetaSerde;
import io.kspan.topology.model.GatherOutput;
import io.kspan.topology.names.Names;
import io.kspan.topology.wire.GatherItemSerde;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.processor.TaskId;
import org.apache.kafka.streams.processor.api.Record;

/**
 * Gather of one partition of the repartition topic, wired as in {@code SpanTopology}.
 *
 * <p>Not thread-safe.
 */
final class GatherTask extends SimulatedTask {
  private final Wiring wiring;
  private final int partition;
  private final TransactionalLog<Record<String, byte[]>> input;
  private final GatherItemSerde values = new GatherItemSerde();
  private GatherProcessor gather;
  private StageContext<String, GatherOutput> context;

  GatherTask(Wiring wiring, int partition, TransactionalLog<Record<String, byte[]>> input) {
    super(1);
    this.wiring = wiring;
    this.partition = partition;
    this.input = input;
  }

  @Override
  TaskStores open(SimulatedInstance instance, Map<String, Map<Bytes, byte[]>> contents) {
    context =
        new StageContext<>(
            new TaskId(1, partition),
            record -> wiring.spans().append(transaction(), record.value()));
    TaskStores stores =
        new TaskStores()
            .with(Names.ITEMS_STORE, Serdes.String(), new GatherItemSerde())
            .with(Names.ROOTS_STORE, Serdes.String(), new RootMetaSerde())
            .with(Names.TIMERS_STORE, Serdes.String(), Serdes.ByteArray())
            .with(Names.GATHER_WATERMARK_STORE, Serdes.String(), Serdes.Long());
    stores.open(contents, context);
    context.addStateStore(instance.store());
    gather = wiring.gather(instance);
    gather.init(context);
    return stores;
  }

  @Override
  int read(int unused, int limit) {
    for (int i = 0; i < limit; i++) {
      Optional<TransactionalLog.Read<Record<String, byte[]>>> next = input.read(position(0));
      if (next.isEmpty()) {
        return i;
      }
      Record<String, byte[]> record = next.get().value();
      gather.process(record.withValue(values.deserializer().deserialize("", record.value())));
      position(0, next.get().next());
    }
    return limit;
  }

  @Override
  void look(long wallClockMillis) {
    context.punctuate(wallClockMillis);
  }
}
