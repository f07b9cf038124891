package io.kspan.topology.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;
import static org.awaitility.Durations.ONE_SECOND;

import io.kspan.topology.cli.ExitCode;
import io.kspan.topology.generate.InputMessage;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The disk with the state runs full while an instance works, and later there is room again. */
class FullDiskIT {
  private static final String PREFIX = "full.";
  private static final int FIRST = 200;

  @TempDir private Path folder;
  private Path disk;
  private boolean mounted;

  @BeforeEach
  void mount() throws IOException, InterruptedException {
    disk = Files.createDirectory(folder.resolve("disk"));
    mounted = run("mount", "-t", "tmpfs", "-o", "size=32m", "tmpfs", disk.toString());
    assumeThat(mounted).as("mounting a small disk is not allowed here").isTrue();
  }

  @AfterEach
  void unmount() throws IOException, InterruptedException {
    if (mounted) {
      assertThat(run("umount", "-l", disk.toString())).isTrue();
    }
  }

  private static boolean run(String... command) throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    return process.waitFor(30, TimeUnit.SECONDS) && process.exitValue() == 0;
  }

  @Test
  void shouldStopAndGoOnWhenThereIsRoomAgain() throws Exception {
    List<InputMessage> input = Broker.rollouts(20, 10);
    try (Broker broker = Broker.start()) {
      List<String> undisturbed = broker.undisturbed("undisturbed.", input, folder);
      broker.createTopics(PREFIX);
      broker.write(PREFIX, input.subList(0, FIRST));
      Map<String, String> settings = broker.settings(PREFIX, disk);
      settings.put("kafka.rocksdb.config.setter", SmallBuffers.class.getName());

      try (Command first = new Command("run", settings, folder.resolve("first.log"))) {
        await()
            .atMost(Broker.PATIENCE)
            .until(() -> !first.isAlive() || broker.committed(PREFIX + "topology") >= FIRST);
        Path filler = fill();
        broker.write(PREFIX, input.subList(FIRST, input.size()));
        broker.writeEnd(PREFIX);
        assertThat(first.exitCode()).as(first.output()).isEqualTo(ExitCode.FAILED);
        assertThat(first.output()).containsPattern("(?m)^error: .*No space left on device");
        Files.delete(filler);
      }
      assertThat(broker.deadLetters(PREFIX)).isEmpty();

      try (Command second = new Command("run", settings, folder.resolve("second.log"))) {
        await()
            .atMost(Broker.PATIENCE)
            .pollInterval(ONE_SECOND)
            .until(() -> !second.isAlive() || broker.spans(PREFIX).size() >= undisturbed.size());
        assertThat(second.stop().exitCode()).as(second.output()).isEqualTo(ExitCode.STOPPED);
      }
      assertThat(broker.spans(PREFIX)).isEqualTo(undisturbed).isNotEmpty();
    }
  }

  private Path fill() throws IOException {
    Path filler = disk.resolve("filler");
    byte[] block = new byte[4096];
    try (OutputStream out = Files.newOutputStream(filler)) {
      while (true) {
        out.write(block);
      }
    } catch (IOException full) {
      return filler;
    }
  }
}
