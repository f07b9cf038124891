package io.kspan.topology.errors;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchException;

import io.kspan.topology.envelope.EnvelopeReader;
import io.kspan.topology.metrics.Metric;
import io.kspan.topology.metrics.Metrics;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.NotEnoughReplicasException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.errors.DeserializationExceptionHandler;
import org.apache.kafka.streams.errors.ErrorHandlerContext;
import org.apache.kafka.streams.errors.ProcessingExceptionHandler;
import org.apache.kafka.streams.errors.ProcessorStateException;
import org.apache.kafka.streams.errors.ProductionExceptionHandler;
import org.apache.kafka.streams.errors.ProductionExceptionHandler.SerializationExceptionOrigin;
import org.apache.kafka.streams.errors.StreamsException;
import org.apache.kafka.streams.processor.TaskId;
import org.apache.kafka.streams.processor.api.Record;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

class HandlersTest {
  private static final Record<String, String> RECORD = new Record<>("k", "v", 0);
  private static final ConsumerRecord<byte[], byte[]> RAW =
      new ConsumerRecord<>("k8s.events", 0, 7, "k".getBytes(UTF_8), "v".getBytes(UTF_8));
  private static final ProducerRecord<byte[], byte[]> WRITTEN =
      new ProducerRecord<>("k8s.spans", new byte[3]);
  private static final Exception DISK_FULL =
      new ProcessorStateException("cannot put", new java.io.IOException("No space left on device"));

  @SuppressWarnings("unused") // by name
  private static final List<Exception> FAULTS_OF_OTHERS =
      List.of(
          DISK_FULL,
          new IllegalStateException("while putting", DISK_FULL),
          new StreamsException("no broker"),
          new TopicAuthorizationException("k8s.lineage"),
          new SerializationException("unknown format version"));

  private final Metrics metrics = new Metrics();
  private final Map<String, Object> settings =
      Map.of(
          StreamsConfig.ERRORS_DEAD_LETTER_QUEUE_TOPIC_NAME_CONFIG,
          "dead",
          DeadLetter.METRICS_CONFIG,
          metrics);
  private long nanos;

  @Test
  void shouldPutAsideWhatAProcessorFailsAt() {
    ProcessingExceptionHandler.Response response =
        failed().handleError(new Context(), RECORD, new NullPointerException("oops"));

    assertThat(response.result()).isEqualTo(ProcessingExceptionHandler.Result.RESUME);
    assertThat(response.deadLetterQueueRecords())
        .singleElement()
        .satisfies(
            letter -> {
              assertThat(letter.topic()).isEqualTo("dead");
              assertThat(letter.value()).isEqualTo("v".getBytes(UTF_8));
              assertThat(header(letter, "__streams.errors.message")).isEqualTo("oops");
            });
    assertThat(metrics.sum(Metric.DEAD_LETTERS)).isEqualTo(1);
  }

  @ParameterizedTest
  @FieldSource("FAULTS_OF_OTHERS")
  void shouldStopForWhatNoRecordIsToBlameFor(Exception fault) {
    assertThat(failed().handleError(new Context(), RECORD, fault).result())
        .isEqualTo(ProcessingExceptionHandler.Result.FAIL);
    assertThat(failed().handleError(new Context(), null, fault).result())
        .isEqualTo(ProcessingExceptionHandler.Result.FAIL);
    assertThat(unreadable().handleError(new Context(), RAW, fault).result())
        .isEqualTo(DeserializationExceptionHandler.Result.FAIL);
    assertThat(
            write()
                .handleSerializationError(
                    new Context(), WRITTEN, fault, SerializationExceptionOrigin.VALUE)
                .result())
        .isEqualTo(ProductionExceptionHandler.Result.FAIL);
    assertThat(metrics.sum(Metric.DEAD_LETTERS)).isZero();
  }

  @Test
  void shouldPutAsideWhatCannotBeRead() {
    Exception unreadable =
        catchException(
            () -> new EnvelopeReader("c", "a", List.of()).read("not JSON".getBytes(UTF_8)));

    assertThat(unreadable().handleError(new Context(), RAW, unreadable).deadLetterQueueRecords())
        .singleElement()
        .satisfies(letter -> assertThat(letter.value()).isEqualTo(RAW.value()));
    assertThat(
            failed()
                .handleError(new Context(), RECORD, new IllegalStateException(unreadable))
                .result())
        .isEqualTo(ProcessingExceptionHandler.Result.RESUME);
  }

