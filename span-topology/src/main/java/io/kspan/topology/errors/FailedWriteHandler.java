package io.kspan.topology.errors;

import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.streams.errors.DefaultProductionExceptionHandler;
import org.apache.kafka.streams.errors.ErrorHandlerContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Stops the instance when a broker refuses a record for good: within a transaction nothing can be
 * left out, and a span or a change of state that is left out would be lost. What cannot even be
 * written as bytes has not been sent yet, so it is put aside.
 */
public final class FailedWriteHandler extends DefaultProductionExceptionHandler {
  private static final Logger log = LoggerFactory.getLogger(FailedWriteHandler.class);

  private Map<String, ?> settings = Map.of();

  @Override
  public void configure(Map<String, ?> settings) {
    super.configure(settings);
    this.settings = settings;
  }

  @Override
  public Response handleError(
      ErrorHandlerContext context, ProducerRecord<byte[], byte[]> record, Exception exception) {
    if (exception instanceof RetriableException) {
      return Response.retry();
    }
    if (exception instanceof RecordTooLargeException) {
      log.error(
          "A record of {} bytes is too large for {}: raise max.message.bytes of that topic, and"
              + " kafka.producer.max.request.size if it is above 1 MiB, then start again; nothing"
              + " has been lost",
          record.value() == null ? 0 : record.value().length,
          record.topic());
    }
    return Response.fail();
  }

  @Override
  @SuppressWarnings("rawtypes") // Of the interface.
  public Response handleSerializationError(
      ErrorHandlerContext context,
      ProducerRecord record,
      Exception exception,
      SerializationExceptionOrigin origin) {
    if (!Fault.isOfTheRecord(exception)) {
      return Response.fail();
    }
    List<ProducerRecord<byte[], byte[]>> letters =
        super.handleSerializationError(context, record, exception, origin).deadLetterQueueRecords();
    return Response.resume(DeadLetter.counted(settings, DeadLetter.FAILED, letters));
  }
}
