package io.kspan.connect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.kspan.apiserver.Request;
import io.kspan.apiserver.Response;
import io.kspan.testsupport.apiserver.Faults;
import io.kspan.testsupport.apiserver.StubApiServer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.connect.source.SourceRecord;
import org.junit.jupiter.api.Test;

/** The position at which a task resumes, the records that it repeats, and its heartbeats. */
class ResumeTest extends TaskTest {

  @Test
  void shouldNotUseTheOffsetOfAnotherCluster() throws Exception {
    pods.put("n", "p", "");
    Map<Map<String, ?>, Map<String, Object>> stored;
    try (TaskHarness first = start("v1/pods")) {
      first.pollUntil(all -> all.size() == 2);
      stored = first.storedOffsets();
    }
    server.becomeCluster("restored-elsewhere");
    try (TaskHarness second = start(stored, Map.of(), "v1/pods")) {
      List<SourceRecord> records = second.pollUntil(all -> all.size() == 2);

      assertThat(second.describe()).containsExactly("ADDED c/n/Pod/p", "LISTED c//pods");
      assertThat(records.get(1).sourcePartition())
          .asString()
          .contains("clusterUid=restored-elsewhere");
      stored = second.storedOffsets();
    }
    server.becomeCluster(StubApiServer.CLUSTER_UID);
    try (TaskHarness third = start(stored, Map.of(), "v1/pods")) {
      third.pollUntilVersion(pods.put("n", "q", ""));

      assertThat(third.describe()).as("resumed where it was").containsExactly("ADDED c/n/Pod/q");
    }
  }

  @Test
  void shouldListWhenAnotherClusterAnswersAfterAnOutage() throws Exception {
    try (TaskHarness harness = start("v1/pods")) {
      harness.pollUntil(all -> all.size() == 1);
      server.becomeCluster("other");
      server.once(Request::isWatch, Response.status(503, "moving"));
      String bookmark = pods.bookmark();
      pods.endWatches();
      List<SourceRecord> records = harness.pollUntil(all -> all.size() == 2);

      assertThat(harness.describe()).containsExactly("LISTED c//pods", "LISTED c//pods");
      assertThat(records.get(1).sourcePartition()).asString().contains("clusterUid=other");
      assertThat(records.get(1).sourceOffset().get("resourceVersion")).isEqualTo(bookmark);
    }
  }

  @Test
  void shouldDoWithoutTheIdentityOfTheClusterWhenItIsForbidden() throws Exception {
    server.always(Request::isGet, Response.status(403, "namespaces is forbidden"));
    Map<Map<String, ?>, Map<String, Object>> stored;
    try (TaskHarness first = start("v1/pods")) {
      first.pollUntil(all -> all.size() == 1);
      stored = first.storedOffsets();
    }
    try (TaskHarness second = start(stored, Map.of(), "v1/pods")) {
      second.pollUntilVersion(pods.put("n", "p", ""));

      assertThat(second.describe()).containsExactly("ADDED c/n/Pod/p");
    }
  }

  /** A server that has just started refuses everything until it has read the roles. */
  @Test
  void shouldResumeAtAServerThatHasNotReadTheRolesYet() throws Exception {
    server.always(request -> true, Response.status(403, "is forbidden"));
    String before = pods.put("n", "p", "");
    try (TaskHarness harness = start(TaskHarness.at("v1/pods", before), Map.of(), "v1/pods")) {
      await().until(() -> server.requests(Request::isList).size() > 1);
      server.heal();
      harness.pollUntilVersion(pods.put("n", "q", ""));

      assertThat(harness.describe()).containsExactly("ADDED c/n/Pod/q");
    }
  }

