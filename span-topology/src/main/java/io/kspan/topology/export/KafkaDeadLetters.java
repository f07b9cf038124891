package io.kspan.topology.export;

import io.kspan.topology.errors.DeadLetter;
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

/**
 * Writes dead letters as received as far as they fit, with headers that say why and where they
 * were. One thread only; waits for the broker's answer.
 */
final class KafkaDeadLetters implements DeadLetters {
  static final String REASON = "kspan.error.reason";
  static final String MESSAGE = "kspan.error.message";
  static final String TOPIC = "kspan.error.topic";
  static final String PARTITION = "kspan.error.partition";
  static final String OFFSET = "kspan.error.offset";

  private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(2);

  private final Supplier<Producer<byte[], byte[]>> producers;
  private final String topic;
  private Producer<byte[], byte[]> producer;

  /**
   * @param producers asked once, with the first dead letter: most sinks never write one
   */
  KafkaDeadLetters(Supplier<Producer<byte[], byte[]>> producers, String topic) {
    this.producers = producers;
    this.topic = topic;
  }

  @Override
  public void send(ConsumerRecord<byte[], byte[]> source, Refusal refusal) {
    ProducerRecord<byte[], byte[]> letter =
        new ProducerRecord<>(topic, null, source.key(), source.value(), source.headers());
    header(letter.headers(), REASON, refusal.reason());
    header(letter.headers(), MESSAGE, refusal.message());
    header(letter.headers(), TOPIC, source.topic());
    header(letter.headers(), PARTITION, Integer.toString(source.partition()));
    header(letter.headers(), OFFSET, Long.toString(source.offset()));
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
  }

  @Override
  public void close() {
    if (producer != null) {
      producer.close(CLOSE_TIMEOUT);
    }
  }

  private static void header(Headers headers, String name, String value) {
    headers.remove(name).add(name, value.getBytes(StandardCharsets.UTF_8));
  }
}
