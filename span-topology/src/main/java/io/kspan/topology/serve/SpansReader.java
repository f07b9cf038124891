package io.kspan.topology.serve;

import com.google.protobuf.InvalidProtocolBufferException;
import io.kspan.topology.metrics.Metric;
import io.kspan.topology.metrics.Metrics;
import io.kspan.topology.waterfall.OtlpReader;
import io.kspan.topology.waterfall.page.RecentTraces;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the spans topic, all partitions of it, into {@link RecentTraces}: from some time ago to its
 * end, and what comes then. Joins no group. {@link #turn()} belongs to one thread, the rest is
 * thread-safe.
 */
final class SpansReader {
  private static final Logger log = LoggerFactory.getLogger(SpansReader.class);
  private static final Duration POLL = Duration.ofMillis(200);
  private static final Duration LOOK_FOR_PARTITIONS = Duration.ofMinutes(1);

  private final Consumer<byte[], byte[]> consumer;
  private final String topic;
  private final long fromMillis;
  private final RecentTraces traces;
  private final Metrics metrics;
  private final InstantSource clock;
  private final Set<TopicPartition> partitions = new HashSet<>();
  // Where the partitions ended when they were first seen, as long as they are not read so far.
  private final Map<TopicPartition, Long> backlog = new HashMap<>();
  private long nextLookMillis = Long.MIN_VALUE;
  private volatile boolean caughtUp;

  SpansReader(
      Consumer<byte[], byte[]> consumer,
      String topic,
      Duration history,
      RecentTraces traces,
      Metrics metrics,
      InstantSource clock) {
    this.consumer = consumer;
    this.topic = topic;
    this.fromMillis = clock.millis() - history.toMillis();
    this.traces = traces;
    this.metrics = metrics;
    this.clock = clock;
  }

  /** Whether what was in the topic at the start has been read. */
  boolean caughtUp() {
    return caughtUp;
  }

  /** Reads what there is, or waits a moment for more. */
  void turn() {
    if (clock.millis() >= nextLookMillis) {
      lookForPartitions();
      nextLookMillis = clock.millis() + LOOK_FOR_PARTITIONS.toMillis();
    }
    consumer.poll(POLL).forEach(this::add);
    if (!caughtUp) {
      backlog.entrySet().removeIf(end -> consumer.position(end.getKey()) >= end.getValue());
      caughtUp = backlog.isEmpty();
    }
    metrics.set(Metric.SERVE_TRACES, traces.traceCount());
    metrics.set(Metric.SERVE_SPANS, traces.spanCount());
  }

  private void lookForPartitions() {
    List<TopicPartition> added = new ArrayList<>();
    consumer
        .partitionsFor(topic)
        .forEach(info -> added.add(new TopicPartition(topic, info.partition())));
    added.removeAll(partitions);
    if (added.isEmpty()) {
      return;
    }
    partitions.addAll(added);
    consumer.assign(partitions);
    Map<TopicPartition, Long> times = new HashMap<>();
    added.forEach(partition -> times.put(partition, fromMillis));
    Map<TopicPartition, Long> ends = consumer.endOffsets(added);
    Map<TopicPartition, OffsetAndTimestamp> starts = consumer.offsetsForTimes(times);
    added.forEach(
        partition -> {
          OffsetAndTimestamp start = starts.get(partition);
          consumer.seek(partition, start == null ? ends.get(partition) : start.offset());
        });
    backlog.putAll(ends);
  }

  /** A record that is no OTLP keeps no other from being shown. */
  private void add(ConsumerRecord<byte[], byte[]> record) {
    if (record.value() == null) {
      return;
    }
    try {
      traces.add(
          OtlpReader.spans(ExportTraceServiceRequest.parseFrom(record.value())), System.nanoTime());
    } catch (InvalidProtocolBufferException e) {
      metrics.count(Metric.SERVE_UNREADABLE);
      log.warn(
          "The record at offset {} of {}-{} is no OTLP trace request and is not shown: {}",
          record.offset(),
          record.topic(),
          record.partition(),
          e.getMessage());
    }
  }
}
