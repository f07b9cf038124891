package io.kspan.topology.doctor;

import io.kspan.topology.names.Topics;
import io.kspan.topology.ops.Brokers;
import io.kspan.topology.ops.CheckResult;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Whether {@code run} runs and keeps up. */
final class ApplicationCheck {
  private ApplicationCheck() {}

  static List<CheckResult> run(CheckContext context) throws InterruptedException {
    Topics topics = context.config().topics();
    String id = context.config().topology().applicationId();
    Optional<Brokers.Group> group = context.brokers().group(id);
    return judge(
        id, group, context.lag().ofApplication(), context.config().topology().readinessMaxLag());
  }

  static List<CheckResult> judge(
      String id, Optional<Brokers.Group> group, GroupLag lag, long maxLag) {
    if (group.isEmpty() || group.get().members() == 0) {
      return List.of(
          CheckResult.failed(
              "group %s has no member: no instance of the topology runs".formatted(id),
              "start one: span-topology run; if one runs, give doctor its application.id and bootstrap.servers"));
    }
    List<CheckResult> results = new ArrayList<>();
    Brokers.Group facts = group.get();
    List<?> stuck = lag.stuck(0);
    if (!facts.isStable()) {
      results.add(
          CheckResult.warning(
              "group %s is in state %s".formatted(id, facts.state()),
              "normal for a minute after an instance came or went; if it stays so, read the logs of the instances"));
    } else if (!stuck.isEmpty()) {
      results.add(
          CheckResult.failed(
              "group %s has %s, but has processed nothing of %s in %s"
                  .formatted(id, CheckResult.count(facts.members(), "member"), stuck, lag.time()),
              "it restores state, or hangs: /readyz says which (docs/metrics.md), and the log has the reason"));
    } else if (lag.worstLag() > maxLag) {
      results.add(
          CheckResult.warning(
              "group %s is %d records behind; a trace is written when all of them are processed"
                  .formatted(id, lag.lag(0)),
              "wait if it catches up; if kspan.topology.input_lag grows, start more instances (docs/scaling-the-topology.md)"));
    } else {
      results.add(
          CheckResult.ok(
              "group %s: %s, %s, lag %d"
                  .formatted(
                      id,
                      facts.state(),
                      CheckResult.count(facts.members(), "member"),
                      lag.lag(0))));
    }
    return results;
  }
}
