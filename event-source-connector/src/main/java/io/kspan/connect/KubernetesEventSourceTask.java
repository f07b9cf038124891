package io.kspan.connect;

import io.kspan.connect.record.EnvelopeMapper;
import io.kspan.connect.record.MappedRecord;
import io.kspan.connect.record.SourceOffset;
import io.kspan.connect.record.SourcePartition;
import io.kspan.connect.watch.ApiClient;
import io.kspan.connect.watch.FeedCounters;
import io.kspan.connect.watch.FeedCounters.Metric;
import io.kspan.connect.watch.FeedRecord;
import io.kspan.connect.watch.FeedServices;
import io.kspan.connect.watch.Feeds;
import io.kspan.connect.watch.HandOverBuffer;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.source.SourceRecord;
import org.apache.kafka.connect.source.SourceTask;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs the feeds of its scopes and hands their records to Connect. {@link #poll} waits a bounded
 * time and returns null when nothing came; {@link #stop} may come from another thread and releases
 * it at once. A long outage of the API server shows as a {@link
 * org.apache.kafka.connect.errors.RetriableException} that Connect logs; only a bug ends the task.
 */
public final class KubernetesEventSourceTask extends SourceTask {
  private static final Logger log = LoggerFactory.getLogger(KubernetesEventSourceTask.class);
  private static final Duration POLL_WAIT = Duration.ofMillis(500);

  private final InstantSource clock;
  private int batchMaxRecords;
  private HandOverBuffer buffer;
  private Heartbeats heartbeats;
  private ApiClient api;
  private Feeds feeds;

  /** For Connect. */
  public KubernetesEventSourceTask() {
    this(InstantSource.system());
  }

  KubernetesEventSourceTask(InstantSource clock) {
    this.clock = clock;
  }

  @Override
  public synchronized void start(Map<String, String> props) {
    TaskConfig config = new TaskConfig(props);
    batchMaxRecords = config.batchMaxRecords();
    buffer = config.newBuffer();
    api = new ApiClient(config.accessSettings());
    EnvelopeMapper mapper = new EnvelopeMapper(config.mapperSettings());
    heartbeats =
        new Heartbeats(config.heartbeatInterval(), config.heartbeatsTopic(), mapper, clock);
    FeedCounters counters = new FeedCounters(clock);
    FeedServices services =
        new FeedServices(
            api,
            config.feedSettings(),
            config.requiredRights(),
            mapper,
            config.eventFilter(),
            buffer,
            counters,
            clock);
    WorkerMetrics.publish(context, metrics(counters));
    feeds = new Feeds(services, this::storedOffset, config.owner().hashCode() ^ clock.millis());
    log.info("Watching {} at {}", config.taskScopes(), api.baseUrl());
    feeds.start(config.owner(), config.cluster(), config.taskScopes());
  }

  private List<Metric> metrics(FeedCounters counters) {
    List<Metric> metrics = new ArrayList<>(counters.metrics());
    metrics.add(new Metric("buffer-records", "Records that wait for Kafka", buffer::size));
    metrics.add(new Metric("buffer-chars", "Size of what waits for Kafka", buffer::weight));
    return metrics;
  }

  /** For the feeds: which partition is theirs they know once the API server has answered. */
  private SourceOffset storedOffset(SourcePartition partition) {
    return read(partition, context.offsetStorageReader().offset(partition.toMap()));
  }

  private static SourceOffset read(SourcePartition partition, Map<String, Object> stored) {
    if (stored == null) {
      return SourceOffset.LISTING;
    }
    try {
      return SourceOffset.fromMap(stored);
    } catch (IllegalArgumentException e) {
      // Listing again repeats records; stopping here would lose them.
      log.warn(
          "Stored offset of {} is of no use, listing again: {}", partition.scope(), e.getMessage());
      return SourceOffset.LISTING;
    }
  }

  @Override
  public List<SourceRecord> poll() throws InterruptedException {
    List<SourceRecord> records = new ArrayList<>();
    for (FeedRecord one : buffer.poll(batchMaxRecords, POLL_WAIT)) {
      heartbeats.passed(one);
      if (one.mapped() != null) {
        records.add(sourceRecord(one));
      }
    }
    for (FeedRecord beat : heartbeats.due()) {
      records.add(sourceRecord(beat));
    }
    return records.isEmpty() ? null : records;
  }

  private static SourceRecord sourceRecord(FeedRecord record) {
    MappedRecord mapped = record.mapped();
    Schema valueSchema = mapped.value() == null ? null : Schema.STRING_SCHEMA;
    return new SourceRecord(
        record.partition().toMap(),
        record.offset().toMap(),
        mapped.topic(),
        null,
        Schema.STRING_SCHEMA,
        mapped.key(),
        valueSchema,
        mapped.value(),
        mapped.timestampMillis());
  }

  @Override
  public synchronized void stop() {
    // Any of these is missing when start failed.
    if (buffer != null) {
      buffer.close();
    }
    if (feeds != null) {
      feeds.close();
    }
    if (api != null) {
      api.close();
    }
  }

  @Override
  public String version() {
    return Version.current();
  }
}
