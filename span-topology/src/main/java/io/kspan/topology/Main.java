package io.kspan.topology;

import io.kspan.topology.cli.ApplicationCommand;
import io.kspan.topology.cli.DoctorCommand;
import io.kspan.topology.cli.ExitCode;
import io.kspan.topology.cli.ExplainCommand;
import io.kspan.topology.cli.ReplayCommand;
import io.kspan.topology.cli.Shutdown;
import io.kspan.topology.errors.Fault;
import java.io.PrintWriter;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import picocli.CommandLine;

/**
 * The deployable application: the only place that reads arguments and environment and ends the
 * process, with an {@link ExitCode}.
 */
public final class Main {
  private static final String LOGGING = "log4j2.configurationFile";

  private Main() {}

  /** Runs a command and ends the process. */
  public static void main(String[] args) {
    // Named, since a program that has this one among its libraries has a file of the usual name.
    if (System.getProperty(LOGGING) == null && System.getenv("LOG4J_CONFIGURATION_FILE") == null) {
      System.setProperty(LOGGING, "classpath:io/kspan/topology/log4j2.xml");
    }
    Shutdown shutdown = new Shutdown();
    CompletableFuture<Integer> ended = new CompletableFuture<>();
    Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(shutdown, ended), "stop"));
    int code =
        execute(
            args,
            System.getenv(),
            shutdown,
            new PrintWriter(System.out, true),
            new PrintWriter(System.err, true));
    ended.complete(code);
    System.exit(code);
  }

  /** A JVM that ends by a signal would exit with 143, even after an orderly stop. */
  private static void stop(Shutdown shutdown, CompletableFuture<Integer> ended) {
    if (ended.isDone()) {
      return;
    }
    shutdown.request();
    Runtime.getRuntime().halt(awaitEnd(shutdown, ended));
  }

  private static int awaitEnd(Shutdown shutdown, CompletableFuture<Integer> ended) {
    try {
      return ended.get(shutdown.patience().toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      System.err.println(
          "error: did not stop in time; what was not committed is done again after the next start."
              + " shutdown.timeout.ms is how long it may take");
      return ExitCode.FAILED;
    } catch (ExecutionException e) {
      return ExitCode.FAILED;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return ExitCode.FAILED;
    }
  }

  /** The whole program but for the end of the process. */
  static int execute(
      String[] args,
      Map<String, String> environment,
      Shutdown shutdown,
      PrintWriter out,
      PrintWriter err) {
    CommandLine commands =
        new CommandLine(new ApplicationCommand(environment, shutdown))
            .addSubcommand(new ReplayCommand(environment, shutdown))
            .addSubcommand(new ExplainCommand(environment, shutdown))
            .addSubcommand(DoctorCommand.commandLine(environment, shutdown))
            .setOut(out)
            .setErr(err);
    commands.setExecutionExceptionHandler(
        (thrown, command, parsed) -> {
          err.println("error: " + Fault.describe(thrown));
          return ExitCode.of(thrown);
        });
    if (args.length == 0) {
      commands.usage(err);
      return ExitCode.BAD_SETTINGS;
    }
    return commands.execute(args);
  }
}
