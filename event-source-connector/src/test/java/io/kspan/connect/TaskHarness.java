package io.kspan.connect;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.kspan.testsupport.apiserver.StubApiServer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.apache.kafka.common.MetricName;
import org.apache.kafka.common.metrics.Gauge;
import org.apache.kafka.common.metrics.MetricValueProvider;
import org.apache.kafka.common.metrics.PluginMetrics;
import org.apache.kafka.common.metrics.Sensor;
import org.apache.kafka.connect.errors.RetriableException;
import org.apache.kafka.connect.source.SourceRecord;
import org.apache.kafka.connect.source.SourceTask;
import org.apache.kafka.connect.source.SourceTaskContext;
import org.apache.kafka.connect.storage.OffsetStorageReader;
import org.awaitility.Awaitility;

/**
 * Runs a real task without a worker: polls it, keeps its records, and stores their offsets as a
 * worker would.
 */
final class TaskHarness implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final long GIVE_UP_NANOS = 60_000_000_000L;

  private final Map<Map<String, ?>, Map<String, Object>> offsets;
  private final List<SourceRecord> records = new ArrayList<>();
  private final List<RetriableException> outages = new ArrayList<>();
  private final SourceTask task;
  private final FakeMetrics metrics;

  TaskHarness(
      Map<String, String> properties, Map<Map<String, ?>, Map<String, Object>> storedOffsets) {
    this(new KubernetesEventSourceTask(), properties, storedOffsets, new FakeMetrics());
  }

  /**
   * @param workerMetrics null for a worker before Kafka 4.1
   */
  TaskHarness(
      SourceTask task,
      Map<String, String> properties,
      Map<Map<String, ?>, Map<String, Object>> storedOffsets,
      FakeMetrics workerMetrics) {
    this.task = task;
    metrics = workerMetrics;
    offsets = new HashMap<>(storedOffsets);
    task.initialize(new FakeContext(offsets, properties, workerMetrics));
    task.start(properties);
  }

  /** The present value of a metric. */
  long metric(String name) {
    return metrics.gauges.get(name).value(null, 0);
  }

  /** Short delays, so that faults are survived while a test watches. */
  static Map<String, String> properties(StubApiServer server, String... scopes) {
    Map<String, String> properties = new HashMap<>();
    properties.put("name", "under-test");
    properties.put("cluster.name", "c");
    properties.put("kubernetes.url", server.url());
    properties.put("backoff.initial.ms", "10");
    properties.put("backoff.max.ms", "100");
    // Only where a test is about them: moved clocks would make them due.
    properties.put("snapshot.interval.ms", "0");
    properties.put("task.id", "0");
    properties.put("task.scopes", String.join(",", scopes));
    return properties;
  }

  /** The source partition of a resource in the stub's cluster. */
  static Map<String, String> partition(String resource) {
    return Map.of(
        "cluster", "c", "clusterUid", "cluster-uid", "resource", resource, "namespace", "");
  }

  /** The stored offsets of a task that watched a resource up to that version. */
  static Map<Map<String, ?>, Map<String, Object>> at(String resource, String version) {
    return Map.of(
        partition(resource),
        Map.of("version", 1L, "state", "watching", "resourceVersion", version));
  }

  /** A feed counts just after it has handed over. */
  void awaitMetric(String name, long value) {
    Awaitility.await(name).until(() -> metric(name) == value);
  }

  /** Polls until the condition holds for all records so far; fails after a minute. */
  List<SourceRecord> pollUntil(Predicate<List<SourceRecord>> condition)
      throws InterruptedException {
    long deadline = System.nanoTime() + GIVE_UP_NANOS;
    while (!condition.test(records)) {
      if (System.nanoTime() > deadline) {
        throw new AssertionError("gave up waiting; records so far: " + describe());
      }
      poll();
    }
    return List.copyOf(records);
  }

  /** Polls until a record with that key has come whose object has that resourceVersion. */
  void pollUntilVersion(String version) throws InterruptedException {
    pollUntil(all -> all.stream().anyMatch(record -> version.equals(versionOf(record))));
  }

  /** Polls once, and gives everything so far. */
  List<SourceRecord> pollOnce() throws InterruptedException {
    poll();
    return List.copyOf(records);
  }

  private void poll() throws InterruptedException {
    try {
      List<SourceRecord> polled = task.poll();
      if (polled != null) {
        records.addAll(polled);
        task.commit();
      }
    } catch (RetriableException e) {
      outages.add(e);
    }
  }

  List<RetriableException> outages() {
    return outages;
  }

  /** The offsets that a worker stores when all records so far are written. */
  Map<Map<String, ?>, Map<String, Object>> storedOffsets() {
    Map<Map<String, ?>, Map<String, Object>> stored = new HashMap<>(offsets);
    for (SourceRecord record : records) {
      stored.put(record.sourcePartition(), Map.copyOf(record.sourceOffset()));
    }
    return stored;
  }

  SourceTask task() {
    return task;
  }

  List<String> describe() {
    return records.stream().map(TaskHarness::describe).toList();
  }

  /** {@code TYPE key}, or {@code tombstone key}. */
  static String describe(SourceRecord record) {
    return (record.value() == null ? "tombstone" : envelope(record).path("type").asText())
        + ' '
        + record.key();
  }

  static String versionOf(SourceRecord record) {
    return record.value() == null
        ? ""
        : envelope(record).path("object").path("metadata").path("resourceVersion").asText("");
  }

  static JsonNode envelope(SourceRecord record) {
    try {
      return JSON.readTree((String) record.value());
    } catch (java.io.IOException e) {
      throw new AssertionError("not JSON: " + record.value(), e);
    }
  }

  @Override
  public void close() {
    task.stop();
  }

  private record FakeContext(
      Map<Map<String, ?>, Map<String, Object>> offsets,
      Map<String, String> configs,
      FakeMetrics metrics)
      implements SourceTaskContext {
    @Override
    public OffsetStorageReader offsetStorageReader() {
      return new FakeReader(offsets);
    }

    @Override
    public PluginMetrics pluginMetrics() {
      if (metrics == null) {
        throw new NoSuchMethodError("pluginMetrics");
      }
      return metrics;
    }
  }

  /** Keeps what a task publishes. */
  static final class FakeMetrics implements PluginMetrics {
    private final Map<String, Gauge<Long>> gauges = new TreeMap<>();

    Set<String> names() {
      return gauges.keySet();
    }

    @Override
    public MetricName metricName(
        String name, String description, LinkedHashMap<String, String> tags) {
      return new MetricName(name, "plugins", description, tags);
    }

    @Override
    @SuppressWarnings("unchecked")
    public void addMetric(MetricName name, MetricValueProvider<?> provider) {
      gauges.put(name.name(), (Gauge<Long>) provider);
    }

    @Override
    public void removeMetric(MetricName name) {
      gauges.remove(name.name());
    }

    @Override
    public Sensor addSensor(String name) {
      throw new UnsupportedOperationException();
    }

    @Override
    public void removeSensor(String name) {
      throw new UnsupportedOperationException();
    }
  }

  private record FakeReader(Map<Map<String, ?>, Map<String, Object>> offsets)
      implements OffsetStorageReader {
    @Override
    public <T> Map<String, Object> offset(Map<String, T> partition) {
      return offsets.get(partition);
    }

    @Override
    public <T> Map<Map<String, T>, Map<String, Object>> offsets(
        Collection<Map<String, T>> partitions) {
      throw new UnsupportedOperationException();
    }
  }
}
