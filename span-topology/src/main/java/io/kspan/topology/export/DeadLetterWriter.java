package io.kspan.topology.export;

import io.kspan.topology.errors.DeadLetter;
import io.kspan.topology.metrics.Metric;
import io.kspan.topology.metrics.Metrics;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.header.Headers;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes refused records to the dead letters as received, as far as they fit, with the reason and
 * their source in headers. The sink's thread calls it and waits for the broker's answer.
 */
final class DeadLetterWriter implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(DeadLetterWriter.class);
  private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(2);

  private final Supplier<Producer<byte[], byte[]>> producers;
  private final String topic;
  private final Metrics metrics;
  private Producer<byte[], byte[]> producer;

  /**
   * @param producers called once, for the first dead letter: most sinks never write one
   */
  DeadLetterWriter(Supplier<Producer<byte[], byte[]>> producers, String topic, Metrics metrics) {
    this.producers = producers;
    this.metrics = metrics;
    this.topic = topic;
  }

  /**
   * Returns when the record is stored, which is logged and counted; throws a {@link KafkaException}
   * if it is not.
   */
  void write(ConsumerRecord<byte[], byte[]> source, Refusal refusal) {
    ProducerRecord<byte[], byte[]> letter =
        new ProducerRecord<>(topic, null, source.key(), source.value(), source.headers());
    header(letter.headers(), "reason", refusal.reason());
    header(letter.headers(), "message", refusal.message());
    header(letter.headers(), "topic", source.topic());
    header(letter.headers(), "partition", Integer.toString(source.partition()));
    header(letter.headers(), "offset", Long.toString(source.offset()));
    if (producer == null) {
      producer = producers.get();
    }
    try {
      producer.send(DeadLetter.fit(letter)).get();
    } catch (InterruptedException e) {
      throw new InterruptException(e);
    } catch (ExecutionException e) {
      throw new KafkaException("cannot write to " + topic + ": " + e.getCause().getMessage(), e);
    }
    log.warn(
        "Dead letter: {}-{} offset {} ({}: {})",
        source.topic(),
        source.partition(),
        source.offset(),
        refusal.reason(),
        refusal.message());
    metrics.count(Metric.SINK_DEAD_LETTERS, refusal.reason());
  }

  @Override
  public void close() {
    if (producer != null) {
      producer.close(CLOSE_TIMEOUT);
    }
  }

  private static void header(Headers headers, String name, String value) {
    String key = "kspan.error." + name;
    headers.remove(key).add(key, value.getBytes(StandardCharsets.UTF_8));
  }
}
