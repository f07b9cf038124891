package io.kspan.quickstart.replay;

import io.kspan.topology.application.SpanTopologyApplication;
import io.kspan.topology.application.SpanTopologyApplication.Progress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import java.util.function.ToLongFunction;
import java.util.stream.Collectors;

/** Several instances of the topology in this JVM, used like one. Thread-safe. */
public final class TopologyInstances implements AutoCloseable {

  private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(10);

  private final List<SpanTopologyApplication> instances = new ArrayList<>();

  /**
   * Creates {@code count} instances that differ in client id and state folder only.
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
   * Throws if an instance has failed.
   *
   * @throws IllegalStateException with the failure as its cause
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

  /** The sums of the counters and the union of the drained partitions. */
  public Progress progress() {
    List<Progress> all = instances.stream().map(SpanTopologyApplication::progress).toList();
    Set<Integer> drained = new HashSet<>();
    all.forEach(progress -> drained.addAll(progress.drained()));
    return new Progress(
        sum(all, Progress::events),
        sum(all, Progress::objects),
        sum(all, Progress::rejected),
        sum(all, Progress::traces),
        sum(all, Progress::spans),
        drained);
  }

  /** What each instance answers when it is asked what is open, by its name. */
  public Map<String, Supplier<byte[]>> openTraces() {
    Map<String, Supplier<byte[]>> answers = new HashMap<>();
    instances.forEach(
        instance -> answers.put("instance " + (answers.size() + 1), instance::openTraces));
    return answers;
  }

  private static long sum(List<Progress> all, ToLongFunction<Progress> counter) {
    return all.stream().mapToLong(counter).sum();
  }

  /** Stops all at the same time: otherwise each stop would move its work to the others. */
  @Override
  public void close() {
    instances.parallelStream().forEach(instance -> instance.close(CLOSE_TIMEOUT));
  }
}
