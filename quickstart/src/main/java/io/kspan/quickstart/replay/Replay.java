package io.kspan.quickstart.replay;

import io.kspan.quickstart.Console;
import io.kspan.quickstart.Count;
import io.kspan.quickstart.Resources;
import io.kspan.quickstart.WorkFolder;
import io.kspan.quickstart.broker.EmbeddedBroker;
import io.kspan.quickstart.broker.TopicCreation;
import io.kspan.quickstart.capture.CaptureScan;
import io.kspan.quickstart.capture.Captures;
import io.kspan.topology.SpanTopologyApplication.Progress;
import io.kspan.topology.Topics;
import io.kspan.topology.config.TopologyConfig;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * One replay: captures to topics on a broker of its own, through the topology, every span read
 * back.
 *
 * <p>For one thread; what it starts goes into the {@link Resources} given, so another thread may
 * end it.
 */
public final class Replay {

  private static final long POLL_MILLIS = 100;
  private static final long REPORT_NANOS = 2_000_000_000L;
  private static final Topics TOPICS = Topics.withPrefix("k8s.");

  private final Settings settings;
  private final Console console;
  private final Resources resources;
  private final WorkFolder work;

  /**
   * What to replay, and how.
   *
   * @param properties of the topology, in addition to those of every replay
   * @param exporter settings of the exporter to a backend, empty for none
   */
  public record Settings(
      String cluster,
      int partitions,
      int instances,
      Map<String, String> properties,
      Map<String, String> exporter) {
    public Settings {
      properties = Map.copyOf(properties);
      exporter = Map.copyOf(exporter);
    }
  }

  /** Starts nothing yet. */
  public Replay(Settings settings, Console console, Resources resources, WorkFolder work) {
    this.settings = settings;
    this.console = console;
    this.resources = resources;
    this.work = work;
  }

  /** Where the topology of a replay differs from a live one: nothing is late, nothing is idle. */
  public static Map<String, String> properties(
      String bootstrapServers, String cluster, Map<String, String> own) {
    Map<String, String> properties = new HashMap<>();
    properties.put("bootstrap.servers", bootstrapServers);
    properties.put("application.id", "kspan-replay");
    properties.put("topic.prefix", "k8s.");
    properties.put("cluster.name", cluster);
    properties.put("watermark.lateness.ms", "infinite");
    properties.putAll(own);
    return properties;
  }

  /**
   * Runs to the end and returns every span.
   *
   * @throws IllegalStateException when the broker or the topology fails
   */
  public ReplayResult run(List<CaptureScan> scans) throws InterruptedException {
    Stopwatch watch = new Stopwatch();
    // A misspelt setting is said at once, not after a broker has been started for it.
    new TopologyConfig(properties("unused:1", settings.cluster(), settings.properties()));
    console.progress("starting a Kafka broker and the topology in this process");
    EmbeddedBroker broker = resources.add(EmbeddedBroker.start(work.resolve("broker")));
    TopicCreation.create(broker.bootstrapServers(), TOPICS, settings.partitions());
    console.progress(
        "broker ready after %s, topics have %s",
        watch, Count.of(settings.partitions(), "partition"));
    TopologyInstances topology = resources.add(topology(broker.bootstrapServers()));
    // Before the topology starts: with a finite lateness an empty partition counts as idle, its
    // time as now, and everything loaded after that as late.
    CaptureLoader.Loaded loaded = load(scans, broker.bootstrapServers());
    console.progress(
        "loaded into the topics: %s after %s", Count.of(loaded.records(), "watch event"), watch);
    topology.start();
    awaitDrained(topology, watch);
    topology.close();
    SpanLog spans = SpanLog.read(broker.bootstrapServers(), TOPICS);
    ReplayResult result =
        new ReplayResult(loaded.records(), loaded.unmapped(), spans, watch.elapsed(), "");
    if (!settings.exporter().isEmpty()) {
      Export export = resources.add(new Export(broker.bootstrapServers(), settings.exporter()));
      export.start();
      return result.refused(export.awaitExported(result.spans(), console, resources));
    }
    return result;
  }

  private TopologyInstances topology(String bootstrapServers) {
    Map<String, String> properties =
        properties(bootstrapServers, settings.cluster(), settings.properties());
    Path state = work.resolve("state");
    return new TopologyInstances(settings.instances(), properties, state);
  }

  private CaptureLoader.Loaded load(List<CaptureScan> scans, String bootstrapServers) {
    long total = scans.stream().mapToLong(CaptureScan::records).sum();
    long[] reported = {System.nanoTime()};
    try (Captures captures = resources.add(new Captures(scans));
        CaptureLoader loader =
            resources.add(
                new CaptureLoader(
                    bootstrapServers, TOPICS, settings.partitions(), settings.cluster()))) {
      return loader.load(
          captures,
          records -> {
            if (System.nanoTime() - reported[0] > REPORT_NANOS) {
              reported[0] = System.nanoTime();
              console.progress("loading: %d of %s", records, Count.of(total, "watch event"));
            }
          });
    }
  }

  private void awaitDrained(TopologyInstances topology, Stopwatch watch)
      throws InterruptedException {
    long reported = 0;
    while (true) {
      topology.check();
      Progress progress = topology.progress();
      if (progress.drained().size() >= settings.partitions()) {
        console.progress("the topology is through after %s", watch);
        return;
      }
      if (System.nanoTime() - reported > REPORT_NANOS) {
        reported = System.nanoTime();
        console.progress(
            "topology %s: %s and %s read, %s with %s written," + " %d of %s finished",
            topology.states(),
            Count.of(progress.events(), "event"),
            Count.of(progress.objects(), "object"),
            Count.of(progress.traces(), "trace"),
            Count.of(progress.spans(), "span"),
            progress.drained().size(),
            Count.of(settings.partitions(), "partition"));
      }
      resources.pause(POLL_MILLIS);
    }
  }
}