  @Test
  void shouldResumeAtAServerThatReadsTheRolesJustNow() throws Exception {
    server.once(Request::isGet, Response.status(403, "namespaces is forbidden"));
    String before = pods.put("n", "p", "");
    try (TaskHarness harness = start(TaskHarness.at("v1/pods", before), Map.of(), "v1/pods")) {
      harness.pollUntilVersion(pods.put("n", "q", ""));

      assertThat(harness.describe()).containsExactly("ADDED c/n/Pod/q");
    }
  }

  @Test
  void shouldKeepItsPositionWhenTheIdentityBecomesForbidden() throws Exception {
    try (TaskHarness harness = start("v1/pods")) {
      harness.pollUntil(all -> all.size() == 1);
      server.always(Request::isGet, Response.status(403, "namespaces is forbidden"));
      clock.advance(Duration.ofHours(1));
      await()
          .until(
              () -> {
                pods.bookmark();
                pods.endWatches();
                return server.requests(Request::isGet).size() > 1;
              });
      harness.pollUntilVersion(pods.put("n", "p", ""));

      assertThat(harness.describe()).containsExactly("LISTED c//pods", "ADDED c/n/Pod/p");
    }
  }

  @Test
  void shouldWaitForAnApiServerThatIsDownAtTheStart() throws Exception {
    server.always(r -> true, Response.status(503, "starting"));
    try (TaskHarness harness = start("v1/pods")) {
      harness.pollUntil(all -> !harness.outages().isEmpty());
      server.heal();

      harness.pollUntil(all -> all.size() == 1);
    }
  }

  @Test
  void shouldReportAServerThatAcceptsEverythingAndAnswersNothing() throws Exception {
    server.always(Request::isList, Faults.emptySilence());
    Map<String, String> impatient = Map.of("watch.stall.timeout.ms", "100");
    try (TaskHarness harness = start(impatient, "v1/pods")) {
      harness.pollUntil(all -> !harness.outages().isEmpty());

      server.heal();
      harness.pollUntil(all -> all.size() == 1);
    }
  }

  @Test
  void shouldNotRepeatEventsThatThePositionProvesOld() throws Exception {
    String old = events.put("n", "old", ABOUT_POD);
    String position = pods.bookmark();
    events.put("n", "new", ABOUT_POD);
    events.compact();
    try (TaskHarness harness =
        start(TaskHarness.at("v1/events", position), Map.of(), "v1/events")) {
      harness.pollUntil(all -> all.size() == 2);

      assertThat(harness.describe()).containsExactly("ADDED c/n/Pod/p", "LISTED c//events");
      assertThat(TaskHarness.versionOf(harness.pollOnce().get(0))).isNotEqualTo(old);
      harness.awaitMetric("duplicates-suppressed-total", 1);
      harness.awaitMetric("relists-total", 1);
    }
  }

  /** etcd restored from a backup: the position lies in the future, where a watch waits silently. */
  @Test
  void shouldListAgainWhenTheServerWasSetBack() throws Exception {
    events.put("n", "e", ABOUT_POD);
    Map<String, String> impatient = Map.of("watch.stall.timeout.ms", "100");
    try (TaskHarness harness =
        start(TaskHarness.at("v1/events", "100000"), impatient, "v1/events")) {
      harness.pollUntil(all -> all.size() == 2);

      assertThat(harness.describe()).containsExactly("ADDED c/n/Pod/p", "LISTED c//events");
    }
  }

  @Test
  void shouldListAgainWhenABookmarkLiesBehind() throws Exception {
    server.once(
        Request::isWatch,
        Response.body(
            "{\"type\":\"BOOKMARK\",\"object\":{\"kind\":\"Pod\",\"metadata\":{\"resourceVersion\":\"50\"}}}\n"));
    try (TaskHarness harness = start(TaskHarness.at("v1/pods", "100"), Map.of(), "v1/pods")) {
      harness.pollUntil(all -> all.size() == 1);

      assertThat(harness.describe()).containsExactly("LISTED c//pods");
    }
  }

