package io.kspan.quickstart.live;

import io.kspan.quickstart.Console;
import io.kspan.quickstart.Count;
import io.kspan.quickstart.Resources;
import io.kspan.quickstart.WorkFolder;
import io.kspan.quickstart.broker.EmbeddedBroker;
import io.kspan.quickstart.broker.TopicCreation;
import io.kspan.quickstart.connect.ConnectRest;
import io.kspan.quickstart.connect.EmbeddedConnectWorker;
import io.kspan.quickstart.receiver.OtlpReceiver;
import io.kspan.quickstart.replay.Export;
import io.kspan.quickstart.replay.Stopwatch;
import io.kspan.quickstart.replay.TopologyInstances;
import io.kspan.topology.SpanTopologyApplication.Progress;
import io.kspan.topology.Topics;
import java.nio.file.Path;
import java.time.Clock;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The whole pipeline, until the user stops it.
 *
 * <p>For one thread; what it starts goes into the {@link Resources} given, so another thread may
 * end it.
 */
public final class LiveRun {

  private static final int PARTITIONS = 4;
  private static final long POLL_MILLIS = 100;
  private static final long REPORT_NANOS = 10_000_000_000L;
  private static final long PATIENCE_NANOS = 60_000_000_000L;
  private static final String CONNECTOR = "kubernetes-events";
  private static final Topics TOPICS = Topics.withPrefix("k8s.");

  private final Settings settings;
  private final Console console;
  private final Resources resources;
  private final WorkFolder work;
  private final Stopwatch watch = new Stopwatch();

  /**
   * Where from and where to.
   *
   * @param kubeconfig empty for the bundled recording
   * @param exporter settings of the exporter to a backend, empty for the embedded receiver
   * @param receiverPort of the embedded receiver, 0 for any
   * @param pluginPath where the packaged connector is
   * @param topology further settings of the topology
   */
  public record Settings(
      Optional<Kubeconfig> kubeconfig,
      Map<String, String> exporter,
      int receiverPort,
      Path pluginPath,
      Map<String, String> topology) {
    public Settings {
      exporter = Map.copyOf(exporter);
      topology = Map.copyOf(topology);
    }
  }

  /** Starts nothing yet. */
  public LiveRun(Settings settings, Console console, Resources resources, WorkFolder work) {
    this.settings = settings;
    this.console = console;
    this.resources = resources;
    this.work = work;
  }

  /**
   * Starts everything, then reports until the run is stopped.
   *
   * @throws Resources.StoppedException when it is
   * @throws IllegalStateException when a part fails
   */
  public void run() throws InterruptedException {
    console.progress(
        "starting a Kafka broker, a Connect worker and the topology in this process; Ctrl-C ends it");
    Map<String, String> exporter = startReceiver();
    String broker = startBroker();
    Source source = resources.add(source());
    TopologyInstances topology = resources.add(topology(broker, source));
    topology.start();
    Export export = resources.add(new Export(broker, exporter));
    export.start();
    ConnectRest connect = startWorker(broker);
    createConnector(connect, source);
    await(
        "the topology",
        () -> {
          topology.check();
          return topology.running();
        });
    say("topology running");
    console.progress("%s%n", source.begin());
    report(topology, connect, export);
  }

  private Map<String, String> startReceiver() {
    if (!settings.exporter().isEmpty()) {
      say("traces go to " + settings.exporter().get("otel.exporter.otlp.endpoint"));
      return settings.exporter();
    }
    OtlpReceiver receiver =
        resources.add(new OtlpReceiver(settings.receiverPort(), new TracePrinter(console)));
    receiver.start();
    say("OTLP receiver ready; waterfalls in the browser: " + receiver.address());
    return Map.of(
        "otel.exporter.otlp.endpoint",
        receiver.address().toString(),
        "otel.exporter.otlp.protocol",
        "http/protobuf");
  }

  private String startBroker() throws InterruptedException {
    EmbeddedBroker broker = resources.add(EmbeddedBroker.start(work.resolve("broker")));
    TopicCreation.create(broker.bootstrapServers(), TOPICS, PARTITIONS);
    say("Kafka broker ready on " + broker.bootstrapServers());
    return broker.bootstrapServers();
  }

  private Source source() {
    if (settings.kubeconfig().isPresent()) {
      return new ClusterSource(settings.kubeconfig().get());
    }
    return new RecordingSource(console, Clock.systemUTC());
  }

  private TopologyInstances topology(String bootstrapServers, Source source) {
    Map<String, String> properties = new HashMap<>(settings.topology());
    properties.put("bootstrap.servers", bootstrapServers);
    properties.put("application.id", "kspan-quickstart");
    properties.put("topic.prefix", "k8s.");
    properties.put("cluster.name", source.cluster());
    return new TopologyInstances(1, properties, work.resolve("state"));
  }

  private ConnectRest startWorker(String bootstrapServers) {
    EmbeddedConnectWorker worker =
        resources.add(EmbeddedConnectWorker.start(bootstrapServers, settings.pluginPath()));
    say("Connect worker ready, REST interface on " + worker.address());
    return new ConnectRest(worker.address());
  }

  private void createConnector(ConnectRest connect, Source source) throws InterruptedException {
    Map<String, String> config = new HashMap<>(source.connectorSettings());
    config.put("connector.class", "io.kspan.connect.KubernetesEventSourceConnector");
    config.put("tasks.max", "2");
    config.put("cluster.name", source.cluster());
    config.put("topic.prefix", "k8s.");
    connect.create(CONNECTOR, config);
    await("the connector", () -> connect.runningTasks(CONNECTOR) > 0 && source.isWatched());
    say("connector running, " + source);
  }

  private void await(String what, Condition condition) throws InterruptedException {
    long started = System.nanoTime();
    long reported = started;
    while (!condition.isMet()) {
      resources.pause(POLL_MILLIS);
      long now = System.nanoTime();
      if (now - started > PATIENCE_NANOS) {
        throw new IllegalStateException(what + " is not running after a minute");
      }
      if (now - reported > REPORT_NANOS / 2) {
        reported = now;
        say("waiting for " + what + " ...");
      }
    }
  }

  private void report(TopologyInstances topology, ConnectRest connect, Export export)
      throws InterruptedException {
    String before = "";
    while (true) {
      long until = System.nanoTime() + REPORT_NANOS;
      while (System.nanoTime() < until) {
        resources.pause(POLL_MILLIS);
        topology.check();
        export.check();
      }
      connect.runningTasks(CONNECTOR);
      Progress progress = topology.progress();
      String now =
          "... %s and %s read, %s with %s finished, %s"
              .formatted(
                  Count.of(progress.events(), "event"),
                  Count.of(progress.objects(), "object snapshot"),
                  Count.of(progress.traces(), "trace"),
                  Count.of(progress.spans(), "span"),
                  export.status());
      if (!now.equals(before)) {
        console.progress("%s", now);
        before = now;
      }
    }
  }

  private void say(String text) {
    console.progress("[%6s] %s", watch, text);
  }

  private interface Condition {
    boolean isMet() throws InterruptedException;
  }
}
