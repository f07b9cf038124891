package io.kspan.topology.doctor;

import io.kspan.topology.Topics;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/** Whether finished traces are written. */
final class SpansCheck implements Check {
  private final Brokers brokers;
  private final Installation installation;
  private final Situation situation;
  private final Movement movement;
  private final InstantSource clock;

  SpansCheck(
      Brokers brokers,
      Installation installation,
      Situation situation,
      Movement movement,
      InstantSource clock) {
    this.brokers = brokers;
    this.installation = installation;
    this.situation = situation;
    this.movement = movement;
    this.clock = clock;
  }

  @Override
  public String name() {
    return "spans";
  }

  @Override
  public List<Finding> run() throws InterruptedException {
    Topics topics = installation.topics();
    Optional<List<Finding>> obstacle = situation.obstacle(topics.spans());
    if (obstacle.isPresent()) {
      return obstacle.get();
    }
    Progress progress = movement.ofSink();
    return List.of(
        judge(
            topics.spans(),
            progress.written(topics.spans()),
            progress.held(topics.spans()),
            brokers.newest(situation.partitionsOf(topics.spans())),
            clock.millis()));
  }

  /**
   * By its offsets.
   *
   * @param written all that were ever written
   * @param held those that are still there
   */
  static Finding judge(
      String topic, long written, long held, Optional<Long> newestMillis, long nowMillis) {
    if (written == 0) {
      return Finding.warning(
          topic + " is empty: no trace has been finished yet",
          "a trace is written when its change has been quiet for trace.settle.ms, one that has not"
              + " settled after trace.inactivity.ms; if it stays empty, docs/why-no-spans.md");
    }
    if (held == 0) {
      return Finding.warning(
          topic + " holds nothing: its retention has deleted all that was written",
          "make a change in the cluster and look again");
    }
    return Finding.ok(topic + " has finished traces" + Text.newest(newestMillis, nowMillis));
  }
}
