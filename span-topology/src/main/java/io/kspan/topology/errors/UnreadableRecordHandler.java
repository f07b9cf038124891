package io.kspan.topology.errors;

import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.streams.errors.ErrorHandlerContext;
import org.apache.kafka.streams.errors.LogAndContinueExceptionHandler;

/**
 * Puts aside input that cannot be read. What the application itself wrote, to a repartition topic,
 * is no input: if that cannot be read, another release wrote it, and the instance stops.
 */
public final class UnreadableRecordHandler extends LogAndContinueExceptionHandler {
  private Map<String, ?> settings = Map.of();

  @Override
  public void configure(Map<String, ?> settings) {
    super.configure(settings);
    this.settings = settings;
  }

  @Override
  public Response handleError(
      ErrorHandlerContext context, ConsumerRecord<byte[], byte[]> record, Exception exception) {
    if (!Fault.isOfTheRecord(exception)) {
      return Response.fail();
    }
    List<ProducerRecord<byte[], byte[]>> letters =
        super.handleError(context, record, exception).deadLetterQueueRecords();
    return Response.resume(DeadLetter.counted(settings, DeadLetter.UNREADABLE, letters));
  }
}
