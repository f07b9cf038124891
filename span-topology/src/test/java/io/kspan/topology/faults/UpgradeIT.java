package io.kspan.topology.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.kspan.testsupport.generate.InputMessage;
import io.kspan.topology.Names;
import io.kspan.topology.SpanTopologyApplication;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A release goes on from what an earlier one has left in Kafka: stopped in the middle of rollouts,
 * with open sessions, waiting items and lineage.
 *
 * <p>{@code -Dstate.save=NAME} saves the state of this release as {@code state/NAME.jsonl.gz}, once
 * per format; what is saved stays.
 */
class UpgradeIT {
  private static final Path SAVED = Path.of("src/test/resources/state");
  private static final String PREFIX = "upgrade.";
  private static final String GROUP = PREFIX + "topology";
  private static final String CALM = "calm.";

  @TempDir private Path folder;
  private final List<InputMessage> input = Broker.rollouts(4, 6);
  private final int half = input.size() / 2;

  /** Live rules, by receipts alone: a quiet partition says nothing about rollouts of long ago. */
  private Map<String, String> settings(Broker broker, String prefix) {
    Map<String, String> settings = new HashMap<>(broker.settings(prefix, folder));
    settings.remove("watermark.lateness.ms");
    settings.put("idle.grace.ms", "1000000000000");
    return settings;
  }

  @Test
  @EnabledIfSystemProperty(named = "state.save", matches = ".+")
  void shouldSaveItsState() throws Exception {
    try (Broker broker = Broker.start()) {
      broker.createTopics(PREFIX);
      broker.write(PREFIX, input.subList(0, half));
      try (SpanTopologyApplication application =
          new SpanTopologyApplication(settings(broker, PREFIX))) {
        application.start();
        await().atMost(Kafka.PATIENCE).until(() -> broker.hasRead(PREFIX, GROUP));
      }
      SavedState state = SavedState.of(broker, PREFIX, GROUP);
      assertThat(state.sizes()).containsKeys(stores(Names.OBJECTS_STORE, Names.ITEMS_STORE));
      state.write(SAVED.resolve(System.getProperty("state.save") + ".jsonl.gz"));
    }
  }

  private static String[] stores(String... names) {
    String[] topics = new String[names.length];
    for (int i = 0; i < names.length; i++) {
      topics[i] = GROUP + "-" + names[i] + "-changelog";
    }
    return topics;
  }

  @ParameterizedTest
  @ValueSource(strings = "format-2")
  void shouldGoOnFromWhatAnEarlierReleaseLeft(String name) throws Exception {
    try (Broker broker = Broker.start();
        InputStream file = Files.newInputStream(SAVED.resolve(name + ".jsonl.gz"))) {
      broker.createTopics(CALM);
      broker.write(CALM, input);
      broker.writeEnd(CALM);
      List<String> expected =
          broker.undisturbed(CALM, settings(broker, CALM), Kafka.PARTITIONS, Kafka.PATIENCE);

      broker.createTopics(PREFIX);
      broker.write(PREFIX, input.subList(0, half));
      broker.restore(SavedState.read(file), PREFIX, GROUP);
      int before = broker.spans(PREFIX).size();
      broker.write(PREFIX, input.subList(half, input.size()));
      broker.writeEnd(PREFIX);

      assertThat(
              broker.undisturbed(
                  PREFIX, settings(broker, PREFIX), Kafka.PARTITIONS, Kafka.PATIENCE))
          .isEqualTo(expected)
          .hasSizeGreaterThan(before);
    }
  }
}
