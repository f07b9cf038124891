package io.kspan.quickstart.page;

import static org.assertj.core.api.Assertions.assertThat;

import io.kspan.quickstart.CommandRun;
import io.kspan.testsupport.corpus.Corpus;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The page that {@code replay --html} writes of a recording; made once for all tests. */
final class RecordedPage {
  /** The rolling update, and the crash loop. */
  static final String ROLLOUT = "c7c5d29c22985d873688e27dd95ac013";

  private static final Path FOLDER = Path.of("target", "waterfall-page");

  private static Path page;
  private static Path withoutStates;

  private RecordedPage() {}

  static synchronized Path file() {
    if (page == null) {
      page = make("recorded.html", "pods");
    }
    return page;
  }

  /** The same with Events only. */
  static synchronized Path withoutStates() {
    if (withoutStates == null) {
      withoutStates = make("events.html", "off");
    }
    return withoutStates;
  }

  private static Path make(String name, String states) {
    try {
      Files.createDirectories(FOLDER);
      Path html = FOLDER.resolve(name).toAbsolutePath();
      CommandRun command = new CommandRun(FOLDER.toAbsolutePath());
      assertThat(
              command.execute(
                  "replay",
                  Corpus.recording("cluster-a").toString(),
                  "--html",
                  html.toString(),
                  "--cluster",
                  "demo",
                  "--set",
                  "trace.state.spans=" + states))
          .as(command.err())
          .isZero();
      return html;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
