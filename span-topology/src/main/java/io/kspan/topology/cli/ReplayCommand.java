package io.kspan.topology.cli;

import io.kspan.topology.history.HistoryReplay;
import io.kspan.topology.history.HistoryReplay.StoppedException;
import io.kspan.topology.history.ReplayProgress;
import io.kspan.topology.history.ReplayRange;
import io.kspan.topology.history.ReplayReport;
import io.kspan.topology.waterfall.ReceivedTrace;
import io.kspan.topology.waterfall.WaterfallRenderer;
import io.kspan.topology.waterfall.WaterfallStyle;
import io.kspan.topology.waterfall.page.TracesPage;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import org.apache.kafka.common.config.ConfigException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * {@code span-topology replay}: exit code 0 when everything was replayed, 1 failed, 130
 * interrupted.
 */
@Command(
    name = "replay",
    mixinStandardHelpOptions = true,
    description = {
      "Assemble the traces of a range of time once more, and export them.",
      "Reads the topics of a running application; the same settings give the same ids and bytes.",
      "Takes the settings of 'run' and of 'sink'."
    })
public final class ReplayCommand implements Callable<Integer> {
  private final Map<String, String> environment;
  private final Shutdown shutdown;

  @Spec private CommandSpec spec;

  @Mixin private Settings settings;

  @Mixin private RangeOptions times;

  @Option(names = "--cluster", paramLabel = "NAME", description = "Only traces of this cluster.")
  private String cluster;

  @Option(
      names = "--namespace",
      paramLabel = "NAME",
      description = "Only traces whose root object is in this namespace.")
  private String namespace;

  @Option(
      names = "--dry-run",
      description = "Print the traces as waterfalls instead of exporting them.")
  private boolean dryRun;

  @Option(
      names = "--html",
      paramLabel = "FILE",
      description = "Write the traces as a web page, a single file; instead of printing them.")
  private Path html;

  @Option(
      names = "--max-spans",
      paramLabel = "NUMBER",
      description = {
        "Show no further trace once there are so many spans; what is exported is not limited.",
        "Default: what fits into the heap, at most " + ShownTraces.MOST_BY_DEFAULT + "."
      })
  private Integer maxSpans;

  @Option(
      names = "--name",
      paramLabel = "NAME",
      description = "Part of the names of temporary topics and groups. Default: random.")
  private String name = RangeOptions.randomName();

  @Option(
      names = "--clean-up",
      description = "Replay nothing; remove the topics and groups of replays that were killed.")
  private boolean cleanUp;

  /** The command; {@code environment} has {@code KSPAN_*} settings. */
  public ReplayCommand(Map<String, String> environment, Shutdown shutdown) {
    this.environment = Map.copyOf(environment);
    this.shutdown = shutdown;
  }

  @Override
  public Integer call() throws InterruptedException, IOException {
    PrintWriter err = spec.commandLine().getErr();
    Map<String, String> properties = settings.merge(environment);
    if (cleanUp) {
      Set<String> removed = HistoryReplay.cleanUp(properties);
      err.println(
          removed.isEmpty() ? "nothing to remove" : "removed " + String.join(", ", removed));
      return ExitCode.STOPPED;
    }
    ReplayRange range = times.range(cluster, namespace);
    ShownTraces shown = shownTraces();
    try (ReplayProgress progress = ReplayProgress.on(err)) {
      HistoryReplay replay =
          new HistoryReplay(properties, range, name, progress, shutdown::isWanted);
      shutdown.mayTake(replay.shutdownTimeout());
      ReplayReport report =
          html != null
              ? withPage(replay, shown)
              : dryRun ? printing(replay, shown) : replay.run(true, null);
      progress.note(report.summary() + missing(shown));
      return report.refused() == 0 ? ExitCode.STOPPED : ExitCode.FAILED;
    } catch (StoppedException e) {
      err.println("stopped; nothing is left of the replay");
      return ExitCode.INTERRUPTED;
    }
  }

  private ReplayReport printing(HistoryReplay replay, ShownTraces shown)
      throws InterruptedException, StoppedException {
    ReplayReport report = replay.run(false, shown::add);
    PrintWriter out = spec.commandLine().getOut();
    WaterfallRenderer renderer = new WaterfallRenderer(WaterfallStyle.PLAIN);
    for (ReceivedTrace trace : shown.traces()) {
      out.println();
      renderer.render(trace).forEach(out::println);
    }
    out.flush();
    return report;
  }

  private ReplayReport withPage(HistoryReplay replay, ShownTraces shown)
      throws InterruptedException, StoppedException, IOException {
    try (OutputFile file = OutputFile.prepare("--html", html)) {
      ReplayReport report = replay.run(!dryRun, shown::add);
      String range = "Replay " + times;
      TracesPage page = TracesPage.file(shown.isCut() ? range + ": only " + shown.share() : range);
      file.write(out -> page.write(out, shown.traces()));
      return report;
    }
  }

  private static String missing(ShownTraces shown) {
    return shown.isCut()
        ? "; shown are only %s: choose a shorter range or a --namespace, or raise --max-spans and, with -Xmx, the heap"
            .formatted(shown.share())
        : "";
  }

  private ShownTraces shownTraces() {
    if (maxSpans != null && maxSpans < 1) {
      throw new ConfigException("--max-spans " + maxSpans + " shows nothing; at least 1");
    }
    return new ShownTraces(
        maxSpans == null ? ShownTraces.fitting(Runtime.getRuntime().maxMemory()) : maxSpans);
  }
}
