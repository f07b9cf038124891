package io.kspan.quickstart.replay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.kspan.quickstart.broker.EmbeddedBroker;
import io.kspan.quickstart.broker.TopicCreation;
import io.kspan.quickstart.capture.CaptureScan;
import io.kspan.quickstart.capture.Captures;
import io.kspan.testsupport.corpus.Corpus;
import io.kspan.topology.SpanTopologyApplication;
import io.kspan.topology.Topics;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Instances go away in the middle, and others, without their state folders, go on. */
class RestartIT {
  private static final Path CAPTURE = Corpus.recording("cluster-a");
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final int PARTITIONS = 3;
  private static final int OCCURRENCES = 829;

  @TempDir private Path folder;

  @Test
  void shouldGiveTheSameSpansWhenOtherInstancesTakeOver() throws InterruptedException {
    try (EmbeddedBroker broker = EmbeddedBroker.start(folder.resolve("broker"))) {
      SpanLog undisturbed = spans(broker, "undisturbed.", 1);
      SpanLog disturbed = spans(broker, "disturbed.", 3);

      assertThat(disturbed.requests()).isEqualTo(undisturbed.requests());
      assertThat(disturbed.spans()).hasSizeGreaterThan(OCCURRENCES);
    }
  }

  /**
   * The last of {@code instances} sees the end; those before it stop once they have read something.
   */
  private SpanLog spans(EmbeddedBroker broker, String prefix, int instances)
      throws InterruptedException {
    Topics topics = Topics.withPrefix(prefix);
    TopicCreation.create(broker.bootstrapServers(), topics, PARTITIONS);
    for (int i = 1; i < instances; i++) {
      try (SpanTopologyApplication instance = start(broker, prefix, "instance-" + i)) {
        if (i == 1) {
          load(broker, topics);
        }
        await()
            .atMost(PATIENCE)
            .until(() -> instance.progress().events() > 0 || instance.progress().traces() > 0);
      }
    }
    if (instances == 1) {
      load(broker, topics);
    }
    try (SpanTopologyApplication last = start(broker, prefix, "last")) {
      await()
          .atMost(PATIENCE)
          .until(
              () -> last.failure().isPresent() || last.progress().drained().size() == PARTITIONS);
      assertThat(last.failure()).isEmpty();
    }
    return SpanLog.read(broker.bootstrapServers(), topics);
  }

  private static void load(EmbeddedBroker broker, Topics topics) throws InterruptedException {
    try (Captures captures = new Captures(List.of(CaptureScan.of(CAPTURE)));
        CaptureLoader loader =
            new CaptureLoader(broker.bootstrapServers(), topics, PARTITIONS, "a")) {
      loader.load(captures, records -> {});
    }
  }

  private SpanTopologyApplication start(EmbeddedBroker broker, String prefix, String name) {
    Map<String, String> properties = new HashMap<>();
    properties.put("bootstrap.servers", broker.bootstrapServers());
    properties.put("application.id", prefix + "topology");
    properties.put("topic.prefix", prefix);
    properties.put("kafka.state.dir", folder.resolve(prefix + name).toString());
    SpanTopologyApplication instance = new SpanTopologyApplication(properties);
    instance.start();
    return instance;
  }
}
