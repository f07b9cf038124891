package io.kspan.quickstart.live;

import io.kspan.quickstart.Console;
import io.kspan.quickstart.recording.RecordedApiServer;
import io.kspan.quickstart.recording.Recording;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;

/** The bundled recording, played by a stand-in API server as if it happened now. */
final class RecordingSource implements Source {

  /** What the connector needs to list and to open its watches. */
  private static final Duration LEAD = Duration.ofSeconds(3);

  private final RecordedApiServer server;
  private final Recording recording;
  private final Console console;
  private final Clock clock;

  RecordingSource(Console console, Clock clock) {
    Recording bundled = Recording.bundled();
    Instant start = clock.instant().plus(LEAD);
    this.recording = bundled.shifted(Duration.between(bundled.start(), start).toSeconds() + 1);
    this.server = new RecordedApiServer(recording);
    this.console = console;
    this.clock = clock;
  }

  @Override
  public String cluster() {
    return "quickstart";
  }

  @Override
  public Map<String, String> connectorSettings() {
    return Map.of("kubernetes.url", server.address().toString());
  }

  @Override
  public boolean isWatched() {
    return server.isWatched();
  }

  @Override
  public String begin() {
    server.play(
        clock,
        () ->
            console.progress(
                "the recording is over; its last trace follows within half a minute, and all"
                    + " stay on the web page until Ctrl-C"));
    return "the recording plays (%d s): a rolling update, then a crash loop; a trace is finished when its change has been quiet for 10 s, the first in about 40 s"
        .formatted(recording.length().toSeconds());
  }

  @Override
  public String toString() {
    return "the stand-in API server on %s sees %d resources watched"
        .formatted(server.address(), server.watched());
  }

  @Override
  public void close() {
    server.close();
  }
}
