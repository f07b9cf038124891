package io.kspan.quickstart.live;

import static io.kspan.quickstart.process.Console.count;

import io.kspan.quickstart.broker.EmbeddedBroker;
import io.kspan.quickstart.connect.EmbeddedConnectWorker;
import io.kspan.quickstart.process.Console;
import io.kspan.quickstart.process.Resources;
import io.kspan.quickstart.process.WorkFolder;
import io.kspan.quickstart.receiver.OtlpReceiver;
import io.kspan.quickstart.replay.Export;
import io.kspan.quickstart.replay.TopologyInstances;
import io.kspan.topology.application.SpanTopologyApplication.Progress;
import io.kspan.topology.names.Topics;
import io.kspan.topology.serve.OpenTracesClient;
import java.nio.file.Path;
import java.time.Clock;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * The whole pipeline, until the user stops it.
 *
 * <p>For one thread. Everything it starts goes into the {@link Resources} given, so another thread
 * can end it.
 */
public final class LiveRun {

  private static final int PARTITIONS = 4;
  private static final int REPORT_SECONDS = 10;
  private static final int WAIT_REPORT_SECONDS = 5;
  private static final long PATIENCE_NANOS = TimeUnit.MINUTES.toNanos(1);
  private static final String CONNECTOR = "kubernetes-events";
  private static final Topics TOPICS = Topics.withPrefix("k8s.");

  private final Settings settings;
  private final Console console;
  private final Resources resources;
  private final WorkFolder work;
  private final long started = System.nanoTime();
  private OtlpReceiver receiver;
  private String lastStatus = "";

  /**
   * The settings of a run.
   *
   * @param kubeconfig empty for the bundled recording
   * @param exporter settings of the exporter to a backend, empty for the embedded receiver
   * @param receiverAddress where the embedded receiver listens
   * @param receiverPort of the embedded receiver, 0 for any
   * @param pluginPath the folder of the packaged connector
   * @param topology further settings of the topology
   */
  public record Settings(
      Optional<Kubeconfig> kubeconfig,
      Map<String, String> exporter,
      String receiverAddress,
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
    EmbeddedBroker embedded = resources.add(EmbeddedBroker.start(work.resolve("broker")));
    String broker = embedded.bootstrapServers();
    embedded.createTopics(TOPICS, PARTITIONS);
    say("Kafka broker ready on " + broker);
    Source source =
        resources.add(
            settings
                .kubeconfig()
                .map(Source::cluster)
                .orElseGet(() -> Source.recording(console, Clock.systemUTC())));
    TopologyInstances topology = resources.add(topology(broker, source));
    topology.start();
    Export export = resources.add(new Export(broker, exporter));
    export.start();
    EmbeddedConnectWorker worker =
        resources.add(EmbeddedConnectWorker.start(broker, settings.pluginPath()));
    say("Connect worker ready, REST interface on " + worker.address());
    createConnector(worker, source);
    await(
        "the topology",
        () -> {
          topology.check();
          return topology.running();
        });
    say("topology running");
    if (receiver != null) {
      receiver.showOpen(() -> OpenTracesClient.of(topology.openTraces()));
    }
    console.progress("%s%n", source.begin().get());
    while (true) {
      watch(topology, worker, export);
    }
  }

  private Map<String, String> startReceiver() {
    if (!settings.exporter().isEmpty()) {
      say("traces go to " + settings.exporter().get("otel.exporter.otlp.endpoint"));
      return settings.exporter();
    }
    receiver =
        resources.add(
            new OtlpReceiver(
                settings.receiverAddress(),
                settings.receiverPort(),
                new TracePrinter(console)::print));
    receiver.start();
    say("OTLP receiver ready; waterfalls in the browser: " + receiver.address());
    return OtlpEndpoint.settings(receiver.address(), false);
  }

  private TopologyInstances topology(String bootstrapServers, Source source) {
    Map<String, String> properties = new HashMap<>(settings.topology());
    properties.put("bootstrap.servers", bootstrapServers);
    properties.put("application.id", "kspan-quickstart");
    properties.put("topic.prefix", "k8s.");
    properties.put("cluster.name", source.cluster());
    return new TopologyInstances(1, properties, work.resolve("state"));
  }

  private void createConnector(EmbeddedConnectWorker worker, Source source)
      throws InterruptedException {
    Map<String, String> config = new HashMap<>(source.connectorSettings());
    config.put("connector.class", "io.kspan.connect.KubernetesEventSourceConnector");
    config.put("tasks.max", "2");
    config.put("cluster.name", source.cluster());
    config.put("topic.prefix", "k8s.");
    worker.create(CONNECTOR, config);
    await(
        "the connector",
        () -> worker.runningTasks(CONNECTOR) > 0 && source.watched().getAsBoolean());
    say("connector running, " + source.description().get());
  }

  private void await(String part, Resources.Condition condition) throws InterruptedException {
    long deadline = System.nanoTime() + PATIENCE_NANOS;
    resources.await(
        () -> {
          if (condition.isMet()) {
            return true;
          }
          if (System.nanoTime() > deadline) {
            throw new IllegalStateException(part + " is not running after a minute");
          }
          return false;
        },
        WAIT_REPORT_SECONDS,
        () -> say("waiting for " + part + " ..."));
  }

  /** Checks all parts for a while, then reports if the status has changed. */
  private void watch(TopologyInstances topology, EmbeddedConnectWorker worker, Export export)
      throws InterruptedException {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(REPORT_SECONDS);
    resources.await(
        () -> {
          topology.check();
          export.check();
          return System.nanoTime() > end;
        },
        Integer.MAX_VALUE,
        () -> {});
    worker.runningTasks(CONNECTOR);
    Progress progress = topology.progress();
    String status =
        "... %s and %s read, %s with %s finished, %s"
            .formatted(
                count(progress.events(), "event"),
                count(progress.objects(), "object snapshot"),
                count(progress.traces(), "trace"),
                count(progress.spans(), "span"),
                export.status());
    if (!status.equals(lastStatus)) {
      console.progress("%s", status);
      lastStatus = status;
    }
  }

  private void say(String text) {
    console.progress("[%6s] %s", Console.secondsSince(started), text);
  }
}
