package io.kspan.topology.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.kspan.testsupport.generate.InputMessage;
import io.kspan.topology.names.Topics;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewPartitions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Topics of an exporter that keys nothing by objects, with different numbers of partitions: the
 * spans are those of topics with the right keys.
 */
class RekeyIT {
  private static final String RIGHT = "right.";
  private static final String FOREIGN = "foreign.";
  private static final int MORE = Kafka.PARTITIONS + 1;

  @TempDir private Path folder;

  /** Live rules, by receipts alone: a quiet partition says nothing about rollouts of long ago. */
  private Map<String, String> settings(Broker broker, String prefix) {
    Map<String, String> settings = new HashMap<>(broker.settings(prefix, folder));
    settings.remove("watermark.lateness.ms");
    settings.put("idle.grace.ms", "1000000000000");
    return settings;
  }

  private static List<InputMessage> withForeignKeys(List<InputMessage> input) {
    Random random = new Random(1);
    List<InputMessage> foreign = new ArrayList<>();
    for (InputMessage message : input) {
      foreign.add(
          new InputMessage(
              message.event(),
              Long.toString(random.nextLong()),
              message.receiptMillis(),
              message.envelope()));
    }
    return foreign;
  }

  @Test
  void shouldGiveTheSpansOfRightKeys() throws Exception {
    List<InputMessage> input = Broker.rollouts(4, 6);
    try (Broker broker = Broker.start();
        Admin admin = Admin.create(Map.of("bootstrap.servers", broker.address()))) {
      broker.createTopics(RIGHT);
      broker.write(RIGHT, input);
      broker.writeEnd(RIGHT);
      List<String> expected =
          broker.undisturbed(RIGHT, settings(broker, RIGHT), Kafka.PARTITIONS, Kafka.PATIENCE);

      broker.createTopics(FOREIGN);
      broker.write(FOREIGN, withForeignKeys(input.subList(0, input.size() / 2)));
      String events = Topics.withPrefix(FOREIGN).events();
      admin.createPartitions(Map.of(events, NewPartitions.increaseTo(MORE))).all().get();
      broker.write(FOREIGN, withForeignKeys(input.subList(input.size() / 2, input.size())));
      broker.writeEnd(FOREIGN);
      broker.writeEnd(events, MORE - 1, MORE);
      Map<String, String> settings = settings(broker, FOREIGN);
      settings.put("input.rekey", "true");

      assertThat(broker.undisturbed(FOREIGN, settings, MORE, Kafka.PATIENCE))
          .isNotEmpty()
          .isEqualTo(expected);
    }
  }
}
