package io.kspan.topology.cli;

import io.kspan.topology.assemble.Explanation;
import io.kspan.topology.config.TopologyConfig;
import io.kspan.topology.explain.CaptureModel;
import io.kspan.topology.explain.OfflineModel;
import io.kspan.topology.history.HistoryReplay;
import io.kspan.topology.history.HistoryReplay.StoppedException;
import io.kspan.topology.history.ReplayProgress;
import io.kspan.topology.history.ReplayRange;
import io.kspan.topology.model.ObjectReference;
import io.kspan.topology.status.StatusRules;
import io.kspan.topology.waterfall.DisplayText;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.apache.kafka.common.config.ConfigException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/**
 * {@code span-topology explain}: exit code 0 when something was explained, 2 if there is nothing to
 * explain, 1 failed, 130 interrupted.
 */
@Command(
    name = "explain",
    mixinStandardHelpOptions = true,
    description = {
      "Say why traces are what they are: which rule of the trace model decided root, parent,",
      "generation, end of the session and outcome, and from which records.",
      "Reads captures; without one the topics of a running application, from --from on."
    })
public final class ExplainCommand implements Callable<Integer> {
  private static final int MOST_ROOTS = 20;

  private final Map<String, String> environment;
  private final Shutdown shutdown;

  @Spec private CommandSpec spec;

  @Mixin private Settings settings;

  @Parameters(arity = "0..*", paramLabel = "CAPTURE", description = "Merged by time of receipt.")
  private List<Path> captures;

  @Option(
      names = "--root",
      paramLabel = "KIND/NS/NAME",
      description =
          "Only traces of this root, such as Deployment/shop/web; Node//n1 without namespace.")
  private String root;

  @Option(names = "--trace", paramLabel = "ID", description = "Only the session of this trace.")
  private String trace;

  @Mixin private RangeOptions times;

  /** The command; {@code environment} has {@code KSPAN_*} settings. */
  public ExplainCommand(Map<String, String> environment, Shutdown shutdown) {
    this.environment = Map.copyOf(environment);
    this.shutdown = shutdown;
  }

  @Override
  public Integer call() throws InterruptedException {
    if (captures == null && root == null && trace == null) {
      throw new ConfigException(
          "name a capture, or give --from with --root or --trace to read the topics of bootstrap.servers");
    }
    ObjectReference wanted = root == null ? null : reference(root);
    Map<String, String> properties = settings.merge(environment);
    if (captures != null) {
      // No broker is asked.
      properties.putIfAbsent(TopologyConfig.BOOTSTRAP_SERVERS_CONFIG, "unused:9092");
    }
    TopologyConfig config = new TopologyConfig(properties);
    Explained explained =
        new Explained(
            wanted,
            trace == null ? null : trace.toLowerCase(Locale.ROOT),
            config.statusRules(),
            spec.commandLine().getOut());
    if (captures == null) {
      return ofTopics(properties, wanted, explained);
    }
    if (times.areGiven()) {
      throw new ConfigException("--from and --to are for topics; leave them out with a capture");
    }
    PrintWriter err = spec.commandLine().getErr();
    OfflineModel model =
        CaptureModel.read(captures, config, problem -> err.println("skipped: " + problem));
    model.sessions().stream()
        .map(written -> written.assembled().explanation())
        .sorted(Comparator.comparingLong(Explanation::startNanos))
        .forEach(explained::add);
    return explained.end();
  }

  private int ofTopics(Map<String, String> properties, ObjectReference wanted, Explained explained)
      throws InterruptedException {
    String namespace = wanted == null || wanted.namespace().isEmpty() ? null : wanted.namespace();
    ReplayRange range = times.range(null, namespace);
    PrintWriter err = spec.commandLine().getErr();
    try (ReplayProgress progress = ReplayProgress.on(err)) {
      HistoryReplay replay =
          new HistoryReplay(
              properties, range, RangeOptions.randomName(), progress, shutdown::isWanted);
      shutdown.mayTake(replay.shutdownTimeout());
      replay.explain(explained::add);
    } catch (StoppedException e) {
      err.println("stopped; nothing is left of the replay");
      return ExitCode.INTERRUPTED;
    }
    return explained.end();
  }

  private static ObjectReference reference(String text) {
    String[] parts = text.split("/", -1);
    if (parts.length != 3 || parts[0].isEmpty() || parts[2].isEmpty()) {
      throw new ConfigException(
          "--root '"
              + text
              + "' is not KIND/NAMESPACE/NAME, such as Deployment/shop/web, or Node//n1 without namespace");
    }
    return new ObjectReference(parts[0], parts[1], parts[2]);
  }

  /**
   * Prints what is wanted, and remembers a few roots in case that there is nothing. Thread-safe.
   */
  private static final class Explained {
    private final ObjectReference root;
    private final String trace;
    private final StatusRules statusRules;
    private final PrintWriter out;
    private final Set<String> others = new TreeSet<>();
    private final Set<String> above = new TreeSet<>();
    private boolean found;

    Explained(ObjectReference root, String trace, StatusRules statusRules, PrintWriter out) {
      this.statusRules = statusRules;
      this.root = root;
      this.trace = trace;
      this.out = out;
    }

    synchronized void add(Explanation explanation) {
      boolean wanted =
          (root == null || root.equals(explanation.root()))
              && (trace == null || explanation.has(trace));
      if (wanted) {
        found = true;
        explanation.lines().forEach(line -> out.println(DisplayText.cleanIndented(line)));
        out.println(
            "  status rule of the root: "
                + statusRules.describe(explanation.root().kind(), explanation.apiVersion()));
        out.println();
      } else if (root != null && explanation.isAbout(root)) {
        above.add(explanation.root().toString());
      } else {
        others.add(explanation.root().toString());
      }
    }

    synchronized int end() {
      out.flush();
      if (found) {
        return ExitCode.STOPPED;
      }
      String asked =
          (root == null ? "" : " of --root " + root)
              + (trace == null ? "" : " with --trace " + trace);
      if (!above.isEmpty()) {
        throw new ConfigException(
            "no trace%s; it is not a root but in the tree of %s: name that"
                .formatted(asked, String.join(", ", above)));
      }
      throw new ConfigException("no trace%s; %s".formatted(asked, roots()));
    }

    private String roots() {
      if (others.isEmpty()) {
        return "there is none at all";
      }
      int more = others.size() - MOST_ROOTS;
      return "there are traces of "
          + others.stream().limit(MOST_ROOTS).collect(Collectors.joining(", "))
          + (more > 0 ? " and " + more + " more; kinds are written as in Kubernetes" : "");
    }
  }
}