  @Test
  void shouldReportAFailingTimerOnceAMinute() {
    FailedRecordHandler handler = failed();
    Context nowhere = new Context(null, -1, null);

    assertThat(handler.handleError(nowhere, null, new NullPointerException("oops")))
        .satisfies(
            first -> {
              assertThat(first.result()).isEqualTo(ProcessingExceptionHandler.Result.RESUME);
              assertThat(first.deadLetterQueueRecords())
                  .singleElement()
                  .satisfies(
                      letter -> {
                        assertThat(letter.value()).isNull();
                        assertThat(header(letter, "__streams.errors.message")).isEqualTo("oops");
                        assertThat(header(letter, "kspan.error.timer"))
                            .isEqualTo("gather of task 1_0");
                      });
            });
    nanos = Duration.ofSeconds(59).toNanos();
    assertThat(handler.handleError(nowhere, null, new NullPointerException("oops")))
        .satisfies(
            again -> {
              assertThat(again.result()).isEqualTo(ProcessingExceptionHandler.Result.RESUME);
              assertThat(again.deadLetterQueueRecords()).isEmpty();
            });
    assertThat(
            handler
                .handleError(nowhere, null, new IllegalStateException("something else"))
                .deadLetterQueueRecords())
        .hasSize(1);
    nanos = Duration.ofSeconds(61).toNanos();
    assertThat(
            handler
                .handleError(nowhere, null, new NullPointerException("oops"))
                .deadLetterQueueRecords())
        .hasSize(1);
  }

  @Test
  void shouldTryAgainOnlyWhatMaySucceed() {
    assertThat(
            write()
                .handleError(new Context(), WRITTEN, new NotEnoughReplicasException(""))
                .result())
        .isEqualTo(ProductionExceptionHandler.Result.RETRY);
    ProductionExceptionHandler.Response tooLarge =
        write().handleError(new Context(), WRITTEN, new RecordTooLargeException(""));
    assertThat(tooLarge.result()).isEqualTo(ProductionExceptionHandler.Result.FAIL);
    assertThat(tooLarge.deadLetterQueueRecords()).isEmpty();
  }

  @Test
  void shouldPutAsideWhatCannotBeWrittenAsBytes() {
    ProductionExceptionHandler.Response response =
        write()
            .handleSerializationError(
                new Context(),
                WRITTEN,
                new IllegalArgumentException("x".repeat(2_000_000)),
                SerializationExceptionOrigin.VALUE);

    assertThat(response.result()).isEqualTo(ProductionExceptionHandler.Result.RESUME);
    assertThat(response.deadLetterQueueRecords())
        .singleElement()
        .satisfies(
            letter ->
                assertThat(letter.headers().lastHeader("__streams.errors.message").value())
                    .hasSizeLessThan(100_000));
    assertThat(metrics.sum(Metric.DEAD_LETTERS)).isEqualTo(1);
  }

  private FailedRecordHandler failed() {
    FailedRecordHandler handler = new FailedRecordHandler(() -> nanos);
    handler.configure(settings);
    return handler;
  }

  private UnreadableRecordHandler unreadable() {
    UnreadableRecordHandler handler = new UnreadableRecordHandler();
    handler.configure(settings);
    return handler;
  }

  private FailedWriteHandler write() {
    FailedWriteHandler handler = new FailedWriteHandler();
    handler.configure(settings);
    return handler;
  }

  private static String header(ProducerRecord<byte[], byte[]> letter, String name) {
    return new String(letter.headers().lastHeader(name).value(), UTF_8);
  }

  /** Of a record, or of a punctuation, which has none. */
  private record Context(String topic, long offset, byte[] sourceRawValue)
      implements ErrorHandlerContext {
    Context() {
      this("k8s.events", 7, RAW.value());
    }

    @Override
    public int partition() {
      return 0;
    }

    @Override
    public Headers headers() {
      return topic == null ? null : new RecordHeaders();
    }

    @Override
    public String processorNodeId() {
      return "gather";
    }

    @Override
    public TaskId taskId() {
      return new TaskId(1, 0);
    }

    @Override
    public long timestamp() {
      return offset;
    }

    @Override
    public byte[] sourceRawKey() {
      return sourceRawValue;
    }
  }
}
