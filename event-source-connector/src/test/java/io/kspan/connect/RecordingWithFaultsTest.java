package io.kspan.connect;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kspan.apiserver.Request;
import io.kspan.apiserver.Response;
import io.kspan.testsupport.apiserver.StubApiServer;
import io.kspan.testsupport.apiserver.StubCollection;
import io.kspan.testsupport.corpus.Corpus;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.connect.source.SourceRecord;
import org.junit.jupiter.api.Test;

/**
 * A recorded cluster happens while streams break, the server stumbles and the task restarts: every
 * version must arrive.
 */
class RecordingWithFaultsTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Map<String, String> PATHS =
      Map.of(
          "Event", "/api/v1/events",
          "Pod", "/api/v1/pods",
          "ReplicaSet", "/apis/apps/v1/replicasets",
          "Deployment", "/apis/apps/v1/deployments");
  private static final String[] SCOPES = {
    "v1/events", "v1/pods", "apps/v1/replicasets", "apps/v1/deployments"
  };

  private final Map<String, StubCollection> collections = new HashMap<>();
  private final Set<String> happened = new HashSet<>();
  private final Set<String> arrived = new HashSet<>();

  @Test
  void shouldDeliverEveryVersionAndInventNone() throws Exception {
    List<JsonNode> recording = recording();
    try (StubApiServer server = new StubApiServer()) {
      PATHS.forEach(
          (kind, path) ->
              collections.put(
                  kind, server.serve(path, path.startsWith("/api/") ? "v1" : "apps/v1", kind)));
      Map<Map<String, ?>, Map<String, Object>> offsets = Map.of();
      int done = 0;
      while (done < recording.size()) {
        int until = Math.min(done + 400, recording.size());
        try (TaskHarness task = new TaskHarness(TaskHarness.properties(server, SCOPES), offsets)) {
          // A list shows only what is there: the recording begins once everything is watched.
          if (done == 0) {
            task.pollUntil(all -> all.size() == SCOPES.length);
          }
          while (done < until) {
            happen(recording.get(done++));
            if (done % 37 == 0) {
              disturb(server, done);
              remember(task.pollOnce());
            }
          }
          if (done == recording.size()) {
            task.pollUntil(
                all -> {
                  remember(all);
                  return arrived.containsAll(happened);
                });
          }
          offsets = task.storedOffsets();
          remember(task.pollUntil(all -> true));
        }
      }
    }
    assertThat(arrived).containsExactlyInAnyOrderElementsOf(happened).hasSizeGreaterThan(2000);
  }

  private void happen(JsonNode event) {
    ObjectNode object = (ObjectNode) event.get("object");
    StubCollection collection = collections.get(object.path("kind").asText());
    happened.add(collection.replay(event.get("type").asText(), object));
  }

  private void disturb(StubApiServer server, int step) {
    switch (step % 3) {
      case 0 -> server.once(Request::isWatch, Response.status(500, "stumbled"));
      case 1 -> server.once(Request::isWatch, Response.body("{\"type\":\"MODI"));
      default -> server.once(Request::isWatch, Response.status(429, "slow down"));
    }
    // With a message, or the close would look like that of a stale position and lead to a list,
    // which hides versions.
    collections.values().forEach(StubCollection::bookmark);
    collections.values().forEach(StubCollection::endWatches);
  }

  private void remember(List<SourceRecord> records) {
    records.stream()
        .map(TaskHarness::versionOf)
        .filter(version -> !version.isEmpty())
        .forEach(arrived::add);
  }

  private static List<JsonNode> recording() {
    return Corpus.documents(Corpus.recording("cluster-a")).stream()
        .filter(event -> !event.path("type").asText().equals("BOOKMARK"))
        .filter(event -> PATHS.containsKey(event.at("/object/kind").asText()))
        .toList();
  }
}
