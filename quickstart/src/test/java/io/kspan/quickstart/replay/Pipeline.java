package io.kspan.quickstart.replay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.kspan.quickstart.broker.EmbeddedBroker;
import io.kspan.topology.capture.CaptureScan;
import io.kspan.topology.capture.Captures;
import io.kspan.topology.names.Topics;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.common.utils.Utils;

/**
 * Captures through the whole topology, any number of times on one broker: each run has topics, a
 * group and state folders of its own, and leaves none of them behind.
 *
 * <p>Thread-safe: runs may overlap.
 */
final class Pipeline implements AutoCloseable {

  private static final Duration PATIENCE = Duration.ofMinutes(3);

  private final AtomicInteger runs = new AtomicInteger();
  private final EmbeddedBroker broker;
  private final Admin admin;
  private final Path folder;

  Pipeline(Path folder) {
    this.folder = folder;
    this.broker = EmbeddedBroker.start(folder.resolve("broker"));
    this.admin =
        Admin.create(Map.of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, broker.bootstrapServers()));
  }

  /** The partitions and instances of a run. */
  record Shape(int partitions, int instances) {
    @Override
    public String toString() {
      return partitions + "x" + instances;
    }
  }

  /**
   * Loads {@code captures}, then lets the topology read it as fast as it can, up to the end
   * markers.
   *
   * @param latenessMillis {@code watermark.lateness.ms}
   * @return what {@code --spans-out} would write, sorted
   */
  SpanLog run(List<Path> captures, String cluster, Shape shape, String latenessMillis)
      throws InterruptedException {
    String prefix = "run" + runs.incrementAndGet() + ".";
    Topics topics = Topics.withPrefix(prefix);
    broker.createTopics(topics, shape.partitions());
    // Before the topology starts: an empty partition would count as idle, and its time as now.
    load(captures, cluster, topics, shape.partitions());
    SpanLog log = spans(prefix, cluster, shape, latenessMillis);
    clear(prefix);
    return log;
  }

  EmbeddedBroker broker() {
    return broker;
  }

  /** Lets the topology read the topics of {@code prefix} up to the end markers. */
  SpanLog spans(String prefix, String cluster, Shape shape, String latenessMillis)
      throws InterruptedException {
    Map<String, String> properties = new HashMap<>();
    properties.put("bootstrap.servers", broker.bootstrapServers());
    properties.put("application.id", prefix + "topology");
    properties.put("topic.prefix", prefix);
    properties.put("cluster.name", cluster);
    properties.put("watermark.lateness.ms", latenessMillis);
    Path state = folder.resolve(prefix + "state");
    try (TopologyInstances topology = new TopologyInstances(shape.instances(), properties, state)) {
      topology.start();
      await()
          .atMost(PATIENCE)
          .until(
              () -> {
                topology.check();
                return topology.progress().drained().size() == shape.partitions();
              });
    }
    SpanLog log = SpanLog.read(broker.bootstrapServers(), Topics.withPrefix(prefix));
    assertThat(log.deadLetters()).as(log.firstDeadLetter()).isZero();
    return log;
  }

  private void load(List<Path> files, String cluster, Topics topics, int partitions) {
    try (Captures captures = new Captures(files.stream().map(CaptureScan::of).toList());
        CaptureLoader loader =
            new CaptureLoader(broker.bootstrapServers(), topics, partitions, cluster)) {
      loader.load(captures, records -> {});
    }
  }

  private void clear(String prefix) throws InterruptedException {
    try {
      List<String> own = new ArrayList<>(admin.listTopics().names().get());
      own.removeIf(topic -> !topic.startsWith(prefix));
      admin.deleteTopics(own).all().get();
      Utils.delete(folder.resolve(prefix + "state").toFile());
    } catch (ExecutionException e) {
      throw new IllegalStateException("cannot delete the topics of " + prefix, e.getCause());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    admin.close();
    broker.close();
  }
}
