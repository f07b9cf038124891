package io.kspan.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.kspan.testsupport.corpus.Corpus;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.function.IntSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A replay to a backend: exit code and output of the command. */
class ReplayExportIT {

  @TempDir private Path folder;
  private HttpServer server;
  private String url;
  private CommandRun command;

  @BeforeEach
  void start() throws IOException {
    command = new CommandRun(folder);
    server = HttpServer.create(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0), 0);
    server.start();
    url = "http://127.0.0.1:" + server.getAddress().getPort();
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  @Test
  void shouldFailWhenTheBackendRefusesSpans() throws IOException {
    answer(() -> 400);

    assertThat(replay()).isEqualTo(1);

    assertThat(command.err())
        .containsPattern(
            "error: --otlp-endpoint " + url + " refused (\\d+) of \\1 spans: HTTP 400");
    assertThat(command.out()).contains("spans; 0 unreadable");
  }

  @Test
  void shouldTellThatItRetriesUntilTheBackendIsHealthy() throws IOException {
    answer(() -> command.err().contains("retrying") ? 200 : 503);

    assertThat(replay()).isZero();

    assertThat(command.err())
        .containsPattern("\n0 of \\d+ spans exported; " + url + " answers HTTP 503")
        .contains(", retrying (Ctrl-C gives up)")
        .containsPattern("\n(\\d+) of \\1 spans exported\n");
  }

  private void answer(IntSupplier status) {
    server.createContext(
        "/v1/traces",
        exchange -> {
          try (exchange) {
            exchange.getRequestBody().readAllBytes();
            exchange.sendResponseHeaders(status.getAsInt(), -1);
          }
        });
  }

  private int replay() throws IOException {
    Path capture = Corpus.recording("bundled");
    return command.execute("replay", capture.toString(), "--otlp-endpoint", url);
  }
}