  @Test
  void shouldNotTrustAPositionBeyondTheListThatFollowsIt() throws Exception {
    events.put("n", "e", ABOUT_POD);
    server.once(Request::isWatch, Response.status(410, "too old"));
    try (TaskHarness harness =
        start(TaskHarness.at("v1/events", "100000"), Map.of(), "v1/events")) {
      harness.pollUntil(all -> all.size() == 2);

      assertThat(harness.describe()).containsExactly("ADDED c/n/Pod/p", "LISTED c//events");
    }
  }

  @Test
  void shouldRepeatObjectsBecauseTheMarkerSpeaksAboutThem() throws Exception {
    pods.put("n", "p", "");
    String position = pods.bookmark();
    pods.compact();
    try (TaskHarness harness = start(TaskHarness.at("v1/pods", position), Map.of(), "v1/pods")) {
      harness.pollUntil(all -> all.size() == 2);

      assertThat(harness.describe()).containsExactly("ADDED c/n/Pod/p", "LISTED c//pods");
    }
  }

  @Test
  void shouldNotRepeatTheFirstPageOfEventsWhenAListHasToBeginAgain() throws Exception {
    for (int i = 0; i < 4; i++) {
      events.put("n", "e" + i, ABOUT_POD);
    }
    server.once(r -> r.query().containsKey("continue"), Response.status(410, "continue expired"));
    try (TaskHarness harness = start(Map.of("list.page.size", "2"), "v1/events")) {
      harness.pollUntil(all -> all.size() == 5);

      assertThat(harness.describe()).endsWith("LISTED c//events");
      harness.awaitMetric("duplicates-suppressed-total", 2);
    }
  }

  @Test
  void shouldAdvanceTheOffsetOfAQuietClusterWithHeartbeats() throws Exception {
    Map<String, String> hourly = Map.of("heartbeat.interval.ms", "3600000");
    Map<Map<String, ?>, Map<String, Object>> stored;
    String bookmark;
    try (TaskHarness harness = start(hourly, "v1/pods")) {
      harness.pollUntil(all -> all.size() == 1);
      bookmark = pods.bookmark();
      List<SourceRecord> records =
          harness.pollUntil(
              all -> {
                clock.advance(Duration.ofHours(1));
                return all.stream().anyMatch(record -> isHeartbeatAt(record, bookmark));
              });
      SourceRecord beat = records.get(records.size() - 1);
      assertThat(beat.topic()).isEqualTo("k8s.heartbeats");
      assertThat(beat.key()).isEqualTo("c//pods");
      assertThat(TaskHarness.envelope(beat).get("type").asText()).isEqualTo("HEARTBEAT");
      stored = harness.storedOffsets();
    }
    try (TaskHarness harness = start(stored, Map.of(), "v1/pods")) {
      harness.pollUntilVersion(pods.put("n", "p", ""));
      assertThat(server.requests(Request::isWatch))
          .last()
          .extracting(watch -> watch.query().get("resourceVersion"))
          .isEqualTo(bookmark);
    }
  }

  @Test
  void shouldSendNoHeartbeatsByDefaultNorWhileAListIsUnderWay() throws Exception {
    try (TaskHarness harness = start("v1/pods")) {
      harness.pollUntil(all -> all.size() == 1);
      pods.bookmark();
      clock.advance(Duration.ofDays(1));
      harness.pollUntilVersion(pods.put("n", "p", ""));
      assertThat(harness.describe()).containsExactly("LISTED c//pods", "ADDED c/n/Pod/p");
    }
  }

