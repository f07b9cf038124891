package io.kspan.topology.doctor;

import java.util.List;
import java.util.Optional;

/** Whether {@code sink} runs and gets rid of what it reads. */
final class SinkCheck implements Check {
  /** The end of a transaction takes an offset that nobody commits. */
  private static final long MARKER = 1;

  private final Brokers brokers;
  private final Installation installation;
  private final Situation situation;
  private final Movement movement;

  SinkCheck(Brokers brokers, Installation installation, Situation situation, Movement movement) {
    this.brokers = brokers;
    this.installation = installation;
    this.situation = situation;
    this.movement = movement;
  }

  @Override
  public String name() {
    return "sink";
  }

  @Override
  public List<Finding> run() throws InterruptedException {
    Optional<List<Finding>> obstacle = situation.obstacle(installation.topics().spans());
    if (obstacle.isPresent()) {
      return obstacle.get();
    }
    String group = installation.sinkGroup();
    return List.of(judge(group, brokers.group(group), movement.ofSink()));
  }

  static Finding judge(String id, Optional<GroupFacts> group, Progress progress) {
    if (group.isEmpty() || group.get().members() == 0) {
      return Finding.failed(
          "group %s has no member: nobody exports the spans".formatted(id),
          "start one: span-topology sink; --no-sink if something else reads the topic");
    }
    GroupFacts facts = group.get();
    if (!facts.isStable()) {
      return Finding.warning(
          "group %s is in state %s".formatted(id, facts.state()),
          "normal for a minute after a sink came or went; if it stays so, read the logs of the sinks");
    }
    List<?> stuck = progress.stuck(MARKER);
    return stuck.isEmpty()
        ? Finding.ok(
            "group %s: %s, %s, lag %d"
                .formatted(
                    id, facts.state(), Text.count(facts.members(), "member"), progress.lag(MARKER)))
        : Finding.failed(
            "group %s has %s, but nothing of %s was accepted in %s"
                .formatted(id, Text.count(facts.members(), "member"), stuck, progress.time()),
            "the backend fails or refuses: the sink's log says 'Export failed' and why; see the line of otlp");
  }
}
