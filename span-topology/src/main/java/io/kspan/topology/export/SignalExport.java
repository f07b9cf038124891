package io.kspan.topology.export;

import io.kspan.topology.metrics.Metric;
import io.kspan.topology.metrics.Metrics;
import io.kspan.topology.otlp.OtlpRequests;
import io.kspan.topology.otlp.Signal;
import io.kspan.topology.otlp.UnreadableRequestException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;

/**
 * The records of one signal: reads ahead up to a bound and lets an {@link ExportWorker} export one
 * batch after the other. The {@link SinkLoop} calls it on the sink's thread; the getters of {@link
 * #items} and {@link #lastError} are for any thread.
 */
final class SignalExport {
  private final Signal signal;
  private final String topic;
  private final ExportWorker worker;
  private final Metrics metrics;
  private final int batchMaxBytes;
  private final int bufferMaxBytes;
  private final PendingRecords pending = new PendingRecords();

  private volatile long items;

  SignalExport(Signal signal, ExportWorker worker, SinkConfig config, Metrics metrics) {
    this.signal = signal;
    this.topic = config.topic(signal);
    this.worker = worker;
    this.metrics = metrics;
    this.batchMaxBytes = config.batchMaxBytes();
    this.bufferMaxBytes = config.bufferMaxBytes();
  }

  Signal signal() {
    return signal;
  }

  String topic() {
    return topic;
  }

  ExportWorker worker() {
    return worker;
  }

  /** Spans or log records read. */
  long items() {
    return items;
  }

  /** Why the last attempt failed, empty when it succeeded; says so if it is about logs. */
  String lastError() {
    String error = worker.lastError();
    return error.isEmpty() || signal == Signal.TRACES ? error : error + " (" + signal + ")";
  }

  long pendingBytes() {
    return pending.bytes();
  }

  /** Whether its partitions must be paused. */
  boolean isHeld() {
    return worker.isFailing() || pending.bytes() >= bufferMaxBytes;
  }

  /** Whether more records would not make the next batch larger. */
  boolean hasBatch() {
    return pending.bytes() >= Math.min(batchMaxBytes, bufferMaxBytes);
  }

  /** Whether everything that was read has its answer. */
  boolean isDone() {
    return worker.isIdle() && pending.isEmpty();
  }

  void add(ConsumerRecord<byte[], byte[]> one) {
    pending.add(one);
  }

  /** Handles the answer if it is there, and sends the next batch if one is due. */
  void proceed() {
    worker.handleAnswer();
    if (worker.isIdle() && !pending.isEmpty()) {
      worker.add(batches(pending.take(batchMaxBytes)));
    }
    worker.sendNext();
  }

  void remove(Collection<TopicPartition> partitions) {
    worker.remove(partitions);
    pending.remove(partitions);
  }

  /** Readable neighbours are one request; an unreadable record keeps its place between them. */
  private List<Batch> batches(List<ConsumerRecord<byte[], byte[]>> taken) {
    List<Batch> batches = new ArrayList<>();
    List<SinkRecord> together = new ArrayList<>();
    long read = 0;
    for (ConsumerRecord<byte[], byte[]> source : taken) {
      metrics.count(Metric.SINK_RECORDS);
      try {
        SinkRecord one = new SinkRecord(source, OtlpRequests.count(signal, source.value()));
        read += one.items();
        together.add(one);
      } catch (UnreadableRequestException e) {
        if (!together.isEmpty()) {
          batches.add(Batch.of(List.copyOf(together)));
          together.clear();
        }
        SinkRecord unreadable = new SinkRecord(source, 0);
        unreadable.refuse(new Refusal(Refusal.UNREADABLE, e.getMessage()));
        batches.add(Batch.deadLetter(unreadable));
      }
    }
    if (!together.isEmpty()) {
      batches.add(Batch.of(together));
    }
    items += read;
    return batches;
  }
}
