package io.kspan.topology.lineage;

import io.kspan.topology.Names;
import io.kspan.topology.wire.LineageRecord;
import io.kspan.topology.wire.LineageRecordSerde;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * Keeps the global lineage store in step with its topic, and the index from references to UIDs
 * beside it.
 *
 * <p>Runs on the global thread, also while restoring.
 */
public final class LineageStoreProcessor implements Processor<String, byte[], Void, Void> {
  private static final byte[] PRESENT = {1};

  private final Deserializer<LineageRecord> deserializer = new LineageRecordSerde().deserializer();
  private KeyValueStore<String, byte[]> store;

  @Override
  public void init(ProcessorContext<Void, Void> context) {
    store = context.getStateStore(Names.LINEAGE_STORE);
  }

  @Override
  public void process(Record<String, byte[]> record) {
    byte[] value = record.value();
    byte[] described = value == null ? store.get(record.key()) : value;
    if (described == null) {
      return;
    }
    LineageRecord news = deserializer.deserialize("", described);
    if (news instanceof LineageRecord.Known known) {
      String entry =
          LineageKeys.referenceEntry(
              known.cluster(),
              known.lineage().identity().reference(),
              known.lineage().identity().uid());
      put(entry, value == null ? null : PRESENT);
    }
    put(record.key(), value);
  }

  private void put(String key, byte[] value) {
    if (value == null) {
      store.delete(key);
    } else {
      store.put(key, value);
    }
  }
}
