package io.kspan.topology.doctor;

import io.kspan.topology.errors.Fault;
import io.kspan.topology.export.OtlpSender;
import io.kspan.topology.names.Names;
import io.kspan.topology.names.Topics;
import io.kspan.topology.ops.CheckResult;
import io.kspan.topology.ops.Preconditions;
import io.kspan.topology.ops.UnansweredException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.common.acl.AclOperation;

/**
 * Runs all checks in the order of the data, each with what those before have learned.
 *
 * <p>For one thread, which may be interrupted. Every request has a time limit, so it always ends.
 */
public final class Doctor implements AutoCloseable {
  private final DoctorConfig config;
  private final CheckContext context;
  private final List<Step> steps;

  /**
   * What to check.
   *
   * @param connectUrl of a Connect worker; empty for none
   * @param connector its name; empty for every connector of our class
   * @param between the time between two samples of offsets
   * @param sink whether a sink of ours reads the spans
   * @param testSpan whether to send one
   */
  public record Options(
      Optional<String> connectUrl,
      Optional<String> connector,
      Duration between,
      boolean sink,
      boolean testSpan) {}

  /** Checks one link of the chain within a bounded time; throws {@link UnansweredException}. */
  private interface Check {
    List<CheckResult> run(CheckContext context) throws InterruptedException;
  }

  /** A check of the chain; {@code topics} must exist for it, and are null if it needs no broker. */
  private record Step(String name, List<String> topics, Check check) {
    static Step of(String name, Check check, String... topics) {
      return new Step(name, List.of(topics), check);
    }
  }

  /**
   * Reads and checks the settings of {@code run} and {@code sink}; sends no request yet. A {@code
   * ConfigException} names the value and the remedy.
   */
  public Doctor(Map<String, String> properties, Map<String, String> environment, Options options) {
    config = DoctorConfig.of(properties, environment);
    context = new CheckContext(config, options);
    steps = steps(config.topics(), options.sink());
    options.connectUrl().ifPresent(ConnectClient::new);
  }

  private static List<Step> steps(Topics topics, boolean sink) {
    String events = topics.events();
    String objects = topics.objects();
    Check withoutSink = ignored -> List.of(CheckResult.skipped("because of --no-sink", ""));
    return List.of(
        new Step("brokers", null, Doctor::brokers),
        Step.of("topics", TopicsCheck::run),
        Step.of("rights", Doctor::rights),
        new Step("connector", null, ConnectorCheck::run),
        Step.of("input", InputCheck::run, events, objects),
        Step.of("application", GroupCheck::application, events, objects),
        Step.of("lineage", LineageCheck::run, topics.lineage(), events, objects),
        Step.of("spans", SpansCheck::run, topics.spans()),
        sink
            ? Step.of("sink", GroupCheck::sink, topics.spans())
            : new Step("sink", null, withoutSink),
        Step.of("dead-letters", DeadLettersCheck::run, topics.deadLetters()),
        new Step("otlp", null, sink ? BackendCheck::run : withoutSink));
  }

  private static List<CheckResult> brokers(CheckContext context) throws InterruptedException {
    List<CheckResult> results = context.preconditions().brokers(context.config().streamsProtocol());
    context.brokersAnswer(results.get(0).verdict() == CheckResult.Verdict.OK);
    return results;
  }

  /** The rights of the principal of these settings that {@code run} and {@code sink} need. */
  private static List<CheckResult> rights(CheckContext context) throws InterruptedException {
    Preconditions preconditions = context.preconditions();
    String id = context.config().topology().applicationId();
    Map<String, Set<AclOperation>> needed = preconditions.runRights();
    if (context.options().sink()) {
      preconditions.sinkRights().forEach((topic, rights) -> needed.get(topic).addAll(rights));
    }
    List<CheckResult> results = new ArrayList<>(preconditions.rights(needed));
    results.addAll(preconditions.creation(id, Names.internalTopics(id, false).get(0)));
    results.addAll(preconditions.group(id));
    if (context.options().sink()) {
      results.addAll(preconditions.group(context.config().sinkGroup()));
    }
    results.addAll(preconditions.transactions(id));
    return results.isEmpty()
        ? List.of(
            CheckResult.ok(
                "this principal may use the topics and groups that exist; WRITE on transactional ids"
                    + " and DELETE on internal topics cannot be asked"))
        : results;
  }

  /** Runs all checks and hands their results to {@code report}. */
  public void examine(Report report) throws InterruptedException {
    for (Step step : steps) {
      for (CheckResult result : run(step)) {
        report.add(step.name(), result);
      }
    }
    report.end();
  }

  private List<CheckResult> run(Step step) throws InterruptedException {
    if (step.topics() != null) {
      Optional<CheckResult> obstacle = context.obstacle(step.topics());
      if (obstacle.isPresent()) {
        return List.of(obstacle.get());
      }
    }
    try {
      return step.check().run(context);
    } catch (UnansweredException e) {
      if (e.isTimeout()) {
        // Every further request would take as long.
        context.brokersAnswer(false);
      }
      return List.of(e.isDenied() ? denied(e.getCause()) : unanswered(e.getCause()));
    }
  }

  /** The check of the rights says whether the right is needed. */
  static CheckResult denied(Throwable refusal) {
    return CheckResult.skipped(
        "no right to describe it, because the brokers refuse: " + Fault.describe(refusal),
        "grant DESCRIBE, and READ on topics, to this principal (docs/scaling-the-topology.md, Rights)");
  }

  private static CheckResult unanswered(Throwable why) {
    return CheckResult.failed(
        "cannot be checked: " + Fault.describe(why),
        "try again; if it stays so, see the logs of the brokers");
  }

  @Override
  public void close() {
    context.brokers().close();
    config.backends().values().forEach(OtlpSender::close);
  }
}
