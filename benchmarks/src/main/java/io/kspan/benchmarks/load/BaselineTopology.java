package io.kspan.benchmarks.load;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.kspan.topology.config.StreamsDefaults;
import io.kspan.topology.config.TopologyConfig;
import io.kspan.topology.envelope.ReceiptTimestampExtractor;
import io.kspan.topology.names.Topics;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.AutoOffsetReset;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.kstream.KStream;
import org.apache.kafka.streams.kstream.Named;
import org.apache.kafka.streams.kstream.Produced;
import org.apache.kafka.streams.kstream.Repartitioned;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.Stores;

/**
 * What any Kafka Streams application with this shape pays: reads both inputs, parses each record to
 * a tree and writes it again, repartitions all of it, puts it into a store with a changelog,
 * deletes it there, and writes it out. The settings are those of the topology.
 */
final class BaselineTopology implements Application {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String STORE = "held-records";

  private final KafkaStreams streams;
  private final long expected;
  private final LongAdder written = new LongAdder();

  /**
   * A baseline.
   *
   * @param expected how many records are in the inputs
   * @param storedBytes how much of each record is stored
   */
  BaselineTopology(Map<String, String> settings, int partitions, long expected, int storedBytes) {
    TopologyConfig config = new TopologyConfig(settings);
    this.expected = expected;
    this.streams =
        new KafkaStreams(
            topology(config.topics(), partitions, storedBytes), StreamsDefaults.of(config));
  }

  private Topology topology(Topics topics, int partitions, int storedBytes) {
    StreamsBuilder builder = new StreamsBuilder();
    builder.addStateStore(
        Stores.keyValueStoreBuilder(
            Stores.persistentKeyValueStore(STORE), Serdes.ByteArray(), Serdes.ByteArray()));
    KStream<byte[], byte[]> objects = read(builder, topics.objects());
    KStream<byte[], byte[]> events = read(builder, topics.events());
    objects
        .merge(events, Named.as("both"))
        .mapValues(BaselineTopology::parsedAndWritten, Named.as("parse"))
        .repartition(
            Repartitioned.with(Serdes.ByteArray(), Serdes.ByteArray())
                .withName("records")
                .withNumberOfPartitions(partitions))
        .process(() -> new PutAndDelete(storedBytes, written), Named.as("hold"), STORE)
        .to(
            topics.spans(),
            Produced.with(Serdes.ByteArray(), Serdes.ByteArray()).withName("write"));
    return builder.build();
  }

  private static KStream<byte[], byte[]> read(StreamsBuilder builder, String topic) {
    return builder.stream(
        topic,
        Consumed.with(Serdes.ByteArray(), Serdes.ByteArray())
            .withTimestampExtractor(new ReceiptTimestampExtractor())
            .withOffsetResetPolicy(AutoOffsetReset.earliest())
            .withName("read-" + topic));
  }

  private static byte[] parsedAndWritten(byte[] value) {
    try {
      return JSON.writeValueAsBytes(JSON.readTree(value));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void start() {
    streams.start();
  }

  @Override
  public String state() {
    return streams.state().name();
  }

  @Override
  public boolean isThrough() {
    return written.sum() >= expected;
  }

  @Override
  public long written() {
    return written.sum();
  }

  @Override
  public void close() {
    streams.close();
  }

  private static final class PutAndDelete implements Processor<byte[], byte[], byte[], byte[]> {
    private final int storedBytes;
    private final LongAdder written;
    private ProcessorContext<byte[], byte[]> context;
    private KeyValueStore<byte[], byte[]> store;

    PutAndDelete(int storedBytes, LongAdder written) {
      this.storedBytes = storedBytes;
      this.written = written;
    }

    @Override
    public void init(ProcessorContext<byte[], byte[]> context) {
      this.context = context;
      this.store = context.getStateStore(STORE);
    }

    @Override
    public void process(Record<byte[], byte[]> record) {
      byte[] value = record.value();
      store.put(record.key(), Arrays.copyOf(value, Math.min(storedBytes, value.length)));
      store.delete(record.key());
      context.forward(record);
      written.increment();
    }
  }
}