  @Test
  void shouldRepeatAllObjectsNowAndThenWithoutHidingWhatHappensMeanwhile() throws Exception {
    String first = pods.put("n", "p", "");
    try (TaskHarness harness =
        start(Map.of("snapshot.interval.ms", "3600000"), "v1/pods", "v1/events")) {
      harness.pollUntil(all -> all.size() == 3);
      server.beforeAnswering(ResumeTest::isSnapshot, () -> pods.put("n", "p", ""));
      clock.advance(Duration.ofHours(1));
      String position = awaitSnapshot();
      List<SourceRecord> records = harness.pollUntil(all -> all.size() == 6);

      assertThat(harness.describe().subList(3, 6))
          .containsExactly("ADDED c/n/Pod/p", "LISTED c//pods", "MODIFIED c/n/Pod/p");
      assertThat(TaskHarness.versionOf(records.get(3))).isEqualTo(first);
      for (SourceRecord record : records.subList(3, 5)) {
        assertThat(record.sourceOffset().get("resourceVersion"))
            .as("a restart in the middle resumes where the watch was")
            .isEqualTo(position);
      }
      harness.awaitMetric("snapshots-total", 1);
      assertThat(server.requests(r -> r.isList() && r.path().endsWith("events"))).hasSize(1);
    }
  }

  @Test
  void shouldRememberOverARestartWhenTheNextSnapshotIsDue() throws Exception {
    Map<String, String> hourly = Map.of("snapshot.interval.ms", "3600000");
    Map<Map<String, ?>, Map<String, Object>> stored;
    try (TaskHarness harness = start(hourly, "v1/pods")) {
      harness.pollUntil(all -> all.size() == 1);
      stored = harness.storedOffsets();
    }
    clock.advance(Duration.ofHours(1));
    try (TaskHarness harness = start(stored, hourly, "v1/pods")) {
      harness.pollUntil(all -> all.size() == 1);
      assertThat(harness.describe()).containsExactly("LISTED c//pods");
      assertThat(server.requests(Request::isList).get(1).query())
          .containsEntry("resourceVersionMatch", "Exact");
    }
  }

  @Test
  void shouldGoOnWatchingWhenASnapshotFails() throws Exception {
    try (TaskHarness harness = start(Map.of("snapshot.interval.ms", "3600000"), "v1/pods")) {
      harness.pollUntil(all -> all.size() == 1);
      server.always(ResumeTest::isSnapshot, Response.status(400, "no"));
      clock.advance(Duration.ofHours(1));
      awaitSnapshot();

      harness.pollUntilVersion(pods.put("n", "p", ""));
      assertThat(server.requests(Request::isList)).as("no hot loop").hasSize(2);
    }
  }

  @Test
  void shouldListInTheOrdinaryWayWhenTheSnapshotIsTooOld() throws Exception {
    pods.put("n", "p", "");
    try (TaskHarness harness = start(Map.of("snapshot.interval.ms", "3600000"), "v1/pods")) {
      harness.pollUntil(all -> all.size() == 2);
      server.beforeAnswering(ResumeTest::isSnapshot, pods::compact);
      clock.advance(Duration.ofHours(1));
      awaitSnapshot();
      harness.pollUntil(all -> all.size() == 4);

      assertThat(harness.describe().subList(2, 4))
          .containsExactly("ADDED c/n/Pod/p", "LISTED c//pods");
    }
  }

  /**
   * Ends watches until a snapshot is asked for, and gives its position. With a bookmark first, or
   * the end would look like that of a stale position.
   */
  private String awaitSnapshot() {
    await()
        .until(
            () -> {
              pods.bookmark();
              events.bookmark();
              pods.endWatches();
              events.endWatches();
              return !server.requests(ResumeTest::isSnapshot).isEmpty();
            });
    return server.requests(ResumeTest::isSnapshot).get(0).query().get("resourceVersion");
  }

  private static boolean isSnapshot(Request request) {
    return request.query().containsKey("resourceVersionMatch");
  }

  private static boolean isHeartbeatAt(SourceRecord record, String version) {
    return record.topic().endsWith("heartbeats")
        && version.equals(record.sourceOffset().get("resourceVersion"))
        && version.equals(TaskHarness.envelope(record).at("/scope/resourceVersion").asText());
  }
}
