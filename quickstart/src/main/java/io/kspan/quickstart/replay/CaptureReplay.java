package io.kspan.quickstart.replay;

import static io.kspan.quickstart.process.Console.count;

import io.kspan.quickstart.broker.EmbeddedBroker;
import io.kspan.quickstart.process.Console;
import io.kspan.quickstart.process.Resources;
import io.kspan.quickstart.process.WorkFolder;
import io.kspan.topology.application.SpanTopologyApplication.Progress;
import io.kspan.topology.capture.CaptureScan;
import io.kspan.topology.capture.Captures;
import io.kspan.topology.config.LogSettings;
import io.kspan.topology.config.TopologyConfig;
import io.kspan.topology.names.Topics;
import io.opentelemetry.proto.trace.v1.Span;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * One replay of captures: loads them into topics on a broker of its own, runs the topology over
 * them and reads all spans back. For one thread. Everything it starts goes into the {@link
 * Resources} given, so another thread can end it.
 */
public final class CaptureReplay {

  private static final int REPORT_SECONDS = 2;
  private static final Topics TOPICS = Topics.withPrefix("k8s.");

  private final Settings settings;
  private final Console console;
  private final Resources resources;
  private final WorkFolder work;

  /**
   * The settings of a replay.
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

  /**
   * The result of a replay.
   *
   * @param records watch events read from the captures
   * @param unmapped of these, objects without a name
   * @param duration for people
   * @param refusal the answer of a backend that did not take everything, for people; else empty
   */
  public record Result(long records, long unmapped, SpanLog log, String duration, String refusal) {

    /** One line for people. */
    public String summary(long unreadable, long bookmarks) {
      return "%s, %s, %s, %s; %d unreadable,%s %d without a name, %s%s; %s"
          .formatted(
              count(records, "watch event"),
              count(log.spans().filter(Result::isOccurrence).count(), "occurrence"),
              count(log.spans().map(Span::getTraceId).distinct().count(), "trace"),
              count(log.spans().count(), "span"),
              unreadable,
              bookmarks == 0 ? "" : " " + count(bookmarks, "bookmark") + " skipped,",
              unmapped,
              count(log.deadLetters(), "dead letter"),
              log.deadLetters() == 0 ? "" : " (the first: " + log.firstDeadLetter() + ")",
              duration);
    }

    private static boolean isOccurrence(Span span) {
      return span.getAttributesList().stream().anyMatch(a -> a.getKey().equals("k8s.event.uid"));
    }
  }

  /** Starts nothing yet. */
  public CaptureReplay(Settings settings, Console console, Resources resources, WorkFolder work) {
    this.settings = settings;
    this.console = console;
    this.resources = resources;
    this.work = work;
  }

  /**
   * Runs to the end.
   *
   * @throws IllegalStateException when the broker or the topology fails
   */
  public Result run(List<CaptureScan> scans) throws InterruptedException {
    long started = System.nanoTime();
    // A misspelt setting is refused at once, before a broker is started for it.
    new TopologyConfig(properties("unused:1"));
    console.progress("starting a Kafka broker and the topology in this process");
    EmbeddedBroker broker = resources.add(EmbeddedBroker.start(work.resolve("broker")));
    broker.createTopics(TOPICS, settings.partitions());
    console.progress(
        "broker ready after %s, topics have %s",
        Console.secondsSince(started), count(settings.partitions(), "partition"));
    TopologyInstances topology =
        resources.add(
            new TopologyInstances(
                settings.instances(),
                properties(broker.bootstrapServers()),
                work.resolve("state")));
    // Before the topology starts: with a finite lateness an empty partition counts as idle, and
    // records that are loaded later would be late.
    CaptureLoader.Loaded loaded = load(scans, broker.bootstrapServers());
    console.progress(
        "loaded into the topics: %s after %s",
        count(loaded.records(), "watch event"), Console.secondsSince(started));
    topology.start();
    resources.await(() -> isDrained(topology), REPORT_SECONDS, () -> report(topology));
    console.progress("the topology is through after %s", Console.secondsSince(started));
    topology.close();
    SpanLog log = SpanLog.read(broker.bootstrapServers(), TOPICS);
    String duration = Console.secondsSince(started);
    String refusal = "";
    if (!settings.exporter().isEmpty()) {
      Map<String, String> exporter = new HashMap<>(settings.exporter());
      exporter.put(
          LogSettings.CONFIG, settings.properties().getOrDefault(LogSettings.CONFIG, "false"));
      Export export = resources.add(new Export(broker.bootstrapServers(), exporter));
      export.start();
      refusal = export.awaitExported(log.spans().count(), console, resources);
    }
    return new Result(loaded.records(), loaded.unmapped(), log, duration, refusal);
  }

  private Map<String, String> properties(String bootstrapServers) {
    Map<String, String> properties = new HashMap<>();
    properties.put("bootstrap.servers", bootstrapServers);
    properties.put("application.id", "kspan-replay");
    properties.put("topic.prefix", "k8s.");
    properties.put("cluster.name", settings.cluster());
    // The topics hold the whole log: no record is late, no partition is idle.
    properties.put("watermark.lateness.ms", "infinite");
    // Nothing changes anew in a recording.
    properties.put("changes.enabled", "false");
    properties.putAll(settings.properties());
    return properties;
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
            if (System.nanoTime() - reported[0] > TimeUnit.SECONDS.toNanos(REPORT_SECONDS)) {
              reported[0] = System.nanoTime();
              console.progress("loading: %d of %s", records, count(total, "watch event"));
            }
          });
    }
  }

  private boolean isDrained(TopologyInstances topology) {
    topology.check();
    return topology.progress().drained().size() >= settings.partitions();
  }

  private void report(TopologyInstances topology) {
    Progress progress = topology.progress();
    console.progress(
        "topology %s: %s and %s read, %s with %s written, %d of %s finished",
        topology.states(),
        count(progress.events(), "event"),
        count(progress.objects(), "object"),
        count(progress.traces(), "trace"),
        count(progress.spans(), "span"),
        progress.drained().size(),
        count(settings.partitions(), "partition"));
  }
}
