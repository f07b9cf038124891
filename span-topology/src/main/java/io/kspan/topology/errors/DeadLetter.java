package io.kspan.topology.errors;

import io.kspan.topology.metrics.Metric;
import io.kspan.topology.metrics.Metrics;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;

/**
 * Dead letters that every broker takes: a record as large as a topic lets it be is too large for it
 * once the error headers are added, and then the stream would stop at it for good, since nothing
 * that fails within a transaction can be skipped. Stateless.
 */
public final class DeadLetter {
  /** Key of the {@link Metrics} that count dead letters, among the settings of Kafka Streams. */
  public static final String METRICS_CONFIG = "kspan.metrics";

  /** Reason of what cannot be read, among the labels of the metric. */
  static final String UNREADABLE = "unreadable";

  /** Reason of what a processor fails at. */
  static final String FAILED = "failed";

  // Below the default limit of producers and topics, 1 MiB with all overhead.
  static final int MAX_BYTES = 1_000_000;

  /** Size of the value as received, in decimal digits, if only its beginning fits. */
  static final String CUT_HEADER = "kspan.value.bytes";

  private static final String STACK_TRACE_HEADER = "__streams.errors.stacktrace";
  private static final List<String> ERRORS = List.of("__streams.errors.", "kspan.error.");
  private static final int OVERHEAD_BYTES = 100;
  private static final int MAX_MESSAGE_BYTES = 32_768;

  private DeadLetter() {}

  /**
   * Counts {@code letters} in the metrics of {@code settings} and makes them fit. Kafka Streams
   * makes handlers from class names, so the metrics come with the settings.
   */
  static List<ProducerRecord<byte[], byte[]>> counted(
      Map<String, ?> settings, String reason, List<ProducerRecord<byte[], byte[]>> letters) {
    if (settings.get(METRICS_CONFIG) instanceof Metrics metrics) {
      metrics.add(Metric.DEAD_LETTERS, letters.size(), reason);
    }
    return letters.stream().map(DeadLetter::fit).toList();
  }

  /**
   * The same as far as it fits: without stack trace, then without headers of others, then with the
   * beginning of the value only. Its timestamp is the moment it is written: that of the record may
   * be one that the topic refuses, or so old that it is deleted at once.
   */
  public static ProducerRecord<byte[], byte[]> fit(ProducerRecord<byte[], byte[]> letter) {
    byte[] key = cut(letter.key(), MAX_BYTES / 4);
    ProducerRecord<byte[], byte[]> fitting =
        new ProducerRecord<>(letter.topic(), null, key, letter.value());
    letter.headers().forEach(header -> fitting.headers().add(header.key(), bounded(header)));
    if (size(fitting) > MAX_BYTES) {
      fitting.headers().remove(STACK_TRACE_HEADER);
    }
    if (size(fitting) > MAX_BYTES) {
      letter.headers().forEach(header -> removeForeign(fitting, header));
    }
    int excess = size(fitting) - MAX_BYTES;
    if (excess <= 0 || letter.value() == null) {
      return fitting;
    }
    byte[] received = letter.value();
    fitting
        .headers()
        .add(CUT_HEADER, Integer.toString(received.length).getBytes(StandardCharsets.US_ASCII));
    int kept = Math.max(0, received.length - excess - OVERHEAD_BYTES);
    return new ProducerRecord<>(
        letter.topic(), null, null, key, cut(received, kept), fitting.headers());
  }

  /** A message can repeat the whole record. */
  private static byte[] bounded(Header header) {
    return isOurs(header) ? cut(header.value(), MAX_MESSAGE_BYTES) : header.value();
  }

  private static boolean isOurs(Header header) {
    return ERRORS.stream().anyMatch(header.key()::startsWith);
  }

  private static void removeForeign(ProducerRecord<byte[], byte[]> letter, Header header) {
    if (!isOurs(header)) {
      letter.headers().remove(header.key());
    }
  }

  private static byte[] cut(byte[] bytes, int length) {
    return bytes == null || bytes.length <= length ? bytes : Arrays.copyOf(bytes, length);
  }

  private static int size(ProducerRecord<byte[], byte[]> letter) {
    int bytes = OVERHEAD_BYTES + length(letter.key()) + length(letter.value());
    for (Header header : letter.headers()) {
      bytes += OVERHEAD_BYTES + header.key().length() + length(header.value());
    }
    return bytes;
  }

  private static int length(byte[] bytes) {
    return bytes == null ? 0 : bytes.length;
  }
}
