package io.kspan.topology.doctor;

import io.kspan.topology.ops.Brokers;
import io.kspan.topology.ops.CheckResult;
import java.util.List;
import java.util.Optional;

/** Whether {@code run} and {@code sink} run and keep up, by their consumer groups. */
final class GroupCheck {
  /** The end of a transaction takes an offset that is never committed. */
  private static final long MARKER = 1;

  private GroupCheck() {}

  static List<CheckResult> application(CheckContext context) throws InterruptedException {
    String id = context.config().topology().applicationId();
    long maxLag = context.config().topology().readinessMaxLag();
    return List.of(
        judgeApplication(id, context.brokers().group(id), context.applicationLag(), maxLag));
  }

  static List<CheckResult> sink(CheckContext context) throws InterruptedException {
    String id = context.config().sinkGroup();
    return List.of(judgeSink(id, context.brokers().group(id), context.sinkLag()));
  }

  static CheckResult judgeApplication(
      String id, Optional<Brokers.Group> group, GroupLag lag, long maxLag) {
    if (group.isEmpty() || group.get().members() == 0) {
      return CheckResult.failed(
          "group %s has no member: no instance of the topology runs".formatted(id),
          "start one: span-topology run; if one runs, give doctor its application.id and bootstrap.servers");
    }
    String members = CheckResult.count(group.get().members(), "member");
    List<?> stuck = lag.stuck(0);
    if (group.get().isStable() && !stuck.isEmpty()) {
      return CheckResult.failed(
          "group %s has %s, but has processed nothing of %s in %s"
              .formatted(id, members, stuck, lag.time()),
          "it restores state, or hangs: /readyz says which (docs/metrics.md), and the log has the reason");
    }
    if (group.get().isStable() && lag.worstLag() > maxLag) {
      return CheckResult.warning(
          "group %s is %d records behind; a trace is written when all of them are processed"
              .formatted(id, lag.lag(0)),
          "wait if it catches up; if kspan.topology.input_lag grows, start more instances (docs/scaling-the-topology.md)");
    }
    return state(id, group.get(), lag.lag(0), "an instance", "instances");
  }

  static CheckResult judgeSink(String id, Optional<Brokers.Group> group, GroupLag lag) {
    if (group.isEmpty() || group.get().members() == 0) {
      return CheckResult.failed(
          "group %s has no member: no sink exports the spans".formatted(id),
          "start one: span-topology sink; --no-sink if something else reads the topic");
    }
    List<?> stuck = lag.stuck(MARKER);
    if (group.get().isStable() && !stuck.isEmpty()) {
      String members = CheckResult.count(group.get().members(), "member");
      return CheckResult.failed(
          "group %s has %s, but nothing of %s was accepted in %s"
              .formatted(id, members, stuck, lag.time()),
          "the backend fails or refuses: the sink's log says 'Export failed' and why; see the line of otlp");
    }
    return state(id, group.get(), lag.lag(MARKER), "a sink", "sinks");
  }

  private static CheckResult state(
      String id, Brokers.Group group, long lag, String member, String members) {
    return group.isStable()
        ? CheckResult.ok(
            "group %s: %s, %s, lag %d"
                .formatted(id, group.state(), CheckResult.count(group.members(), "member"), lag))
        : CheckResult.warning(
            "group %s is in state %s".formatted(id, group.state()),
            "normal for a minute after %s came or went; if it stays so, read the logs of the %s"
                .formatted(member, members));
  }
}
