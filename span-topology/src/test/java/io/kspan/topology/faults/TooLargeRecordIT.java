package io.kspan.topology.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.kspan.testsupport.generate.InputMessage;
import io.kspan.topology.application.SpanTopologyApplication;
import io.kspan.topology.cli.ExitCode;
import io.kspan.topology.errors.Fault;
import io.kspan.topology.names.Topics;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A topic takes less than what is to be written to it. */
class TooLargeRecordIT {
  private static final String PREFIX = "narrow.";

  @TempDir private Path folder;

  @Test
  void shouldStopAndLoseNothingOnceTheTopicTakesIt() throws Exception {
    List<InputMessage> input = Broker.rollouts(3, 10);
    Broker broker = Broker.shared();
    List<String> undisturbed = broker.undisturbed("wide.", input, folder);
    String spans = Topics.withPrefix(PREFIX).spans();
    broker.createTopics(PREFIX);
    broker.configure(spans, "max.message.bytes", "3000");
    broker.write(PREFIX, input);
    broker.writeEnd(PREFIX);
    Map<String, String> settings = broker.settings(PREFIX, folder);

    try (SpanTopologyApplication application = new SpanTopologyApplication(settings)) {
      application.start();
      await().atMost(Broker.PATIENCE).until(() -> application.failure().isPresent());
      RuntimeException failure = application.failure().orElseThrow();
      assertThat(Fault.describe(failure)).contains(spans, "larger than the max message size");
      assertThat(ExitCode.of(failure)).isEqualTo(ExitCode.FAILED);
    }
    assertThat(broker.deadLetters(PREFIX)).isEmpty();

    broker.configure(spans, "max.message.bytes", "1048588");
    Broker.runToEnd(settings, Broker.PARTITIONS, Broker.PATIENCE);
    assertThat(broker.spans(PREFIX)).isEqualTo(undisturbed).isNotEmpty();
  }
}
