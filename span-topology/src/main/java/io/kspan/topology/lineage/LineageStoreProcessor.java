package io.kspan.topology.lineage;

import io.kspan.topology.names.Names;
import io.kspan.topology.wire.LineageRecord;
import io.kspan.topology.wire.LineageRecordSerde;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueIterator;
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
  private final PublishedWatermarks watermarks;
  private KeyValueStore<String, byte[]> store;

  /** A processor that publishes the watermarks in the topic to the other processors. */
  public LineageStoreProcessor(PublishedWatermarks watermarks) {
    this.watermarks = watermarks;
  }

  /** A restored store holds watermarks that the topic does not send again. */
  @Override
  public void init(ProcessorContext<Void, Void> context) {
    store = context.getStateStore(Names.LINEAGE_STORE);
    try (KeyValueIterator<String, byte[]> entries =
        store.prefixScan(LineageKeys.WATERMARKS, new StringSerializer())) {
      entries.forEachRemaining(e -> publish(e.key, deserializer.deserialize("", e.value)));
    }
  }

  @Override
  public void process(Record<String, byte[]> record) {
    byte[] value = record.value();
    byte[] described = value == null ? store.get(record.key()) : value;
    if (described == null) {
      return;
    }
    LineageRecord published = deserializer.deserialize("", described);
    if (published instanceof LineageRecord.Known known) {
      String entry =
          LineageKeys.referenceEntry(
              known.cluster(),
              known.lineage().identity().reference(),
              known.lineage().identity().uid());
      put(entry, value == null ? null : PRESENT);
    }
    put(record.key(), value);
    // Last: a task that sees a watermark must find the lineage before it in the store.
    publish(record.key(), published);
  }

  private void publish(String key, LineageRecord record) {
    if (record instanceof LineageRecord.Watermarks published) {
      watermarks.publish(key, published);
    }
  }

  private void put(String key, byte[] value) {
    if (value == null) {
      store.delete(key);
    } else {
      store.put(key, value);
    }
  }
}
