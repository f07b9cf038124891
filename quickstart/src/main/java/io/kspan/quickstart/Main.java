package io.kspan.quickstart;

import io.kspan.topology.config.TopologyConfig;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.utils.Exit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.bridge.SLF4JBridgeHandler;
import picocli.CommandLine;

/**
 * The quickstart's command line: the only place that reads arguments and environment and returns
 * exit codes (0 done, 1 failed, 2 bad input, 130 interrupted).
 */
public final class Main {

  static final int FAILED = 1;
  static final int BAD_INPUT = 2;
  static final int INTERRUPTED = 130;

  private static final String RESOURCE_ATTRIBUTES = "OTEL_RESOURCE_ATTRIBUTES";
  private static final int DEFAULT_WIDTH = 100;
  private static final int STOP_SECONDS = 10;

  private final Run run;

  Main(Run run) {
    this.run = run;
  }

  /** Runs the command line and ends the process. */
  public static void main(String[] args) {
    Map<String, String> env = System.getenv();
    Environment environment =
        new Environment(
            Path.of(env.getOrDefault("KSPAN_HOME", "")).toAbsolutePath(),
            env.containsKey("OTEL_EXPORTER_OTLP_PROTOCOL")
                || env.containsKey("OTEL_EXPORTER_OTLP_TRACES_PROTOCOL"),
            env.containsKey(RESOURCE_ATTRIBUTES)
                ? Map.of(TopologyConfig.RESOURCE_ATTRIBUTES_CONFIG, env.get(RESOURCE_ATTRIBUTES))
                : Map.of());
    // Before the first logger is made: its configuration asks for it.
    System.setProperty("kspan.log.file", WorkFolder.logOf(environment.workBase()).toString());
    SLF4JBridgeHandler.removeHandlersForRootLogger();
    SLF4JBridgeHandler.install();
    Console console = new Console(utf8(System.out), utf8(System.err), colour(env), width(env));
    Run run = new Run(console, new Resources(), environment);
    // Kafka's own hooks would run at the same time as ours and tear down what ours still needs.
    Exit.setShutdownHookAdder((name, hook) -> {});
    CountDownLatch done = new CountDownLatch(1);
    Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(run, done), "stop"));
    int code = new Main(run).execute(args);
    done.countDown();
    if (code != FAILED) {
      deleteLog(environment);
    }
    System.exit(code);
  }

  private static void stop(Run run, CountDownLatch done) {
    if (run.resources().isEmpty()) {
      return;
    }
    run.console().progress("stopping ...");
    run.resources().interrupt();
    try {
      // What was about to be started is closed by the thread that started it.
      done.await(STOP_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    WorkFolder.deleteOf(run.environment().workBase());
    deleteLog(run.environment());
    run.console().progress("stopped");
  }

  private static void deleteLog(Environment environment) {
    try {
      Files.deleteIfExists(WorkFolder.logOf(environment.workBase()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static PrintStream utf8(PrintStream stream) {
    return new PrintStream(stream, true, StandardCharsets.UTF_8);
  }

  /** The script says whether there is a terminal: since JDK 22 System.console() no longer does. */
  private static boolean colour(Map<String, String> env) {
    return "1".equals(env.get("KSPAN_TERMINAL"))
        && env.getOrDefault("NO_COLOR", "").isEmpty()
        && !"dumb".equals(env.get("TERM"));
  }

  private static int width(Map<String, String> env) {
    String columns = env.getOrDefault("KSPAN_COLUMNS", "");
    return columns.matches("\\d{2,4}")
        ? Math.min(Integer.parseInt(columns), DEFAULT_WIDTH)
        : DEFAULT_WIDTH;
  }

  /** Runs the command line and returns the exit code; whatever it started is stopped then. */
  int execute(String... args) {
    try {
      return commandLine().execute(args);
    } catch (Error e) {
      // Out of memory, or a class that cannot be initialised any more while the JVM goes down.
      return failed(new IllegalStateException(e.toString(), e));
    }
  }

  private CommandLine commandLine() {
    return new CommandLine(new QuickstartCommand(run))
        .addSubcommand(new ReplayCommand(run))
        .setParameterExceptionHandler((e, unparsed) -> badInput(explained(e)))
        .setExecutionExceptionHandler((e, command, parsed) -> failed(e));
  }

  private static String explained(CommandLine.ParameterException e) {
    return e.getMessage().replace("is not an int", "is not a number")
        + "; "
        + e.getCommandLine().getCommandSpec().qualifiedName()
        + " --help tells what it takes";
  }

  private int failed(Exception e) {
    if (e instanceof Resources.StoppedException || e instanceof InterruptedException) {
      return INTERRUPTED;
    }
    if (e instanceof BadInputException || e instanceof ConfigException) {
      return badInput(e.getMessage());
    }
    // Stopping can break what is still under way; that is no failure of its own.
    if (run.resources().isInterrupted()) {
      return INTERRUPTED;
    }
    Logger log = LoggerFactory.getLogger(Main.class);
    log.error("The run failed", e);
    run.console()
        .progress(
            "error: %s; details in %s",
            oneLine(e.getMessage() == null ? e.toString() : e.getMessage()),
            WorkFolder.logOf(run.environment().workBase()));
    return FAILED;
  }

  private int badInput(String message) {
    run.console().progress("error: %s", oneLine(message));
    return BAD_INPUT;
  }

  private static String oneLine(String message) {
    return message.strip().replaceAll("\\s*\\R\\s*", " ");
  }

  /** Tells the version that the build wrote. */
  static final class Version implements CommandLine.IVersionProvider {
    @Override
    public String[] getVersion() {
      Properties properties = new Properties();
      try (InputStream in = Main.class.getResourceAsStream("version.properties")) {
        properties.load(in);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      return new String[] {"kspan-streams quickstart " + properties.getProperty("version")};
    }
  }
}
