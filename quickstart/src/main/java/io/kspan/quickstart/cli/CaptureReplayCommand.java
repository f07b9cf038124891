package io.kspan.quickstart.cli;

import static io.kspan.quickstart.process.Console.count;

import io.kspan.quickstart.live.OtlpEndpoint;
import io.kspan.quickstart.live.TracePrinter;
import io.kspan.quickstart.process.Console;
import io.kspan.quickstart.process.Resources;
import io.kspan.quickstart.process.WorkFolder;
import io.kspan.quickstart.replay.CaptureReplay;
import io.kspan.quickstart.replay.OtlpJsonLines;
import io.kspan.topology.capture.CaptureScan;
import io.kspan.topology.capture.CaptureSources;
import io.kspan.topology.cli.OutputFile;
import io.kspan.topology.errors.BadInputException;
import io.kspan.topology.waterfall.OtlpReader;
import io.kspan.topology.waterfall.ReceivedTrace;
import io.kspan.topology.waterfall.page.TracesPage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code replay}: captures in, every span out. */
@Command(
    name = "replay",
    mixinStandardHelpOptions = true,
    versionProvider = QuickstartCommand.Version.class,
    description = {
      "Sends recorded watch streams through the pipeline and writes every span.",
      "A capture holds one watch event per line, gzip if named .gz; what kubectl prints with",
      "'-o json', '-o yaml' or '--watch --output-watch-events -o json' is one too, and so is a directory,",
      "zip or tar.gz of them: a support bundle."
    })
public final class CaptureReplayCommand implements Callable<Integer> {

  private static final int MAX_PARTITIONS = 256;
  private static final int MAX_INSTANCES = 16;

  private final CommandContext context;

  @Parameters(arity = "1..*", paramLabel = "CAPTURE", description = "Merged by time of receipt.")
  private List<Path> captures;

  @Option(
      names = "--spans-out",
      paramLabel = "FILE",
      description = "Write OTLP JSON lines here instead of waterfalls to the terminal.")
  private Path spansOut;

  @Option(
      names = "--html",
      paramLabel = "FILE",
      description =
          "Write the waterfalls as a web page, a single file, instead of to the terminal.")
  private Path html;

  @Option(
      names = "--otlp-endpoint",
      paramLabel = "URL",
      description = "Export the spans there as well.")
  private String otlpEndpoint;

  @Option(
      names = "--partitions",
      paramLabel = "N",
      defaultValue = "4",
      description = "Partitions of the topics (default ${DEFAULT-VALUE}).")
  private int partitions;

  @Option(
      names = "--instances",
      paramLabel = "N",
      defaultValue = "1",
      description = "Instances of the topology (default ${DEFAULT-VALUE}).")
  private int instances;

  @Option(
      names = "--cluster",
      paramLabel = "NAME",
      defaultValue = "replay",
      description = "The cluster's name in the spans (default ${DEFAULT-VALUE}).")
  private String cluster;

  @Option(
      names = "--set",
      paramLabel = "KEY=VALUE",
      description = "A setting of the topology, such as trace.settle.ms=20000.")
  private Map<String, String> settings = new LinkedHashMap<>();

  @Option(names = "--no-color", description = "Never colour; NO_COLOR does the same.")
  private boolean noColour;

  public CaptureReplayCommand(CommandContext context) {
    this.context = context;
  }

  @Override
  public Integer call() throws InterruptedException, IOException {
    Console console = context.console(noColour);
    checkOptions();
    Map<String, String> exporter = OtlpEndpoint.check(otlpEndpoint, context.otlpProtocolSet());
    context.topologySettings().forEach(settings::putIfAbsent);
    // The folder is closed last, when nothing writes to it any more.
    try (WorkFolder work = WorkFolder.create(context.workBase());
        CaptureSources sources = new CaptureSources();
        Resources resources = context.resources()) {
      List<CaptureScan> scans =
          sources.scan(captures, problem -> console.progress("skipped: %s", problem));
      scans.forEach(scan -> report(scan, console));
      OutputFile spansFile = prepare("--spans-out", spansOut, resources);
      OutputFile page = prepare("--html", html, resources);
      CaptureReplay.Result result =
          new CaptureReplay(
                  new CaptureReplay.Settings(cluster, partitions, instances, settings, exporter),
                  console,
                  resources,
                  work)
              .run(scans);
      if (spansFile != null) {
        spansFile.write(out -> OtlpJsonLines.write(out, result.log().requests()));
      }
      List<ReceivedTrace> traces = OtlpReader.traces(result.log().requests());
      if (page != null) {
        page.write(out -> TracesPage.file(title()).write(out, traces));
        console.progress("the traces are in %s; open it in a browser", html);
      } else if (spansFile == null && otlpEndpoint == null) {
        traces.forEach(new TracePrinter(console)::print);
      }
      console.result(
          result.summary(
              scans.stream().mapToLong(s -> s.problems().size()).sum(),
              scans.stream().mapToLong(CaptureScan::bookmarks).sum()));
      if (!result.refusal().isEmpty()) {
        throw new IllegalStateException("--otlp-endpoint " + result.refusal());
      }
    }
    return 0;
  }

  private void checkOptions() throws IOException {
    checkRange("--partitions", partitions, MAX_PARTITIONS);
    checkRange("--instances", instances, MAX_INSTANCES);
    if (cluster.isBlank()) {
      throw new BadInputException("--cluster is empty; name the cluster, or leave the option out");
    }
    checkIsNoCapture("--spans-out", spansOut);
    checkIsNoCapture("--html", html);
    if (html != null && html.equals(spansOut)) {
      throw new BadInputException("--html and --spans-out are the same file " + html);
    }
  }

  private static void checkRange(String option, int value, int max) {
    if (value < 1 || value > max) {
      throw new BadInputException(
          "%s %d is out of range; give a number from 1 to %d".formatted(option, value, max));
    }
  }

  private void checkIsNoCapture(String option, Path target) throws IOException {
    for (Path capture : captures) {
      if (target != null
          && Files.exists(target)
          && Files.exists(capture)
          && Files.isSameFile(target, capture)) {
        throw new BadInputException(
            "%s %s is the capture %s, which would be overwritten; name another file"
                .formatted(option, target, capture));
      }
    }
  }

  private static OutputFile prepare(String option, Path target, Resources resources) {
    return target == null ? null : resources.add(OutputFile.prepare(option, target));
  }

  private String title() {
    return captures.stream()
        .map(capture -> capture.getFileName().toString())
        .collect(Collectors.joining(", ", "Replay of ", ""));
  }

  private static void report(CaptureScan scan, Console console) {
    scan.problems().forEach(problem -> console.progress("skipped: %s", problem));
    console.progress(
        "capture %s: %s%s%s",
        scan.path(),
        count(scan.records(), "watch event"),
        scan.problems().isEmpty() ? "" : ", " + scan.problems().size() + " unreadable, skipped",
        scan.errors() == 0
            ? ""
            : ", " + count(scan.errors(), "error") + " of the API server, skipped");
  }
}
