package io.kspan.topology.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.kspan.testsupport.corpus.Corpus;
import io.kspan.testsupport.generate.InputMessage;
import io.kspan.topology.application.SpanTopologyApplication;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Instances go away in the middle, and others, without their state folders, go on. */
class RestartIT {
  private static final String DISTURBED = "disturbed.";
  private static final int TRACES = 56;

  @TempDir private Path folder;

  @Test
  void shouldGiveTheSameSpansWhenOtherInstancesTakeOver() throws Exception {
    List<InputMessage> input =
        Corpus.watchEvents("cluster-a").stream()
            .flatMap(event -> event.messages("a").stream())
            .toList();
    Broker kafka = Broker.shared();
    List<String> undisturbed = kafka.undisturbed("undisturbed.", input, folder);
    kafka.createTopics(DISTURBED);
    for (int i = 1; i <= 2; i++) {
      try (SpanTopologyApplication instance =
          new SpanTopologyApplication(settings(kafka, "instance-" + i))) {
        instance.start();
        if (i == 1) {
          kafka.write(DISTURBED, input);
          kafka.writeEnd(DISTURBED);
        }
        await()
            .atMost(Kafka.PATIENCE)
            .until(() -> instance.progress().events() > 0 || instance.progress().traces() > 0);
      }
    }

    List<String> disturbed =
        kafka.undisturbed(DISTURBED, settings(kafka, "last"), Kafka.PARTITIONS, Kafka.PATIENCE);

    assertThat(disturbed).hasSizeGreaterThanOrEqualTo(TRACES).isEqualTo(undisturbed);
  }

  private Map<String, String> settings(Kafka kafka, String instance) {
    Map<String, String> settings = kafka.settings(DISTURBED, folder);
    settings.put("kafka.state.dir", folder.resolve(instance).toString());
    return settings;
  }
}
