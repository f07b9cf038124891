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
      description = {
        "Port of the embedded receiver and web page",
        "(default: any free one, in the container image 8080)."
      })
  private Integer receiverPort;

  @Option(
      names = "--receiver-address",
      paramLabel = "ADDRESS",
      description = {
        "127.0.0.1, or 0.0.0.0 to listen on all interfaces",
        "(default: 127.0.0.1, in the container image 0.0.0.0)."
      })
  private String receiverAddress;

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
    Installation installation = context.installation();
    int port = receiverPort == null ? installation.receiverPort() : receiverPort;
    if (port < 0 || port > MAX_PORT) {
      throw new BadInputException(
          "--receiver-port %d is out of range; give a port from 1 to %d, or 0 for any free one"
              .formatted(port, MAX_PORT));
    }
    Path watched = kubeconfig == null ? mounted() : kubeconfig;
    if (kubeContext != null && watched == null) {
      throw new BadInputException(
          "--context " + kubeContext + " says nothing without --kubeconfig FILE; add it");
    }
    if (!Files.isDirectory(installation.plugins())) {
      throw new BadInputException(
          "the packaged connector is not in %s; build it with: mvn package"
              .formatted(installation.plugins()));
    }
    Map<String, String> exporter = OtlpEndpoint.check(otlpEndpoint, context.otlpProtocolSet());
    return new LiveRun.Settings(
        Optional.ofNullable(watched)
            .map(file -> Kubeconfig.check(file, kubeContext, installation.container())),
        exporter,
        address(),
        port,
        installation.plugins(),
        context.topologySettings());
  }

  /** The kubeconfig that is watched unasked, or null. */
  private Path mounted() {
    Path file = context.installation().kubeconfig();
    return file != null && Files.exists(file) ? file : null;
  }

  /**
   * The page answers only under the names of the loopback interface: another address has no use.
   */
  private String address() {
    if (receiverAddress == null) {
      return context.installation().receiverAddress();
    }
    if (!receiverAddress.equals(Installation.LOOPBACK)
        && !receiverAddress.equals(Installation.ALL_INTERFACES)) {
      throw new BadInputException(
          "--receiver-address %s is neither %s nor %s"
              .formatted(receiverAddress, Installation.LOOPBACK, Installation.ALL_INTERFACES));
    }
    return receiverAddress;
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
