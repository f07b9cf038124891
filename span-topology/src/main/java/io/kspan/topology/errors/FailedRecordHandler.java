package io.kspan.topology.errors;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.errors.ErrorHandlerContext;
import org.apache.kafka.streams.errors.LogAndContinueProcessingExceptionHandler;
import org.apache.kafka.streams.processor.api.Record;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Puts aside records that a processor fails at, and goes on after a punctuator has failed. A store
 * or a producer that fails is not about the record: the instance stops.
 *
 * <p>A punctuator has no record (Kafka Streams passes null), so its dead letter holds headers only.
 * It fails again at its next turn, so that the same failure is reported once a minute.
 */
public final class FailedRecordHandler extends LogAndContinueProcessingExceptionHandler {
  private static final Logger log = LoggerFactory.getLogger(FailedRecordHandler.class);
  private static final long REPEAT_NANOS = Duration.ofMinutes(1).toNanos();

  private final LongSupplier nanoClock;
  // By what failed where; bounded by the code, not by the input.
  private final Map<String, Long> reported = new HashMap<>();
  private Map<String, ?> settings = Map.of();
  private String topic;

  /** For Kafka Streams. */
  public FailedRecordHandler() {
    this(System::nanoTime);
  }

  FailedRecordHandler(LongSupplier nanoClock) {
    this.nanoClock = nanoClock;
  }

  @Override
  public void configure(Map<String, ?> settings) {
    super.configure(settings);
    this.settings = settings;
    Object name = settings.get(StreamsConfig.ERRORS_DEAD_LETTER_QUEUE_TOPIC_NAME_CONFIG);
    topic = name == null ? null : name.toString();
  }

  @Override
  public Response handleError(
      ErrorHandlerContext context, Record<?, ?> record, Exception exception) {
    if (!Fault.isOfTheRecord(exception)) {
      return Response.fail();
    }
    List<ProducerRecord<byte[], byte[]>> letters =
        record == null
            ? punctuation(context, exception)
            : super.handleError(context, record, exception).deadLetterQueueRecords();
    return Response.resume(DeadLetter.counted(settings, DeadLetter.FAILED, letters));
  }

  private synchronized List<ProducerRecord<byte[], byte[]>> punctuation(
      ErrorHandlerContext context, Exception exception) {
    String where = context.processorNodeId() + " of task " + context.taskId();
    long now = nanoClock.getAsLong();
    Long before = reported.put(where + exception.getClass().getName(), now);
    if (before != null && now - before < REPEAT_NANOS) {
      reported.put(where + exception.getClass().getName(), before);
      return List.of();
    }
    log.error("The timer of {} failed; it is tried again", where, exception);
    if (topic == null) {
      return List.of();
    }
    ProducerRecord<byte[], byte[]> letter = new ProducerRecord<>(topic, null, null);
    letter
        .headers()
        .add("__streams.errors.exception", exception.getClass().getName().getBytes(UTF_8))
        .add("__streams.errors.message", Fault.describe(exception).getBytes(UTF_8))
        .add("kspan.error.timer", where.getBytes(UTF_8));
    return List.of(letter);
  }
}
