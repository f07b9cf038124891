package io.kspan.topology.doctor;

import io.kspan.topology.Topics;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Whether the connector writes. */
final class InputCheck implements Check {
  /** Machines that ask the same time servers differ by less. */
  private static final long CLOCK_MILLIS = 10_000;

  private final Brokers brokers;
  private final Installation installation;
  private final Situation situation;
  private final Movement movement;
  private final InstantSource clock;

  InputCheck(
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
    return "input";
  }

  @Override
  public List<Finding> run() throws InterruptedException {
    Topics topics = installation.topics();
    Optional<List<Finding>> obstacle = situation.obstacle(topics.events(), topics.objects());
    if (obstacle.isPresent()) {
      return obstacle.get();
    }
    Progress progress = movement.ofApplication();
    List<Finding> findings = new ArrayList<>();
    for (String topic : List.of(topics.events(), topics.objects())) {
      findings.add(
          judge(
              new Facts(
                  topic,
                  topic.equals(topics.events()),
                  progress.written(topic),
                  progress.held(topic),
                  progress.arrived(topic),
                  progress.time(),
                  brokers.newest(situation.partitionsOf(topic)),
                  clock.millis())));
    }
    return findings;
  }

  /**
   * One of the inputs.
   *
   * @param arrived records that came between the two looks
   * @param time between them
   */
  record Facts(
      String topic,
      boolean events,
      long written,
      long held,
      long arrived,
      String time,
      Optional<Long> newestMillis,
      long nowMillis) {}

  static Finding judge(Facts facts) {
    String time = facts.time();
    String newest = Text.newest(facts.newestMillis(), facts.nowMillis());
    if (facts.written() == 0) {
      return Finding.failed(
          facts.topic() + " is empty: nothing was ever written to it",
          facts.events()
              ? "start the connector and look at its log for what is in the way (docs/installing-the-connector.md, step 5)"
              : "the connector watches no objects, or may not: its log has a line 'Listed ...' per resource; see resources and RBAC");
    }
    if (facts.held() == 0) {
      return Finding.warning(
          "%s holds nothing: its retention has deleted all %d records that were written"
              .formatted(facts.topic(), facts.written()),
          "if the cluster is not as quiet as that, see that the connector runs; else raise retention.ms");
    }
    long aheadMillis = facts.newestMillis().orElse(0L) - facts.nowMillis();
    if (aheadMillis > CLOCK_MILLIS) {
      return Finding.warning(
          "%s: the newest record is from %s ahead of this machine's clock"
              .formatted(facts.topic(), Text.millis(aheadMillis)),
          "set the clocks of the Connect workers, or of this machine: receipts decide when a trace is over");
    }
    if (facts.arrived() > 0) {
      return Finding.ok(
          "%s grows: %s in %s%s"
              .formatted(facts.topic(), Text.count(facts.arrived(), "record"), time, newest));
    }
    return facts.events()
        ? Finding.warning(
            "%s: no new Event in %s%s".formatted(facts.topic(), time, newest),
            "normal in a quiet cluster; make some and look again: kubectl rollout restart deployment NAME")
        : Finding.ok("%s: no object has changed in %s%s".formatted(facts.topic(), time, newest));
  }
}
