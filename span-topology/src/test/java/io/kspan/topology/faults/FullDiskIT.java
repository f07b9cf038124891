package io.kspan.topology.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;
import static org.awaitility.Durations.ONE_SECOND;

import io.kspan.testsupport.JavaProcess;
import io.kspan.testsupport.generate.InputMessage;
import io.kspan.topology.cli.ExitCode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The disk with the state runs full while an instance works, and later there is room again. */
class FullDiskIT {
  private static final String PREFIX = "full.";
  private static final int FIRST = 200;

  @TempDir private Path folder;
  private SmallDisk disk;

  @BeforeEach
  void mount() throws IOException {
    Optional<SmallDisk> mounted = SmallDisk.mount(folder.resolve("disk"), 32);
    assumeThat(mounted).as("mounting a small disk is not allowed here").isPresent();
    disk = mounted.orElseThrow();
  }

  @AfterEach
  void unmount() throws IOException {
    if (disk != null) {
      disk.close();
    }
  }

  @Test
  void shouldStopAndGoOnWhenThereIsRoomAgain() throws Exception {
    List<InputMessage> input = Broker.rollouts(20, 10);
    try (Broker broker = Broker.start()) {
      List<String> undisturbed = broker.undisturbed("undisturbed.", input, folder);
      broker.createTopics(PREFIX);
      broker.write(PREFIX, input.subList(0, FIRST));
      Map<String, String> settings = broker.settings(PREFIX, disk.folder());
      settings.put("kafka.rocksdb.config.setter", SmallBuffers.class.getName());

      try (JavaProcess first = new JavaProcess("run", settings, folder.resolve("first.log"))) {
        await()
            .atMost(Broker.PATIENCE)
            .until(() -> !first.isAlive() || broker.committed(PREFIX + "topology") >= FIRST);
        disk.keepFull();
        broker.write(PREFIX, input.subList(FIRST, input.size()));
        broker.writeEnd(PREFIX);
        assertThat(first.exitCode()).as(first.output()).isEqualTo(ExitCode.FAILED);
        assertThat(first.output()).containsPattern("(?m)^error: .*No space left on device");
        disk.makeRoom();
      }
      assertThat(broker.deadLetters(PREFIX)).isEmpty();

      try (JavaProcess second = new JavaProcess("run", settings, folder.resolve("second.log"))) {
        await()
            .atMost(Broker.PATIENCE)
            .pollInterval(ONE_SECOND)
            .until(() -> !second.isAlive() || broker.spans(PREFIX).size() >= undisturbed.size());
        assertThat(second.stop().exitCode()).as(second.output()).isEqualTo(ExitCode.STOPPED);
      }
      assertThat(broker.spans(PREFIX)).isEqualTo(undisturbed).isNotEmpty();
    }
  }
}
