package io.kspan.topology.doctor;

import io.kspan.topology.Topics;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Whether {@code run} runs and keeps up. */
final class ApplicationCheck implements Check {
  private final Brokers brokers;
  private final Installation installation;
  private final Situation situation;
  private final Movement movement;

  ApplicationCheck(
      Brokers brokers, Installation installation, Situation situation, Movement movement) {
    this.brokers = brokers;
    this.installation = installation;
    this.situation = situation;
    this.movement = movement;
  }

  @Override
  public String name() {
    return "application";
  }

  @Override
  public List<Finding> run() throws InterruptedException {
    Topics topics = installation.topics();
    Optional<List<Finding>> obstacle = situation.obstacle(topics.events(), topics.objects());
    if (obstacle.isPresent()) {
      return obstacle.get();
    }
    String id = installation.topology().applicationId();
    Optional<GroupFacts> group = brokers.group(id);
    return judge(id, group, movement.ofApplication(), installation.topology().readinessMaxLag());
  }

  static List<Finding> judge(
      String id, Optional<GroupFacts> group, Progress progress, long maxLag) {
    if (group.isEmpty() || group.get().members() == 0) {
      return List.of(
          Finding.failed(
              "group %s has no member: no instance of the topology runs".formatted(id),
              "start one: span-topology run; if one runs, give doctor its application.id and bootstrap.servers"));
    }
    List<Finding> findings = new ArrayList<>();
    GroupFacts facts = group.get();
    List<?> stuck = progress.stuck(0);
    if (!facts.isStable()) {
      findings.add(
          Finding.warning(
              "group %s is in state %s".formatted(id, facts.state()),
              "normal for a minute after an instance came or went; if it stays so, read the logs of the instances"));
    } else if (!stuck.isEmpty()) {
      findings.add(
          Finding.failed(
              "group %s has %s, but has processed nothing of %s in %s"
                  .formatted(id, Text.count(facts.members(), "member"), stuck, progress.time()),
              "it restores state, or hangs: /readyz says which (docs/metrics.md), and the log has the reason"));
    } else if (progress.worstLag() > maxLag) {
      findings.add(
          Finding.warning(
              "group %s is %d records behind; a trace is written when all of them are processed"
                  .formatted(id, progress.lag(0)),
              "wait if it catches up; if kspan.topology.input_lag grows, start more instances (docs/scaling-the-topology.md)"));
    } else {
      findings.add(
          Finding.ok(
              "group %s: %s, %s, lag %d"
                  .formatted(
                      id, facts.state(), Text.count(facts.members(), "member"), progress.lag(0))));
    }
    return findings;
  }
}
