package io.kspan.quickstart.apiserver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kspan.quickstart.capture.CaptureRecord;
import java.io.IOException;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

class RecordingPlayerTest {

  private static final Instant AT = Instant.parse("2026-11-20T20:17:38Z");

  @Test
  void shouldPlayARecordingOfThePastAtOnceAndTellTheEnd() throws IOException {
    Recording recording = new Recording(List.of(), List.of(pod("a"), pod("b")));
    AtomicBoolean ended = new AtomicBoolean();
    try (ApiServer server = new ApiServer(recording);
        RecordingPlayer player =
            new RecordingPlayer(server, recording, Clock.systemUTC(), () -> ended.set(true))) {
      player.start();

      await().untilTrue(ended);
      assertThat(
              new ObjectMapper()
                  .readTree(server.address().resolve("/api/v1/pods").toURL().openStream())
                  .path("items"))
          .hasSize(2);
    }
  }

  private static CaptureRecord pod(String name) {
    ObjectNode pod = new ObjectMapper().createObjectNode();
    pod.put("kind", "Pod").put("apiVersion", "v1").putObject("metadata").put("name", name);
    return new CaptureRecord(AT, "ADDED", "pods", pod);
  }
}
