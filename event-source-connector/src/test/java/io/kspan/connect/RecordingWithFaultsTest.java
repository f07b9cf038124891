package io.kspan.connect;

import static org.assertj.core.api.Assertions.assertThat;

import io.kspan.apiserver.Request;
import io.kspan.apiserver.Response;
import io.kspan.connect.faults.RecordedCluster;
import io.kspan.testsupport.apiserver.StubApiServer;
import io.kspan.testsupport.apiserver.StubCollection;
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
  private static final String[] SCOPES = RecordedCluster.RESOURCES.split(",");

  private final Set<String> happened = new HashSet<>();
  private final Set<String> arrived = new HashSet<>();

  @Test
  void shouldDeliverEveryVersionAndInventNone() throws Exception {
    try (StubApiServer server = new StubApiServer()) {
      RecordedCluster cluster = new RecordedCluster(server, "cluster-a");
      Map<Map<String, ?>, Map<String, Object>> offsets = Map.of();
      int done = 0;
      while (!cluster.isOver()) {
        int until = done + 400;
        try (TaskHarness task = new TaskHarness(TaskHarness.properties(server, SCOPES), offsets)) {
          // A list shows only what is there: the recording begins once everything is watched.
          if (done == 0) {
            task.pollUntil(all -> all.size() == SCOPES.length);
          }
          while (done < until && !cluster.isOver()) {
            happened.add(cluster.happenNext());
            if (++done % 37 == 0) {
              disturb(server, cluster, done);
              remember(task.pollOnce());
            }
          }
          if (cluster.isOver()) {
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

  private static void disturb(StubApiServer server, RecordedCluster cluster, int step) {
    switch (step % 3) {
      case 0 -> server.once(Request::isWatch, Response.status(500, "stumbled"));
      case 1 -> server.once(Request::isWatch, Response.body("{\"type\":\"MODI"));
      default -> server.once(Request::isWatch, Response.status(429, "slow down"));
    }
    // With a message, or the close would look like that of a stale position and lead to a list,
    // which hides versions.
    cluster.collections().forEach(StubCollection::bookmark);
    cluster.collections().forEach(StubCollection::endWatches);
  }

  private void remember(List<SourceRecord> records) {
    records.stream()
        .map(TaskHarness::versionOf)
        .filter(version -> !version.isEmpty())
        .forEach(arrived::add);
  }
}
