package io.kspan.topology.cli;

import io.kspan.topology.doctor.Doctor;
import io.kspan.topology.doctor.Report;
import io.kspan.topology.ops.CheckResult.Verdict;
import java.io.PrintWriter;
import java.time.DateTimeException;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.utils.KafkaThread;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code span-topology doctor}: checks every link of the chain, and prints remedies. */
@Command(
    name = DoctorCommand.NAME,
    mixinStandardHelpOptions = true,
    description = {
      "Check every link from the connector to the backend; print what is wrong and the remedy.",
      "Takes the settings of 'run' and of 'sink' and the OTEL_EXPORTER_OTLP_* variables.",
      "Writes to no topic; sends one test span to the backend.",
      "Each option is an environment variable, too: --connect-url is KSPAN_DOCTOR_CONNECT_URL."
    },
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:nothing failed; there may be warnings",
      "1:a check failed, or with --strict warned",
      "2:a setting is wrong, as the message says",
      "130:interrupted"
    })
public final class DoctorCommand implements Callable<Integer> {
  static final String NAME = "doctor";

  /** Less than the time that a process has to stop. */
  private static final long STOP_MILLIS = 1_000;

  private final Map<String, String> environment;
  private final Shutdown shutdown;

  @Spec private CommandSpec spec;

  @Mixin private Settings settings;

  @Option(
      names = "--connect-url",
      paramLabel = "URL",
      description =
          "REST interface of a Connect worker, such as http://localhost:8083; user and password may"
              + " be in it, best in the environment, since options are visible in the list of processes. Default: the connector is not checked.")
  private String connectUrl;

  @Option(
      names = "--connector",
      paramLabel = "NAME",
      description = "Name of the connector. Default: every one of the event source's class.")
  private String connector;

  @Option(
      names = "--wait",
      paramLabel = "TIME",
      defaultValue = "5s",
      description = "Time between two samples of offsets, such as 5s. Default: ${DEFAULT-VALUE}.")
  private String wait;

  @Option(
      names = "--no-sink",
      fallbackValue = "true",
      description =
          "Something else than 'sink' reads the spans topic: check no sink and no backend.")
  private boolean noSink;

  @Option(
      names = "--no-test-span",
      fallbackValue = "true",
      description = "Send nothing to the backend.")
  private boolean noTestSpan;

  @Option(names = "--strict", fallbackValue = "true", description = "Warnings count as failures.")
  private boolean strict;

  @Option(
      names = "--json",
      fallbackValue = "true",
      description = "Print a JSON object in a line for each result.")
  private boolean json;

  /** The command; {@code environment} has settings, options and the {@code OTEL_*} variables. */
  public static CommandLine commandLine(Map<String, String> environment, Shutdown shutdown) {
    CommandLine line = new CommandLine(new DoctorCommand(environment, shutdown));
    return line.setDefaultValueProvider(new OptionsInEnvironment(environment));
  }

  private DoctorCommand(Map<String, String> environment, Shutdown shutdown) {
    this.environment = Map.copyOf(environment);
    this.shutdown = shutdown;
  }

  @Override
  public Integer call() throws InterruptedException, ExecutionException {
    new OptionsInEnvironment(environment).refuseUnknown(spec);
    Doctor.Options options =
        new Doctor.Options(
            Optional.ofNullable(connectUrl),
            Optional.ofNullable(connector),
            duration(wait),
            !noSink,
            !noTestSpan);
    PrintWriter out = spec.commandLine().getOut();
    Report report = new Report(out, json);
    Doctor doctor = new Doctor(settings.merge(environment), environment, options);
    return examine(doctor, report);
  }

  /**
   * Runs on a thread of its own, which is interrupted when the process is asked to stop. That
   * thread closes the clients that it uses.
   */
  private int examine(Doctor doctor, Report report)
      throws InterruptedException, ExecutionException {
    FutureTask<Void> examination =
        new FutureTask<>(
            () -> {
              try (doctor) {
                doctor.examine(report);
              }
              return null;
            });
    Thread thread = KafkaThread.daemon("doctor", examination);
    thread.start();
    while (!examination.isDone()) {
      if (shutdown.isWanted()) {
        thread.interrupt();
        thread.join(STOP_MILLIS);
        spec.commandLine().getErr().println("stopped");
        return ExitCode.INTERRUPTED;
      }
    }
    examination.get();
    boolean failed =
        report.count(Verdict.FAILED) > 0 || strict && report.count(Verdict.WARNING) > 0;
    return failed ? ExitCode.FAILED : ExitCode.STOPPED;
  }

  private static Duration duration(String text) {
    try {
      Duration duration = Duration.parse("PT" + text.toUpperCase(Locale.ROOT));
      if (!duration.isNegative()) {
        return duration;
      }
    } catch (DateTimeException e) {
      throw notATime(text);
    }
    throw notATime(text);
  }

  private static ConfigException notATime(String text) {
    return new ConfigException("--wait '" + text + "' is no time such as 5s, 0.5s or 1m");
  }
}
