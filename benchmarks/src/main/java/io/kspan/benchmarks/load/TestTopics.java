package io.kspan.benchmarks.load;

import io.kspan.testsupport.generate.InputMessage;
import io.kspan.topology.names.Topics;
import io.kspan.topology.ops.NewTopics;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;

/** The topics of one input: filled once, read by one application after the other. */
final class TestTopics implements AutoCloseable {
  private static final String LOADER_BATCH_BYTES = "262144";

  private final String bootstrapServers;
  private final String prefix;
  private final Topics topics;
  private final int partitions;
  private final Admin admin;

  TestTopics(String bootstrapServers, String prefix, int partitions) throws InterruptedException {
    this.bootstrapServers = bootstrapServers;
    this.prefix = prefix;
    this.topics = Topics.withPrefix(prefix);
    this.partitions = partitions;
    this.admin = Admin.create(Map.of("bootstrap.servers", bootstrapServers));
    NewTopics.create(admin, NewTopics.inputs(topics, partitions));
    renew();
  }

  String prefix() {
    return prefix;
  }

  Topics topics() {
    return topics;
  }

  Loader loader() {
    return new Loader(bootstrapServers, topics);
  }

  /**
   * What was loaded.
   *
   * @param records with the end markers
   * @param bytes of their values
   */
  record Loaded(long records, long events, long bytes) {}

  /** Writes {@code messages}, then the end of every partition; returns when the broker has all. */
  Loaded load(Iterator<InputMessage> messages) {
    long records = 0;
    long events = 0;
    long bytes = 0;
    InputMessage last = null;
    try (Loader loader = loader()) {
      while (messages.hasNext()) {
        last = messages.next();
        loader.send(last);
        records++;
        events += last.event() ? 1 : 0;
        bytes += last.envelope().length;
      }
      if (last != null) {
        records += loader.end(partitions, last.receiptMillis());
      }
    }
    return new Loaded(records, events, bytes);
  }

  /** Makes everything anew that an application has written, so that the next one finds nothing. */
  void renew() throws InterruptedException {
    Set<String> inputs = Set.of(topics.events(), topics.objects());
    try {
      List<String> written = new ArrayList<>(admin.listTopics().names().get());
      written.removeIf(topic -> !topic.startsWith(prefix) || inputs.contains(topic));
      admin.deleteTopics(written).all().get();
    } catch (ExecutionException e) {
      throw new IllegalStateException("topics of " + prefix, e.getCause());
    }
    NewTopics.create(admin, NewTopics.outputs(topics, partitions));
  }

  @Override
  public void close() {
    admin.close();
  }

  /** Writes records as the connector would, in large batches. For one thread. */
  static final class Loader implements AutoCloseable {
    private final Topics topics;
    private final Producer<String, byte[]> producer;
    private final AtomicReference<Exception> failure = new AtomicReference<>();

    Loader(String bootstrapServers, Topics topics) {
      this.topics = topics;
      this.producer =
          new KafkaProducer<>(
              Map.of(
                  ProducerConfig.BOOTSTRAP_SERVERS_CONFIG,
                  bootstrapServers,
                  ProducerConfig.BATCH_SIZE_CONFIG,
                  LOADER_BATCH_BYTES,
                  ProducerConfig.LINGER_MS_CONFIG,
                  "20",
                  ProducerConfig.COMPRESSION_TYPE_CONFIG,
                  "lz4"),
              new StringSerializer(),
              new ByteArraySerializer());
    }

    void send(InputMessage message) {
      String topic = message.event() ? topics.events() : topics.objects();
      send(
          new ProducerRecord<>(
              topic, null, message.receiptMillis(), message.key(), message.envelope()));
    }

    /** Marks the end of every partition; how many records that takes. */
    int end(int partitions, long receiptMillis) {
      byte[] value =
          "{\"type\":\"END\",\"cluster\":\"all\",\"observedAt\":\"%s\"}"
              .formatted(Instant.ofEpochMilli(receiptMillis))
              .getBytes(StandardCharsets.UTF_8);
      for (String topic : List.of(topics.events(), topics.objects())) {
        for (int partition = 0; partition < partitions; partition++) {
          send(new ProducerRecord<>(topic, partition, receiptMillis, "end", value));
        }
      }
      return 2 * partitions;
    }

    private void send(ProducerRecord<String, byte[]> record) {
      if (failure.get() != null) {
        throw new IllegalStateException("the broker refused a record", failure.get());
      }
      producer.send(
          record,
          (metadata, refused) -> {
            if (refused != null) {
              failure.compareAndSet(null, refused);
            }
          });
    }

    @Override
    public void close() {
      producer.close();
      if (failure.get() != null) {
        throw new IllegalStateException("the broker refused a record", failure.get());
      }
    }
  }
}
