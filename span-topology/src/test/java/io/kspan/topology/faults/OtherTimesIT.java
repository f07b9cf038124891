package io.kspan.topology.faults;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.kspan.testsupport.generate.InputMessage;
import io.kspan.topology.application.SpanTopologyApplication;
import io.kspan.topology.names.Topics;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A cluster whose clock is two hours ahead, and one of last month. Brokers refuse records that are
 * more than an hour ahead; here the inputs accept them, other topics do not.
 */
class OtherTimesIT {
  private static final String PREFIX = "times.";
  private static final String DEFAULT_LIMIT = Long.toString(Duration.ofHours(1).toMillis());
  private static final int TREES = 2;

  @TempDir private Path folder;

  @Test
  void shouldWriteEverySpanAndEveryDeadLetter() throws Exception {
    List<InputMessage> input = new ArrayList<>();
    input.addAll(Broker.rollouts(1, Instant.now().minus(Duration.ofDays(31)), TREES, 4));
    input.addAll(Broker.rollouts(2, Instant.now().plus(Duration.ofHours(2)), TREES, 4));
    Broker broker = Broker.shared();
    Topics topics = Topics.withPrefix(PREFIX);
    broker.createTopics(PREFIX);
    for (String topic : List.of(topics.lineage(), topics.spans(), topics.deadLetters())) {
      broker.configure(topic, "message.timestamp.after.max.ms", DEFAULT_LIMIT);
      broker.configure(topic, "message.timestamp.before.max.ms", DEFAULT_LIMIT);
    }
    broker.write(PREFIX, input);
    broker.write(
        PREFIX,
        List.of(
            new InputMessage(
                true,
                "k",
                Instant.now().plus(Duration.ofHours(2)).toEpochMilli(),
                "not JSON".getBytes(UTF_8))));
    broker.writeEnd(PREFIX);
    SpanTopologyApplication.Progress progress =
        Broker.runToEnd(broker.settings(PREFIX, folder), Broker.PARTITIONS, Broker.PATIENCE);
    assertThat(progress.spans())
        .isGreaterThanOrEqualTo(input.stream().filter(InputMessage::event).count());
    assertThat(broker.spans(PREFIX)).hasSize((int) progress.traces());
    assertThat(broker.deadLetters(PREFIX)).hasSize(1);
  }
}
