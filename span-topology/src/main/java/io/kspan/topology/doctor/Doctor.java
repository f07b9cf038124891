package io.kspan.topology.doctor;

import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Runs all checks in the order of the data, each with what those before have found out.
 *
 * <p>For one thread, which may be interrupted. Every question has a time limit, so it always ends.
 */
public final class Doctor implements AutoCloseable {
  private final Installation installation;
  private final Brokers brokers;
  private final Situation situation = new Situation();
  private final List<Check> checks;

  /**
   * How to look.
   *
   * @param connectUrl of a Connect worker; empty if it is not to be asked
   * @param connector its name; empty for every connector of our class
   * @param between the two looks that tell whether anything moves
   * @param sink whether a sink of ours is to read the spans
   * @param testSpan whether to send one
   */
  public record Options(
      Optional<String> connectUrl,
      Optional<String> connector,
      Duration between,
      boolean sink,
      boolean testSpan) {}

  /**
   * Reads and checks settings; asks nobody yet.
   *
   * @param properties settings of {@code run} and of {@code sink}
   * @param environment for the {@code OTEL_*} variables
   * @throws org.apache.kafka.common.config.ConfigException naming the value and the remedy
   */
  public Doctor(
      Map<String, String> properties,
      Map<String, String> environment,
      Options options,
      Pause pause,
      InstantSource clock) {
    installation = Installation.of(properties, environment);
    brokers = new Brokers(installation.connection());
    checks = checks(options, pause, clock);
  }

  private List<Check> checks(Options options, Pause pause, InstantSource clock) {
    Movement movement =
        new Movement(brokers, installation, situation, options.sink(), pause, options.between());
    Tail tail = new Tail(installation.consumer());
    Check connector =
        new ConnectorCheck(
            options.connectUrl().map(ConnectClient::new),
            options.connector(),
            installation.topics());
    Check sink =
        options.sink()
            ? new SinkCheck(brokers, installation, situation, movement)
            : withoutSink("sink");
    Check backend =
        options.sink()
            ? new BackendCheck(installation.backend(), options.testSpan(), clock)
            : withoutSink("otlp");
    return List.of(
        new BrokersCheck(brokers, installation, situation),
        new TopicsCheck(brokers, installation, situation),
        new RightsCheck(brokers, installation, situation, options.sink()),
        connector,
        new InputCheck(brokers, installation, situation, movement, clock),
        new ApplicationCheck(brokers, installation, situation, movement),
        new LineageCheck(brokers, installation, situation, tail, clock),
        new SpansCheck(brokers, installation, situation, clock),
        sink,
        new DeadLettersCheck(installation, situation, tail, clock),
        backend);
  }

  private static Check withoutSink(String name) {
    return new Check() {
      @Override
      public String name() {
        return name;
      }

      @Override
      public List<Finding> run() {
        return List.of(Finding.skipped("because of --no-sink", ""));
      }
    };
  }

  /** Runs all checks and tells {@code report} what they find. */
  public void examine(Report report) throws InterruptedException {
    for (Check check : checks) {
      for (Finding finding : run(check)) {
        report.add(check.name(), finding);
      }
    }
    report.end();
  }

  private List<Finding> run(Check check) throws InterruptedException {
    try {
      return check.run();
    } catch (UnansweredException e) {
      if (e.isSilence()) {
        // Every further question would take as long.
        situation.brokersAnswer(false);
      }
      return List.of(e.isDenied() ? denied(e.getCause()) : unanswered(e.getCause()));
    }
  }

  /** Whether it is needed is for the rights to say. */
  static Finding denied(Throwable refusal) {
    return Finding.skipped(
        "no right to look at it, because the brokers refuse: " + Text.line(refusal),
        "grant DESCRIBE, and READ on topics, to this principal (docs/scaling-the-topology.md, Rights)");
  }

  private static Finding unanswered(Throwable why) {
    return Finding.failed(
        "cannot be looked at: " + Text.line(why),
        "look again; if it stays so, see the logs of the brokers");
  }

  @Override
  public void close() {
    brokers.close();
    installation.backend().close();
  }
}
