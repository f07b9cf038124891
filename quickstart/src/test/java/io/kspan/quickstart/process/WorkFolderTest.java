package io.kspan.quickstart.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kspan.topology.errors.BadInputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WorkFolderTest {

  /** No process has it: the kernel's limit is lower. */
  private static final long NO_PID = 999_999_999L;

  @TempDir private Path base;

  @Test
  void shouldDeleteEverythingInIt() throws IOException {
    Path inside;
    try (WorkFolder work = WorkFolder.create(base)) {
      inside = work.resolve("broker/logs");
      Files.createDirectories(inside);
      Files.writeString(inside.resolve("segment"), "x");
    }

    assertThat(inside).doesNotExist();
    assertThat(base).isEmptyDirectory();
  }

  @Test
  void shouldDeleteOnlyTheFilesOfKilledRuns() throws IOException {
    Path abandoned = Files.createDirectories(base.resolve("run-" + NO_PID + "/broker"));
    Path log = Files.writeString(base.resolve("run-" + NO_PID + ".log"), "x");
    long parent = ProcessHandle.current().parent().orElseThrow().pid();
    Path running = Files.createDirectories(base.resolve("run-" + parent));
    Path other = Files.writeString(base.resolve("build.log"), "x");

    WorkFolder work = WorkFolder.create(base);

    assertThat(abandoned).doesNotExist();
    assertThat(log).doesNotExist();
    assertThat(running).exists();
    assertThat(other).exists();
    work.close();
  }

  /** In a container every run has the same number. */
  @Test
  void shouldBeEmptyAfterAKilledRunOfTheSameNumber() throws IOException {
    Path left =
        Files.createDirectories(
            base.resolve("run-" + ProcessHandle.current().pid() + "/broker/logs"));

    try (WorkFolder work = WorkFolder.create(base)) {
      assertThat(left).doesNotExist();
      assertThat(work.resolve("broker").getParent()).isEmptyDirectory();
    }
  }

  @Test
  void shouldNameAPlaceThatCannotBeWritten() throws IOException {
    Path file = Files.writeString(base.resolve("file"), "x");

    assertThatThrownBy(() -> WorkFolder.create(file.resolve(".quickstart")))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("cannot be written");
  }
}
