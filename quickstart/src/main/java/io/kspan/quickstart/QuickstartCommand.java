package io.kspan.quickstart;

import io.kspan.quickstart.live.Kubeconfig;
import io.kspan.quickstart.live.LiveRun;
import io.kspan.quickstart.live.OtlpEndpoint;
import io.kspan.quickstart.receiver.PortUnavailableException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** No subcommand: the pipeline, live. */
@Command(
    name = "quickstart.sh",
    mixinStandardHelpOptions = true,
    versionProvider = Main.Version.class,
    description = {
      "Kubernetes Events as OpenTelemetry traces, the whole pipeline in one process:",
      "a Kafka broker, a Connect worker with the connector, the topology, an OTLP receiver.",
      "Without arguments it plays a recorded rolling update and a crash loop. Ctrl-C ends it."
    })
final class QuickstartCommand implements Callable<Integer> {

  private static final int MAX_PORT = 65_535;

  private final Run process;

  @Option(
      names = "--kubeconfig",
      paramLabel = "FILE",
      description = "Watch this cluster instead of playing the recording.")
  private Path kubeconfig;

  @Option(
      names = "--context",
      paramLabel = "NAME",
      description = "Context of the kubeconfig (default: its current one).")
  private String context;

  @Option(
      names = "--otlp-endpoint",
      paramLabel = "URL",
      description = {
        "Export the traces there instead of to the embedded receiver.",
        "gRPC on port 4317, else HTTP; OTEL_EXPORTER_OTLP_* say more."
      })
  private String otlpEndpoint;

  @Option(
      names = "--receiver-port",
      paramLabel = "PORT",
      defaultValue = "0",
      description = "Port of the embedded receiver and web page (default: any free one).")
  private int receiverPort;

  @Option(names = "--no-color", description = "Never colour; NO_COLOR does the same.")
  private boolean noColour;

  QuickstartCommand(Run process) {
    this.process = process;
  }

  @Override
  public Integer call() throws InterruptedException {
    Run run = noColour ? process.withoutColour() : process;
    LiveRun.Settings settings = settings(run.environment());
    // The folder goes last, when nothing writes to it any more.
    try (WorkFolder work = WorkFolder.create(run.environment().workBase());
        Resources resources = run.resources()) {
      new LiveRun(settings, run.console(), resources, work).run();
    } catch (PortUnavailableException e) {
      throw new BadInputException("--receiver-port " + receiverPort + ": " + e.getMessage(), e);
    }
    return 0;
  }

  private LiveRun.Settings settings(Environment environment) {
    if (receiverPort < 0 || receiverPort > MAX_PORT) {
      throw new BadInputException(
          "--receiver-port %d is out of range; give a port from 1 to %d, or 0 for any free one"
              .formatted(receiverPort, MAX_PORT));
    }
    if (context != null && kubeconfig == null) {
      throw new BadInputException(
          "--context " + context + " says nothing without --kubeconfig FILE; add it");
    }
    if (!Files.isDirectory(environment.pluginPath())) {
      throw new BadInputException(
          "the packaged connector is not in "
              + environment.pluginPath()
              + "; build it with: mvn package");
    }
    Map<String, String> exporter =
        otlpEndpoint == null
            ? Map.of()
            : OtlpEndpoint.check(otlpEndpoint).settings(environment.otlpProtocolSet());
    return new LiveRun.Settings(
        Optional.ofNullable(kubeconfig).map(file -> Kubeconfig.check(file, context)),
        exporter,
        receiverPort,
        environment.pluginPath(),
        environment.topologySettings());
  }
}
