package io.kspan.topology.history;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;

/** Tests have no terminal. */
class ReplayProgressTest {

  @Test
  void shouldWriteLinesWithoutATerminal() {
    StringWriter lines = new StringWriter();
    try (ReplayProgress view = ReplayProgress.on(new PrintWriter(lines))) {
      view.note("before");
      view.phase("reading", "records", 4);
      view.done(3, "");
      view.phase("exporting", "spans", 0);
      view.done(0, "the backend: HTTP 503");
      view.note("after");
    }

    assertThat(lines.toString()).doesNotContain("\r");
    assertThat(lines.toString().lines())
        .startsWith("before")
        .anyMatch(
            line -> line.startsWith("reading") && line.contains("75%") && line.contains("3/4"))
        .anyMatch(line -> line.startsWith("exporting") && line.contains("HTTP 503"))
        .endsWith("after");
  }
}
