package io.kspan.topology;

import io.kspan.topology.cli.ApplicationCommand;
import io.kspan.topology.cli.ReplayCommand;
import io.kspan.topology.cli.Shutdown;
import java.io.PrintWriter;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.config.ConfigException;
import picocli.CommandLine;

/**
 * The deployable application: the only place that reads arguments and environment and returns exit
 * codes (0 done or stopped on request, 1 failed, 2 bad settings, 130 replay interrupted).
 */
public final class Main {
  private static final int FAILED = 1;
  private static final int BAD_SETTINGS = 2;
  private static final int STOP_SECONDS = 25;

  private Main() {}

  /** Runs a command and ends the process. */
  public static void main(String[] args) {
    Shutdown shutdown = new Shutdown();
    CountDownLatch done = new CountDownLatch(1);
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(
                () -> {
                  shutdown.request();
                  awaitStop(done);
                },
                "stop"));
    int code =
        execute(
            args,
            System.getenv(),
            shutdown,
            new PrintWriter(System.out, true),
            new PrintWriter(System.err, true));
    done.countDown();
    System.exit(code);
  }

  private static void awaitStop(CountDownLatch done) {
    try {
      done.await(STOP_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
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
            .setOut(out)
            .setErr(err);
    commands.setExecutionExceptionHandler(
        (thrown, command, parsed) -> {
          err.println("error: " + thrown.getMessage());
          return thrown instanceof ConfigException ? BAD_SETTINGS : FAILED;
        });
    if (args.length == 0) {
      commands.usage(err);
      return BAD_SETTINGS;
    }
    return commands.execute(args);
  }
}
