package io.kspan.topology.doctor;

import io.kspan.topology.names.Topics;
import io.kspan.topology.ops.CheckResult;
import io.kspan.topology.waterfall.HumanDuration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Whether the connector writes. */
final class InputCheck {
  /** Machines that ask the same time servers differ by less. */
  private static final long CLOCK_MILLIS = 10_000;

  private InputCheck() {}

  static List<CheckResult> run(CheckContext context) throws InterruptedException {
    Topics topics = context.config().topics();
    GroupLag lag = context.applicationLag();
    List<CheckResult> results = new ArrayList<>();
    for (String topic : List.of(topics.events(), topics.objects())) {
      results.add(
          judge(
              new Facts(
                  topic,
                  topic.equals(topics.events()),
                  lag.written(topic),
                  lag.held(topic),
                  lag.arrived(topic),
                  lag.time(),
                  context.offsets().newestMillis(context.partitionsOf(topic)),
                  context.nowMillis())));
    }
    return results;
  }

  /**
   * One of the inputs; {@code arrived} records were written in {@code time}, between the samples.
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

  static CheckResult judge(Facts facts) {
    String time = facts.time();
    String newest = newest(facts.newestMillis(), facts.nowMillis());
    if (facts.written() == 0) {
      return CheckResult.failed(
          facts.topic() + " is empty: nothing was ever written to it",
          facts.events()
              ? "start the connector; its log says what is in the way (docs/installing-the-connector.md, step 5)"
              : "the connector watches no objects, or may not: its log has a line 'Listed ...' per resource; see resources and RBAC");
    }
    if (facts.held() == 0) {
      return CheckResult.warning(
          "%s holds nothing: its retention has deleted all %d records that were written"
              .formatted(facts.topic(), facts.written()),
          "if the cluster is not as quiet as that, see that the connector runs; else raise retention.ms");
    }
    long aheadMillis = facts.newestMillis().orElse(0L) - facts.nowMillis();
    if (aheadMillis > CLOCK_MILLIS) {
      return CheckResult.warning(
          "%s: the newest record is from %s ahead of this machine's clock"
              .formatted(facts.topic(), HumanDuration.ofMillis(aheadMillis)),
          "set the clocks of the Connect workers, or of this machine: receipts decide when a trace is over");
    }
    if (facts.arrived() > 0) {
      return CheckResult.ok(
          "%s grows: %s in %s%s"
              .formatted(
                  facts.topic(), CheckResult.count(facts.arrived(), "record"), time, newest));
    }
    return facts.events()
        ? CheckResult.warning(
            "%s: no new Event in %s%s".formatted(facts.topic(), time, newest),
            "normal in a quiet cluster; make some and check again: kubectl rollout restart deployment NAME")
        : CheckResult.ok(
            "%s: no object has changed in %s%s".formatted(facts.topic(), time, newest));
  }

  /** The age of the newest record, behind a sentence about its topic. */
  static String newest(Optional<Long> newestMillis, long nowMillis) {
    return newestMillis
        .map(
            millis -> "; the newest is from " + HumanDuration.ofMillis(nowMillis - millis) + " ago")
        .orElse("");
  }
}
