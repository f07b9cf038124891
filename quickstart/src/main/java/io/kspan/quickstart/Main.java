package io.kspan.quickstart;

import io.kspan.quickstart.cli.CaptureReplayCommand;
import io.kspan.quickstart.cli.CommandContext;
import io.kspan.quickstart.cli.Installation;
import io.kspan.quickstart.cli.QuickstartCommand;
import io.kspan.quickstart.process.Console;
import io.kspan.quickstart.process.Resources;
import io.kspan.quickstart.process.WorkFolder;
import io.kspan.topology.config.TopologyConfig;
import io.kspan.topology.errors.BadInputException;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.utils.Exit;
import org.slf4j.LoggerFactory;
import org.slf4j.bridge.SLF4JBridgeHandler;
import picocli.CommandLine;

/**
 * The quickstart's command line: the only place that reads arguments and environment and returns
 * exit codes (0 done, 1 failed, 2 bad input, 130 interrupted).
 */
public final class Main {

  private static final int FAILED = 1;
  private static final int BAD_INPUT = 2;
  private static final int INTERRUPTED = 130;

  private static final String RESOURCE_ATTRIBUTES = "OTEL_RESOURCE_ATTRIBUTES";
  private static final int MAX_WIDTH = 100;
  private static final int STOP_SECONDS = 10;

  private Main() {}

  /** Runs the command line and ends the process. */
  public static void main(String[] args) {
    CommandContext context = context(System.getenv());
    Path log = WorkFolder.logOf(context.workBase());
    // Set before the first logger is created, whose configuration uses it.
    System.setProperty("kspan.log.file", log.toString());
    SLF4JBridgeHandler.removeHandlersForRootLogger();
    SLF4JBridgeHandler.install();
    // Kafka's own hooks would run at the same time as this one and close parts that it still uses.
    Exit.setShutdownHookAdder((name, hook) -> {});
    CountDownLatch done = new CountDownLatch(1);
    Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(context, done), "stop"));
    int code = execute(context, args);
    done.countDown();
    if (code != FAILED) {
      delete(log);
    }
    System.exit(code);
  }

  private static CommandContext context(Map<String, String> env) {
    // The script tells whether there is a terminal: since JDK 22 System.console() does not.
    boolean colour =
        "1".equals(env.get("KSPAN_TERMINAL"))
            && env.getOrDefault("NO_COLOR", "").isEmpty()
            && !"dumb".equals(env.get("TERM"));
    String columns = env.getOrDefault("KSPAN_COLUMNS", "");
    int width =
        columns.matches("\\d{2,4}") ? Math.min(Integer.parseInt(columns), MAX_WIDTH) : MAX_WIDTH;
    Path home = Path.of(env.getOrDefault("KSPAN_HOME", "")).toAbsolutePath();
    // Set by the image.
    boolean container = "1".equals(env.get("KSPAN_CONTAINER"));
    return new CommandContext(
        new Console(utf8(System.out), utf8(System.err), colour, width),
        new Resources(),
        container ? Installation.container(home, Path.of("/")) : Installation.checkout(home),
        env.containsKey("OTEL_EXPORTER_OTLP_PROTOCOL")
            || env.containsKey("OTEL_EXPORTER_OTLP_TRACES_PROTOCOL"),
        env.containsKey(RESOURCE_ATTRIBUTES)
            ? Map.of(TopologyConfig.RESOURCE_ATTRIBUTES_CONFIG, env.get(RESOURCE_ATTRIBUTES))
            : Map.of());
  }

  private static PrintStream utf8(PrintStream stream) {
    return new PrintStream(stream, true, StandardCharsets.UTF_8);
  }

  private static void stop(CommandContext context, CountDownLatch done) {
    if (context.resources().isEmpty()) {
      return;
    }
    context.console().progress("stopping ...");
    context.resources().interrupt();
    try {
      // The command's thread closes a resource that it is just starting.
      done.await(STOP_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    WorkFolder.deleteOf(context.workBase());
    delete(WorkFolder.logOf(context.workBase()));
    context.console().progress("stopped");
  }

  private static void delete(Path log) {
    try {
      Files.deleteIfExists(log);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Runs the command line and returns the exit code; everything it has started is stopped then. */
  static int execute(CommandContext context, String... args) {
    CommandLine commands =
        new CommandLine(new QuickstartCommand(context))
            .addSubcommand(new CaptureReplayCommand(context))
            .setParameterExceptionHandler((e, unparsed) -> badInput(context, explained(e)))
            .setExecutionExceptionHandler((e, command, parsed) -> failed(context, e));
    try {
      return commands.execute(args);
    } catch (Error e) {
      // Out of memory, or a class that cannot be initialized any more while the JVM goes down.
      return failed(context, new IllegalStateException(e.toString(), e));
    }
  }

  private static String explained(CommandLine.ParameterException e) {
    return "%s; %s --help tells what it takes"
        .formatted(
            e.getMessage().replace("is not an int", "is not a number"),
            e.getCommandLine().getCommandSpec().qualifiedName());
  }

  private static int failed(CommandContext context, Exception e) {
    if (e instanceof Resources.StoppedException || e instanceof InterruptedException) {
      return INTERRUPTED;
    }
    if (e instanceof BadInputException || e instanceof ConfigException) {
      return badInput(context, e.getMessage());
    }
    // Stopping can break an action that is still under way, which is not a failure.
    if (context.resources().isInterrupted()) {
      return INTERRUPTED;
    }
    LoggerFactory.getLogger(Main.class).error("The run failed", e);
    context
        .console()
        .progress(
            "error: %s; details in %s",
            oneLine(e.getMessage() == null ? e.toString() : e.getMessage()),
            WorkFolder.logOf(context.workBase()));
    return FAILED;
  }

  private static int badInput(CommandContext context, String message) {
    context.console().progress("error: %s", oneLine(message));
    return BAD_INPUT;
  }

  private static String oneLine(String message) {
    return message.strip().replaceAll("\\s*\\R\\s*", " ");
  }
}
