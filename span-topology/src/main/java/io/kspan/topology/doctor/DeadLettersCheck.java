package io.kspan.topology.doctor;

import io.kspan.topology.ops.CheckResult;
import io.kspan.topology.ops.UnansweredException;
import io.kspan.topology.waterfall.HumanDuration;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;

/** Whether records were put aside. */
final class DeadLettersCheck {
  /** The ends of transactions lie between the letters. */
  private static final int LAST_OFFSETS = 100;

  /** The sink's reason and words, then those of Kafka Streams. */
  private static final List<String> REASONS =
      List.of("kspan.error.reason", "kspan.error.message", "__streams.errors.message");

  private static final int MAX_REASON = 200;

  private DeadLettersCheck() {}

  static List<CheckResult> run(CheckContext context) throws InterruptedException {
    String topic = context.config().topics().deadLetters();
    List<Letter> letters = new ArrayList<>();
    try {
      context.readLast(
          topic,
          LAST_OFFSETS,
          letter -> letters.add(new Letter(reason(letter), letter.timestamp())));
    } catch (UnansweredException e) {
      if (e.isDenied()) {
        return List.of(unreadable(topic));
      }
      throw e;
    }
    Optional<Letter> newest =
        letters.stream().max(Comparator.comparingLong(Letter::timestampMillis));
    return List.of(
        judge(
            topic,
            context.config().bootstrapServers(),
            letters.size(),
            newest,
            context.nowMillis()));
  }

  /** Neither {@code run} nor {@code sink} reads them. */
  static CheckResult unreadable(String topic) {
    return CheckResult.skipped(
        "no right to READ %s, because run and sink only write to it".formatted(topic),
        "to have it checked: kafka-acls.sh --add --allow-principal User:NAME --operation READ --topic "
            + topic);
  }

  record Letter(String reason, long timestampMillis) {}

  static CheckResult judge(
      String topic, String servers, int letters, Optional<Letter> newest, long nowMillis) {
    return newest
        .map(
            letter ->
                CheckResult.warning(
                    "%s has %s%s, the newest from %s ago: %s"
                        .formatted(
                            topic,
                            letters < LAST_OFFSETS / 2 ? "" : "at least ",
                            CheckResult.count(letters, "record"),
                            HumanDuration.ofMillis(nowMillis - letter.timestampMillis()),
                            letter.reason()),
                    "kafka-console-consumer.sh --bootstrap-server %s --topic %s --from-beginning --property print.headers=true (docs/running-the-topology.md says what each reason means)"
                        .formatted(servers, topic)))
        .orElseGet(() -> CheckResult.ok(topic + " is empty"));
  }

  private static String reason(ConsumerRecord<byte[], byte[]> letter) {
    StringBuilder reason = new StringBuilder();
    for (String name : REASONS) {
      Header header = letter.headers().lastHeader(name);
      if (header != null && header.value() != null) {
        reason
            .append(reason.isEmpty() ? "" : ": ")
            .append(new String(header.value(), StandardCharsets.UTF_8));
      }
    }
    String line = reason.toString().replaceAll("\\s+", " ");
    return line.isEmpty()
        ? "without a reason in its headers"
        : line.substring(0, Math.min(line.length(), MAX_REASON));
  }
}
