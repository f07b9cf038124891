package io.kspan.quickstart.cli;

import io.kspan.quickstart.live.Kubeconfig;
import io.kspan.quickstart.live.LiveRun;
import io.kspan.quickstart.live.OtlpEndpoint;
import io.kspan.quickstart.process.Resources;
import io.kspan.quickstart.process.WorkFolder;
import io.kspan.topology.errors.BadInputException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** No subcommand: the pipeline, live. */
@Command(
    name = "quickstart.sh",
    mixinStandardHelpOptions = true,
    versionProvider = QuickstartCommand.Version.class,
    description = {
      "Kubernetes Events as OpenTelemetry traces, the whole pipeline in one process:",
      "a Kafka broker, a Connect worker with the connector, the topology, an OTLP receiver.",
      "Without arguments it plays a recorded rolling update and a crash loop. Ctrl-C ends it."
    })
public final class QuickstartCommand implements Callable<Integer> {

  private static final int MAX_PORT = 65_535;

  private final CommandContext context;

  @Option(
      names = "--kubeconfig",
      paramLabel = "FILE",
      description = "Watch this cluster instead of playing the recording.")
  private Path kubeconfig;

  @Option(
      names = "--context",
      paramLabel = "NAME",
      description = "Context of the kubeconfig (default: its current one).")
  private String kubeContext;

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

  public QuickstartCommand(CommandContext context) {
    this.context = context;
  }

  @Override
  public Integer call() throws InterruptedException {
    LiveRun.Settings settings = settings();
    // The folder is closed last, when nothing writes to it any more.
    try (WorkFolder work = WorkFolder.create(context.workBase());
        Resources resources = context.resources()) {
      new LiveRun(settings, context.console(noColour), resources, work).run();
    }
    return 0;
  }

  private LiveRun.Settings settings() {
    if (receiverPort < 0 || receiverPort > MAX_PORT) {
      throw new BadInputException(
          "--receiver-port %d is out of range; give a port from 1 to %d, or 0 for any free one"
              .formatted(receiverPort, MAX_PORT));
    }
    if (kubeContext != null && kubeconfig == null) {
      throw new BadInputException(
          "--context " + kubeContext + " says nothing without --kubeconfig FILE; add it");
    }
    if (!Files.isDirectory(context.pluginPath())) {
      throw new BadInputException(
          "the packaged connector is not in %s; build it with: mvn package"
              .formatted(context.pluginPath()));
    }
    Map<String, String> exporter = OtlpEndpoint.check(otlpEndpoint, context.otlpProtocolSet());
    return new LiveRun.Settings(
        Optional.ofNullable(kubeconfig).map(file -> Kubeconfig.check(file, kubeContext)),
        exporter,
        receiverPort,
        context.pluginPath(),
        context.topologySettings());
  }

  /** The version that the build wrote. */
  static final class Version implements CommandLine.IVersionProvider {
    @Override
    public String[] getVersion() {
      Properties properties = new Properties();
      try (InputStream in =
          Version.class.getResourceAsStream("/io/kspan/quickstart/version.properties")) {
        properties.load(in);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      return new String[] {"kspan-streams quickstart " + properties.getProperty("version")};
    }
  }
}
