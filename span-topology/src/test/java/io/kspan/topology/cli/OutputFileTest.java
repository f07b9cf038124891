package io.kspan.topology.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.kafka.common.config.ConfigException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OutputFileTest {
  @TempDir private Path folder;

  private void write(Path target) throws IOException {
    try (OutputFile file = OutputFile.prepare("--html", target)) {
      file.write(out -> out.write("whole"));
    }
  }

  @Test
  void shouldReplaceAFileWhenItIsWholeOnly() throws IOException {
    Path target = Files.writeString(folder.resolve("page.html"), "before");
    try (OutputFile file = OutputFile.prepare("--html", target)) {
      assertThatThrownBy(
              () ->
                  file.write(
                      out -> {
                        throw new IOException("broken");
                      }))
          .hasMessage("broken");
    }
    assertThat(target).hasContent("before");
    write(target);

    assertThat(target).hasContent("whole");
    assertThat(folder).isDirectoryNotContaining("glob:**unfinished**");
  }

  @Test
  void shouldWriteWhereASymbolicLinkLeads() throws IOException {
    Path real = Files.createDirectory(folder.resolve("there")).resolve("page.html");
    Path near = Files.createSymbolicLink(folder.resolve("near.html"), Path.of("there/page.html"));
    Path far = Files.createSymbolicLink(folder.resolve("far.html"), near);

    write(far);
    write(near);

    assertThat(far).isSymbolicLink();
    assertThat(near).isSymbolicLink();
    assertThat(real).isRegularFile().hasContent("whole");
  }

  @Test
  void shouldRefuseALinkToItself() throws IOException {
    Path circle = folder.resolve("circle");
    Files.createSymbolicLink(circle, circle);

    assertThatThrownBy(() -> OutputFile.prepare("--html", circle))
        .isInstanceOf(ConfigException.class)
        .hasMessageContainingAll("--html", circle.toString(), "circle");
  }
}
