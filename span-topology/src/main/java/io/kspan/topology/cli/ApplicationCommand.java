package io.kspan.topology.cli;

import io.kspan.topology.application.SpanTopology;
import io.kspan.topology.application.SpanTopologyApplication;
import io.kspan.topology.config.EffectiveSettings;
import io.kspan.topology.config.StreamsDefaults;
import io.kspan.topology.config.TopologyConfig;
import io.kspan.topology.errors.Fault;
import io.kspan.topology.export.OtlpSink;
import io.kspan.topology.metrics.Metric;
import io.kspan.topology.metrics.Metrics;
import io.kspan.topology.metrics.MetricsExporter;
import io.kspan.topology.ops.HttpEndpoint;
import io.kspan.topology.ops.InputPartitions;
import io.kspan.topology.serve.OpenTracesClient;
import io.kspan.topology.serve.TracesServer;
import io.kspan.topology.time.IdlePartitions;
import java.io.PrintWriter;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Supplier;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * {@code span-topology run | sink | serve | describe}; {@link ReplayCommand} and {@link
 * DoctorCommand} are added to them.
 *
 * <p>Each command returns an {@link ExitCode}; bad settings are thrown as {@link
 * org.apache.kafka.common.config.ConfigException}.
 */
@Command(
    name = "span-topology",
    mixinStandardHelpOptions = true,
    description = "Turns Kubernetes Events into finished OpenTelemetry traces.")
public final class ApplicationCommand {
  private static final String SERVICE = "span-topology";
  private static final String EXIT_CODES = "%nExit codes:%n";
  private static final String STOPPED = "0:stopped by a signal";
  private static final String FAILED =
      "1:a broker, a disk or the program failed, or stopping took too long; start it again";
  private static final String BAD_SETTINGS =
      "2:a setting, a topic or a right is wrong, as the message says; correct it first";
  private static final int DEFAULT_PARTITIONS = 4;

  private final Map<String, String> environment;
  private final Shutdown shutdown;

  @Spec private CommandSpec spec;

  /** The commands; {@code environment} has {@code KSPAN_*} settings. */
  public ApplicationCommand(Map<String, String> environment, Shutdown shutdown) {
    this.environment = Map.copyOf(environment);
    this.shutdown = shutdown;
  }

  @Command(
      name = "run",
      mixinStandardHelpOptions = true,
      description = {
        "Run one instance of the topology until it is stopped.",
        "SIGTERM or SIGINT stops it within shutdown.timeout.ms."
      },
      exitCodeListHeading = EXIT_CODES,
      exitCodeList = {STOPPED, FAILED, BAD_SETTINGS})
  int run(@Mixin Settings settings) throws InterruptedException {
    try (MetricsExporter metrics = MetricsExporter.create(SERVICE, environment);
        SpanTopologyApplication application =
            new SpanTopologyApplication(settings.merge(environment));
        HttpEndpoint endpoint = new HttpEndpoint(application.httpListen(), application, metrics)) {
      shutdown.mayTake(application.shutdownTimeout());
      application.exportTo(metrics);
      if (application.answersQueries()) {
        endpoint.with(
            OpenTracesClient.PATH, OpenTracesClient.CONTENT_TYPE, application::openTraces);
      }
      endpoint.start();
      application.start();
      int code = waitFor(application::failure);
      return application.close(application.shutdownTimeout()) ? code : ExitCode.FAILED;
    }
  }

  @Command(
      name = "sink",
      mixinStandardHelpOptions = true,
      description = {
        "Export the spans topic to an OTLP backend until it is stopped.",
        "The backend is set with the standard OTEL_EXPORTER_OTLP_* variables.",
        "SIGTERM or SIGINT stops it within shutdown.timeout.ms."
      },
      exitCodeListHeading = EXIT_CODES,
      exitCodeList = {STOPPED, FAILED, BAD_SETTINGS})
  int sink(@Mixin Settings settings) throws InterruptedException {
    try (MetricsExporter metrics = MetricsExporter.create(SERVICE + "-sink", environment)) {
      return export(settings, metrics);
    }
  }

  private int export(Settings settings, MetricsExporter metrics) throws InterruptedException {
    Metrics values = new Metrics();
    try (OtlpSink sink = new OtlpSink(settings.merge(environment), environment, values);
        HttpEndpoint endpoint = new HttpEndpoint(sink.httpListen(), sink, metrics)) {
      shutdown.mayTake(sink.shutdownTimeout());
      metrics.export(values, Metric.ofSink());
      endpoint.start();
      sink.start();
      return waitFor(sink::failure);
    }
  }

  @Command(
      name = "serve",
      mixinStandardHelpOptions = true,
      description = {
        "Serve the waterfall page: finished traces of the last hours, and what is open now.",
        "Reads the spans topic and asks the instances of serve.instances; writes nothing.",
        "SIGTERM or SIGINT stops it within shutdown.timeout.ms."
      },
      exitCodeListHeading = EXIT_CODES,
      exitCodeList = {STOPPED, FAILED, BAD_SETTINGS})
  int serve(@Mixin Settings settings) throws InterruptedException {
    Metrics values = new Metrics();
    try (MetricsExporter metrics = MetricsExporter.create(SERVICE + "-serve", environment);
        TracesServer server = new TracesServer(settings.merge(environment), values);
        HttpEndpoint endpoint =
            new HttpEndpoint(Optional.of(server.httpListen()), server, metrics)) {
      shutdown.mayTake(server.shutdownTimeout());
      metrics.export(values, Metric.ofServe());
      endpoint.with(server.basePath() + "/", server.page()).start();
      server.start();
      spec.commandLine()
          .getOut()
          .printf(
              "traces: http://%s:%d%s/%n",
              server.httpListen().getHostString(), endpoint.port(), server.basePath());
      return waitFor(server::failure);
    }
  }

  @Command(
      name = "describe",
      mixinStandardHelpOptions = true,
      description = "Print topics, effective settings and the topology; asks no broker.")
  int describe(
      @Mixin Settings settings,
      @Option(
              names = "--partitions",
              description = "Partitions of the input topics.",
              defaultValue = "" + DEFAULT_PARTITIONS)
          int partitions) {
    TopologyConfig config = new TopologyConfig(settings.merge(environment));
    PrintWriter out = spec.commandLine().getOut();
    out.println("topics: " + String.join(", ", config.topics().all()));
    new TreeMap<>(config.values()).forEach((key, value) -> out.println(key + "=" + value));
    EffectiveSettings.ofKafka(StreamsDefaults.of(config))
        .forEach((key, value) -> out.println(key + "=" + value));
    out.println(
        new SpanTopology(
                config, InputPartitions.equal(partitions), IdlePartitions.NONE, new Metrics())
            .get()
            .describe());
    out.flush();
    return 0;
  }

  private int waitFor(Supplier<Optional<RuntimeException>> failure) throws InterruptedException {
    while (!shutdown.isWanted()) {
      Optional<RuntimeException> thrown = failure.get();
      if (thrown.isPresent()) {
        spec.commandLine().getErr().println("error: " + Fault.describe(thrown.get()));
        return ExitCode.of(thrown.get());
      }
    }
    return ExitCode.STOPPED;
  }
}
