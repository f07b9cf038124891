package io.kspan.quickstart.page;

import static org.assertj.core.api.Assertions.assertThat;

import io.kspan.quickstart.ReplayRun;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The page that {@code replay --html} writes of a recording; made once for all tests. */
final class RecordedPage {
  /** The rolling update, and the crash loop, that are in either recording. */
  static final String ROLLOUT = "c7c5d29c22985d873688e27dd95ac013";

  private static final Path RECORDING =
      Path.of("..", "..", "shared", "corpus", "cluster-a.ndjson.gz");
  private static final Path FOLDER = Path.of("target", "waterfall-page");

  private static Path page;

  private RecordedPage() {}

  /** Whether the recording of a whole cluster is here, and not only the part that is bundled. */
  static boolean isComplete() {
    return Files.isReadable(RECORDING);
  }

  static synchronized Path file() {
    if (page == null) {
      page = make();
    }
    return page;
  }

  private static Path make() {
    try {
      Files.createDirectories(FOLDER);
      Path html = FOLDER.resolve("recorded.html").toAbsolutePath();
      Path capture = isComplete() ? RECORDING : bundled();
      assertThat(
              ReplayRun.of(
                  FOLDER.toAbsolutePath(),
                  capture.toString(),
                  "--html",
                  html.toString(),
                  "--cluster",
                  "demo"))
          .isEmpty();
      return html;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Path bundled() throws IOException {
    Path capture = FOLDER.resolve("rollout-and-crashloop.ndjson.gz");
    try (InputStream bundled =
        RecordedPage.class.getResourceAsStream(
            "/io/kspan/quickstart/apiserver/rollout-and-crashloop.ndjson.gz")) {
      Files.write(capture, bundled.readAllBytes());
    }
    return capture;
  }
}
