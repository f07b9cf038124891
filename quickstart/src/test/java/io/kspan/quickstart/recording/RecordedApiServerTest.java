package io.kspan.quickstart.recording;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kspan.topology.capture.CaptureRecord;
import java.io.IOException;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

class RecordedApiServerTest {

  private static final Instant AT = Instant.parse("2026-11-20T20:17:38Z");

  @Test
  void shouldPlayARecordingOfThePastAtOnceAndReportTheEnd() throws IOException {
    Recording recording = new Recording(List.of(), List.of(pod("a"), pod("b")));
    AtomicBoolean ended = new AtomicBoolean();
    try (RecordedApiServer server = new RecordedApiServer(recording)) {
      server.play(Clock.systemUTC(), () -> ended.set(true));

      await().untilTrue(ended);
      assertThat(get(server, "/api/v1/pods").path("items")).hasSize(2);
    }
  }

  @Test
  void shouldServeBuiltInAndRecordedResourcesAndKnowWhetherTheyAreWatched() throws IOException {
    Recording recording =
        new Recording(
            List.of(pod("a")),
            List.of(record("demo.example.com/v1", "App", "apps.demo.example.com", "b")));
    try (RecordedApiServer server = new RecordedApiServer(recording)) {
      assertThat(get(server, "/api/v1/pods").path("items")).hasSize(1);
      assertThat(get(server, "/apis/apps/v1/deployments").path("items")).isEmpty();
      assertThat(get(server, "/apis/demo.example.com/v1").at("/resources/0/kind").asText())
          .isEqualTo("App");

      assertThat(server.isWatched()).isFalse();
      get(server, "/apis/demo.example.com/v1/apps?watch=1&timeoutSeconds=0&resourceVersion=1");
      assertThat(server.isWatched()).isTrue();
      assertThat(server.watched()).isEqualTo(1);
    }
  }

  private static JsonNode get(RecordedApiServer server, String path) throws IOException {
    return new ObjectMapper().readTree(server.address().resolve(path).toURL().openStream());
  }

  private static CaptureRecord pod(String name) {
    return record("v1", "Pod", "pods", name);
  }

  private static CaptureRecord record(
      String apiVersion, String kind, String resource, String name) {
    ObjectNode object = new ObjectMapper().createObjectNode();
    object.put("kind", kind).put("apiVersion", apiVersion).putObject("metadata").put("name", name);
    return new CaptureRecord(AT, "ADDED", resource, object);
  }
}
