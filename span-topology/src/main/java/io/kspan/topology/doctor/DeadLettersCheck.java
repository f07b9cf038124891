package io.kspan.topology.doctor;

import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;

/** Whether records were put aside. */
final class DeadLettersCheck implements Check {
  /** The ends of transactions lie between the letters. */
  private static final int TAIL_OFFSETS = 100;

  /** The sink's reason and words, then those of Kafka Streams. */
  private static final List<String> REASONS =
      List.of("kspan.error.reason", "kspan.error.message", "__streams.errors.message");

  private static final int MAX_REASON = 200;

  private final Installation installation;
  private final Situation situation;
  private final Tail tail;
  private final InstantSource clock;

  DeadLettersCheck(Installation installation, Situation situation, Tail tail, InstantSource clock) {
    this.installation = installation;
    this.situation = situation;
    this.tail = tail;
    this.clock = clock;
  }

  @Override
  public String name() {
    return "dead-letters";
  }

  @Override
  public List<Finding> run() throws InterruptedException {
    String topic = installation.topics().deadLetters();
    Optional<List<Finding>> obstacle = situation.obstacle(topic);
    if (obstacle.isPresent()) {
      return obstacle.get();
    }
    List<ConsumerRecord<byte[], byte[]>> last =
        tail.of(situation.partitionsOf(topic), TAIL_OFFSETS);
    Optional<Letter> newest =
        last.stream()
            .max(Comparator.comparingLong(ConsumerRecord::timestamp))
            .map(record -> new Letter(reason(record), record.timestamp()));
    return List.of(
        judge(topic, installation.bootstrapServers(), last.size(), newest, clock.millis()));
  }

  /** A dead letter. */
  record Letter(String reason, long timestampMillis) {}

  static Finding judge(
      String topic, String servers, int found, Optional<Letter> newest, long nowMillis) {
    return newest
        .map(
            letter ->
                Finding.warning(
                    "%s has %s%s, the newest from %s ago: %s"
                        .formatted(
                            topic,
                            found < TAIL_OFFSETS / 2 ? "" : "at least ",
                            Text.count(found, "record"),
                            Text.millis(nowMillis - letter.timestampMillis()),
                            letter.reason()),
                    "kafka-console-consumer.sh --bootstrap-server %s --topic %s --from-beginning --property print.headers=true (docs/running-the-topology.md says what each reason means)"
                        .formatted(servers, topic)))
        .orElseGet(() -> Finding.ok(topic + " is empty"));
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
