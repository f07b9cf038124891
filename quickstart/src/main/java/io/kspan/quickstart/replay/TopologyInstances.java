package io.kspan.quickstart.replay;

import io.kspan.topology.SpanTopologyApplication;
import io.kspan.topology.SpanTopologyApplication.Progress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Several instances of the topology in this JVM, seen as one.
 *
 * <p>Thread-safe.
 */
public final class TopologyInstances implements AutoCloseable {

  private static final Duration CLOSE = Duration.ofSeconds(10);

  private final List<SpanTopologyApplication> instances = new ArrayList<>();

  /**
   * Makes {@code count} instances that differ in client id and state folder only.
   *
   * @throws org.apache.kafka.common.config.ConfigException naming the value and the remedy
   */
  public TopologyInstances(int count, Map<String, String> properties, Path stateFolder) {
    for (int i = 0; i < count; i++) {
      Map<String, String> own = new HashMap<>(properties);
      own.put("kafka.client.id", "span-topology-" + i);
      own.put("kafka.state.dir", stateFolder.resolve("instance-" + i).toString());
      instances.add(new SpanTopologyApplication(own));
    }
  }

  /** Starts all; returns at once. */
  public void start() {
    instances.forEach(SpanTopologyApplication::start);
  }

  /** Whether all run. */
  public boolean running() {
    return instances.stream().allMatch(instance -> instance.state().equals("RUNNING"));
  }

  /** The states, for people. */
  public String states() {
    return instances.stream().map(SpanTopologyApplication::state).collect(Collectors.joining(", "));
  }

  /**
   * Throws why an instance died, if one did.
   *
   * @throws IllegalStateException with that as its cause
   */
  public void check() {
    for (SpanTopologyApplication instance : instances) {
      instance
          .failure()
          .ifPresent(
              e -> {
                throw new IllegalStateException("the topology failed: " + e.getMessage(), e);
              });
    }
  }

  /** The sum of the counters, and the union of the drained partitions. */
  public Progress progress() {
    long events = 0;
    long objects = 0;
    long rejected = 0;
    long traces = 0;
    long spans = 0;
    Set<Integer> drained = new HashSet<>();
    for (SpanTopologyApplication instance : instances) {
      Progress one = instance.progress();
      events += one.events();
      objects += one.objects();
      rejected += one.rejected();
      traces += one.traces();
      spans += one.spans();
      drained.addAll(one.drained());
    }
    return new Progress(events, objects, rejected, traces, spans, drained);
  }

  /** Stops all at the same time: one by one, each stop would move its work to the others. */
  @Override
  public void close() {
    instances.parallelStream().forEach(instance -> instance.close(CLOSE));
  }
}
