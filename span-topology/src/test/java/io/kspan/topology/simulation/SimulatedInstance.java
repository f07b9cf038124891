package io.kspan.topology.simulation;

import io.kspan.topology.lineage.LineageStoreProcessor;
import io.kspan.topology.lineage.PublishedWatermarks;
import io.kspan.topology.names.Names;
import io.kspan.topology.time.Watermark;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.processor.StateStore;
import org.apache.kafka.streams.processor.TaskId;
import org.apache.kafka.streams.processor.api.MockProcessorContext;
import org.apache.kafka.streams.processor.api.Record;

/**
 * What the tasks of one instance share: the global store, which reads the lineage topic at its own
 * speed, and what the broker last answered about the ends of the inputs.
 *
 * <p>Not thread-safe.
 */
final class SimulatedInstance {
  private final TransactionalLog<Record<String, byte[]>> lineage;
  private final int tasks;
  private final Map<String, Long> idle = new HashMap<>();
  private PublishedWatermarks watermarks;
  private LineageStoreProcessor processor;
  private StateStore store;
  private int position;

  SimulatedInstance(TransactionalLog<Record<String, byte[]>> lineage, int tasks) {
    this.lineage = lineage;
    this.tasks = tasks;
    restore();
  }

  /** Loses its global store, and reads the topic again to where it is now. */
  void restore() {
    MockProcessorContext<Void, Void> context = new StageContext<>(new TaskId(-1, 0), record -> {});
    TaskStores stores =
        new TaskStores().with(Names.LINEAGE_STORE, Serdes.String(), Serdes.ByteArray());
    stores.open(Map.of(), context);
    store = context.getStateStore(Names.LINEAGE_STORE);
    watermarks = new PublishedWatermarks(tasks, 0, 0);
    processor = new LineageStoreProcessor(watermarks);
    processor.init(context);
    position = 0;
    idle.clear();
    read(Integer.MAX_VALUE);
  }

  /** Reads at most {@code limit} records of the lineage topic; the number read. */
  int read(int limit) {
    for (int i = 0; i < limit; i++) {
      Optional<TransactionalLog.Read<Record<String, byte[]>>> next = lineage.read(position);
      if (next.isEmpty()) {
        return i;
      }
      processor.process(next.get().value());
      position = next.get().next();
    }
    return limit;
  }

  PublishedWatermarks watermarks() {
    return watermarks;
  }

  StateStore store() {
    return store;
  }

  void answer(String topic, int partition, boolean atEnd, long clockMillis) {
    idle.put(topic + partition, atEnd ? clockMillis : Watermark.NONE);
  }

  long idleSince(String topic, int partition) {
    return idle.getOrDefault(topic + partition, Watermark.NONE);
  }
}
