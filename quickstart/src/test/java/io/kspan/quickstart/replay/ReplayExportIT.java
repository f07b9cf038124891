package io.kspan.quickstart.replay;

import static org.assertj.core.api.Assertions.assertThat;

import io.kspan.quickstart.CommandRun;
import io.kspan.testsupport.corpus.Corpus;
import io.kspan.testsupport.otlp.OtlpBackend;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A replay to a backend: the command line says what the backend has accepted. */
class ReplayExportIT {
  @TempDir private Path folder;

  @Test
  void shouldFailWhenTheBackendRefusesSpans() throws IOException {
    CommandRun run = new CommandRun(folder);
    try (OtlpBackend backend = new OtlpBackend(0)) {
      backend.answerWith(request -> 400);

      assertThat(replay(run, backend)).isEqualTo(1);

      assertThat(run.err())
          .containsPattern(
              "error: --otlp-endpoint " + backend.url() + " refused (\\d+) of \\1 spans: HTTP 400");
      assertThat(run.out()).contains("spans; 0 unreadable");
    }
  }

  @Test
  void shouldTellThatItRetriesUntilTheBackendIsHealthy() throws IOException {
    CommandRun run = new CommandRun(folder);
    try (OtlpBackend backend = new OtlpBackend(0)) {
      backend.answerWith(request -> run.err().contains("retrying") ? 200 : 503);

      assertThat(replay(run, backend)).isZero();

      assertThat(run.err())
          .containsPattern("\n0 of \\d+ spans exported; " + backend.url() + " answers HTTP 503")
          .contains(", retrying (Ctrl-C gives up)")
          .containsPattern("\n(\\d+) of \\1 spans exported\n");
    }
  }

  private static int replay(CommandRun run, OtlpBackend backend) {
    return run.execute(
        "replay", Corpus.recording("bundled").toString(), "--otlp-endpoint", backend.url());
  }
}
