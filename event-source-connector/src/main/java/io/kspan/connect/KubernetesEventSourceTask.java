package io.kspan.connect;

import io.kspan.connect.record.EnvelopeMapper;
import io.kspan.connect.record.MappedRecord;
import io.kspan.connect.record.SourceOffset;
import io.kspan.connect.record.SourcePartition;
import io.kspan.connect.struct.ValueFormat;
import io.kspan.connect.watch.ApiClient;
import io.kspan.connect.watch.FeedContext;
import io.kspan.connect.watch.FeedMetrics;
import io.kspan.connect.watch.FeedRecord;
import io.kspan.connect.watch.Feeds;
import io.kspan.connect.watch.HandOverBuffer;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaAndValue;
import org.apache.kafka.connect.header.ConnectHeaders;
import org.apache.kafka.connect.source.SourceRecord;
import org.apache.kafka.connect.source.SourceTask;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs the feeds of its scopes and hands their records to Connect. {@link #poll} waits a bounded
 * time and returns null without records; {@link #stop} may be called by another thread and releases
 * it at once. A long outage of the API server causes one {@link
 * org.apache.kafka.connect.errors.RetriableException}, which Connect logs; only a bug ends the
 * task.
 */
public final class KubernetesEventSourceTask extends SourceTask {
  private static final Logger log = LoggerFactory.getLogger(KubernetesEventSourceTask.class);
  private static final Duration POLL_WAIT = Duration.ofMillis(500);

  private final InstantSource clock;
  private int batchMaxRecords;
  private ValueFormat valueFormat;
  private String eventsTopic;
  private HandOverBuffer buffer;
  private WorkerMetrics workerMetrics;
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
    api = config.newApiClient();
    valueFormat = config.valueFormat();
    EnvelopeMapper.Settings mapping = config.mapperSettings();
    eventsTopic = mapping.eventsTopic();
    EnvelopeMapper mapper = new EnvelopeMapper(mapping);
    heartbeats =
        new Heartbeats(config.heartbeatInterval(), config.heartbeatsTopic(), mapper, clock);
    FeedMetrics metrics = new FeedMetrics(clock);
    metrics.gauge("buffer-records", "Records that wait for Kafka", buffer::records);
    metrics.gauge("buffer-chars", "Size of what waits for Kafka", buffer::chars);
    workerMetrics = WorkerMetrics.publish(context, config.taskTags(), metrics.all());
    FeedContext feedContext =
        new FeedContext(
            api,
            config.feedSettings(),
            config.requiredRights(),
            mapper,
            buffer,
            metrics,
            this::storedOffset,
            clock);
    feeds = new Feeds(feedContext, config.owner().hashCode() ^ clock.millis());
    log.info("Watching {} at {}", config.taskScopes(), api.baseUrl());
    feeds.start(config.owner(), config.cluster(), config.taskScopes());
  }

  /** Called by the feeds, which know their partition once the API server has answered. */
  private SourceOffset storedOffset(SourcePartition partition) {
    Map<String, Object> stored = context.offsetStorageReader().offset(partition.toMap());
    try {
      return stored == null ? SourceOffset.LISTING : SourceOffset.fromMap(stored);
    } catch (IllegalArgumentException e) {
      // Listing repeats records; failing would lose them.
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

  private SourceRecord sourceRecord(FeedRecord record) {
    MappedRecord mapped = record.mapped();
    SchemaAndValue value = valueFormat.value(mapped.value(), mapped.topic().equals(eventsTopic));
    ConnectHeaders headers = new ConnectHeaders();
    mapped.headers().forEach(headers::addString);
    return new SourceRecord(
        record.partition().toMap(),
        record.offset().toMap(),
        mapped.topic(),
        null,
        Schema.STRING_SCHEMA,
        mapped.key(),
        value.schema(),
        value.value(),
        mapped.timestampMillis(),
        headers);
  }

  @Override
  public synchronized void stop() {
    // After a failed start, fields are null.
    if (workerMetrics != null) {
      workerMetrics.close();
    }
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
