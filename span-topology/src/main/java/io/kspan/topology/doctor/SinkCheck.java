package io.kspan.topology.doctor;

import io.kspan.topology.ops.Brokers;
import io.kspan.topology.ops.CheckResult;
import java.util.List;
import java.util.Optional;

/** Whether {@code sink} runs and exports what it reads. */
final class SinkCheck {
  /** The end of a transaction takes an offset that is never committed. */
  private static final long MARKER = 1;

  private SinkCheck() {}

  static List<CheckResult> run(CheckContext context) throws InterruptedException {
    String group = context.config().sinkGroup();
    return List.of(judge(group, context.brokers().group(group), context.lag().ofSink()));
  }

  static CheckResult judge(String id, Optional<Brokers.Group> group, GroupLag lag) {
    if (group.isEmpty() || group.get().members() == 0) {
      return CheckResult.failed(
          "group %s has no member: no sink exports the spans".formatted(id),
          "start one: span-topology sink; --no-sink if something else reads the topic");
    }
    Brokers.Group facts = group.get();
    if (!facts.isStable()) {
      return CheckResult.warning(
          "group %s is in state %s".formatted(id, facts.state()),
          "normal for a minute after a sink came or went; if it stays so, read the logs of the sinks");
    }
    List<?> stuck = lag.stuck(MARKER);
    return stuck.isEmpty()
        ? CheckResult.ok(
            "group %s: %s, %s, lag %d"
                .formatted(
                    id,
                    facts.state(),
                    CheckResult.count(facts.members(), "member"),
                    lag.lag(MARKER)))
        : CheckResult.failed(
            "group %s has %s, but nothing of %s was accepted in %s"
                .formatted(id, CheckResult.count(facts.members(), "member"), stuck, lag.time()),
            "the backend fails or refuses: the sink's log says 'Export failed' and why; see the line of otlp");
  }
}
