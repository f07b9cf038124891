package io.kspan.topology.application;

import static org.assertj.core.api.Assertions.assertThat;

import io.kspan.testsupport.generate.Input;
import io.kspan.testsupport.generate.InputMessage;
import io.kspan.testsupport.generate.SimulatedCluster;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Two connectors that watch the same cluster, one behind the other: trace-model 1.2. */
class CopiesTest {
  private static final int PODS = 10;

  private static List<InputMessage> rollout() {
    List<InputMessage> messages = new ArrayList<>();
    SimulatedCluster.rollouts(1, Input.START, 1, PODS, Duration.ZERO)
        .forEachRemaining(messages::add);
    return messages;
  }

  private static InputMessage copy(InputMessage message, long laterMillis) {
    long receipt = message.receiptMillis() + laterMillis;
    String json =
        new String(message.envelope(), StandardCharsets.UTF_8)
            .replaceFirst(
                "\"observedAt\":\"[^\"]*\"",
                "\"observedAt\":\"" + Instant.ofEpochMilli(receipt) + "\"");
    return new InputMessage(
        message.event(), message.key(), receipt, json.getBytes(StandardCharsets.UTF_8));
  }

  private static List<String> spans(List<InputMessage> messages) {
    try (TopologyHarness harness = new TopologyHarness(Input.START, Map.of()).idle()) {
      messages.forEach(harness::pipe);
      return TopologyHarness.sorted(harness.pass(Duration.ofMinutes(1)).spans());
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 1, 300, 1500})
  void shouldAbsorbWhatASecondConnectorReports(long behindMillis) {
    List<InputMessage> twice = rollout();
    rollout().forEach(message -> twice.add(copy(message, behindMillis)));
    twice.sort(Comparator.comparingLong(InputMessage::receiptMillis));

    assertThat(spans(twice)).isEqualTo(spans(rollout()));
  }

  @Test
  void shouldMakeSpansOfTheRollout() {
    assertThat(spans(rollout())).isNotEmpty();
  }
}
