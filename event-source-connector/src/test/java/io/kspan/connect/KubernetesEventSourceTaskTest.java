package io.kspan.connect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.kspan.apiserver.Request;
import io.kspan.apiserver.ResourceCollection.Expiry;
import io.kspan.apiserver.Response;
import io.kspan.testsupport.apiserver.Faults;
import io.kspan.testsupport.apiserver.StubCollection;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.kafka.connect.source.SourceRecord;
import org.assertj.core.util.Throwables;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The task against an API server that keeps to the protocol, and one that does not. */
class KubernetesEventSourceTaskTest extends TaskTest {
  private static final String PODS = "/api/v1/pods";

  @Test
  void shouldListInPagesAndThenMarkTheListComplete() throws Exception {
    for (int i = 0; i < 5; i++) {
      pods.put("n", "p" + i, "'status':{'phase':'Running'}");
    }
    try (TaskHarness harness = start(Map.of("list.page.size", "2"), "v1/pods")) {
      List<SourceRecord> records = harness.pollUntil(all -> all.size() == 6);

      assertThat(harness.describe())
          .containsExactly(
              "ADDED c/n/Pod/p0",
              "ADDED c/n/Pod/p1",
              "ADDED c/n/Pod/p2",
              "ADDED c/n/Pod/p3",
              "ADDED c/n/Pod/p4",
              "LISTED c//pods");
      assertThat(server.requests(Request::isList)).hasSize(3);
      assertThat(offset(records.get(4))).containsEntry("state", "listing");
      assertThat(offset(records.get(5)))
          .containsEntry("state", "watching")
          .containsEntry("resourceVersion", "105");
      assertThat(TaskHarness.envelope(records.get(0)).at("/object/apiVersion").asText())
          .isEqualTo("v1");
    }
  }

  @Test
  void shouldStampEveryRecordWithItsReceipt() throws Exception {
    pods.put("n", "p", "");
    try (TaskHarness harness = start("v1/pods")) {
      SourceRecord record = harness.pollUntil(all -> all.size() == 2).get(0);

      assertThat(Instant.parse(TaskHarness.envelope(record).get("observedAt").asText()))
          .hasToString(Instant.ofEpochMilli(record.timestamp()).toString());
      assertThat(record.sourcePartition()).isEqualTo(TaskHarness.partition("v1/pods"));
      assertThat(record.topic()).isEqualTo("k8s.objects");
    }
  }

  @Test
  void shouldWatchAfterTheList() throws Exception {
    try (TaskHarness harness = start("v1/pods")) {
      harness.pollUntil(all -> all.size() == 1);
      pods.put("n", "p", "");
      pods.put("n", "p", "'status':{}");
      pods.delete("n", "p");
      List<SourceRecord> records = harness.pollUntil(all -> all.size() == 5);

      assertThat(harness.describe())
          .containsExactly(
              "LISTED c//pods",
              "ADDED c/n/Pod/p",
              "MODIFIED c/n/Pod/p",
              "DELETED c/n/Pod/p",
              "tombstone c/n/Pod/p");
      assertThat(records)
          .extracting(record -> offset(record).get("resourceVersion"))
          .as("the deletion only counts once its tombstone is written")
          .containsExactly("100", "101", "102", "102", "103");
      assertThat(records.get(4).valueSchema()).isNull();
    }
  }

  @Test
  void shouldResumeFromTheStoredOffsetWithoutAList() throws Exception {
    Map<Map<String, ?>, Map<String, Object>> stored;
    try (TaskHarness first = start("v1/pods")) {
      first.pollUntil(all -> all.size() == 1);
      pods.put("n", "before", "");
      first.pollUntil(all -> all.size() == 2);
      stored = first.storedOffsets();
    }
    pods.put("n", "meanwhile", "");
    try (TaskHarness second = start(stored, Map.of(), "v1/pods")) {
      second.pollUntil(all -> all.size() == 1);

      assertThat(second.describe()).containsExactly("ADDED c/n/Pod/meanwhile");
      assertThat(server.requests(Request::isList)).hasSize(1);
    }
  }

  /** After a stop in the middle of a list, or with an offset of another format. */
  @ParameterizedTest
  @CsvSource({"1,listing", "99,watching"})
  void shouldListAgainWithoutAUsableOffset(long version, String state) throws Exception {
    pods.put("n", "p", "");
    Map<Map<String, ?>, Map<String, Object>> stored =
        Map.of(
            TaskHarness.partition("v1/pods"),
            Map.of("version", version, "state", state, "resourceVersion", ""));
    try (TaskHarness harness = start(stored, Map.of(), "v1/pods")) {
      harness.pollUntil(all -> all.size() == 2);

      assertThat(harness.describe()).containsExactly("ADDED c/n/Pod/p", "LISTED c//pods");
    }
  }

  /** A stale position gives 410; on Events of older servers it gives an empty close. */
  @ParameterizedTest
  @CsvSource({"pods,STATUS", "pods,ERROR_EVENT", "events,ERROR_EVENT", "events,EMPTY_CLOSE"})
  void shouldListAgainOnceAfterAStalePosition(String plural, Expiry expiry) throws Exception {
    String resource = "v1/" + plural;
    StubCollection collection = plural.equals("pods") ? pods : events;
    collection.expireWith(expiry);
    collection.put("n", "p", ABOUT_POD);
    collection.compact();
    try (TaskHarness harness = start(TaskHarness.at(resource, "100"), Map.of(), resource)) {
      harness.pollUntil(all -> all.size() == 2);
      harness.pollUntilVersion(collection.put("n", "p", ABOUT_POD));

      assertThat(harness.describe())
          .containsExactly("ADDED c/n/Pod/p", "LISTED c//" + plural, "MODIFIED c/n/Pod/p");
      assertThat(server.requests(Request::isList)).hasSize(1);
    }
  }

  @Test
  void shouldResumeFromABookmark() throws Exception {
    try (TaskHarness harness = start("v1/pods")) {
      harness.pollUntil(all -> all.size() == 1);
      String bookmark = pods.bookmark();
      await()
          .until(
              () -> {
                pods.endWatches();
                return server.requests(Request::isWatch).stream()
                    .anyMatch(r -> bookmark.equals(r.query().get("resourceVersion")));
              });

      assertThat(server.requests(Request::isWatch))
          .allMatch(r -> "true".equals(r.query().get("allowWatchBookmarks")));
    }
  }

  static Stream<Arguments> brokenWatches() {
    return Stream.of(
        arguments("ended within a line", Response.body("{\"type\":\"ADDED\",\"object\":{\"ki")),
        arguments("cut within a line", cut("{\"type\":\"ADDED\",\"object\":{\"ki")),
        arguments("garbage", Response.body("<html>proxy says no</html>\n")),
        arguments("no object", Response.body("[1]\nnull\n")),
        arguments("a line without end", endlessLine()));
  }

  private static Response cut(String text) {
    return exchange -> {
      exchange.sendResponseHeaders(200, 0);
      exchange.getResponseBody().write(text.getBytes(StandardCharsets.UTF_8));
      exchange.getResponseBody().flush();
      throw new IOException("cut");
    };
  }

  private static Response endlessLine() {
    return exchange -> {
      exchange.sendResponseHeaders(200, 0);
      exchange.getResponseBody().write('[');
      while (true) {
        exchange.getResponseBody().write("1,".repeat(4096).getBytes(StandardCharsets.UTF_8));
      }
    };
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("brokenWatches")
  void shouldLoseNothingAfterABrokenWatch(String name, Response broken) throws Exception {
    server.once(Request::isWatch, broken);
    assertDeliversAll();
  }

  @Test
  void shouldGoAroundAPositionThatAlwaysGivesGarbage() throws Exception {
    server.always(
        r -> r.isWatch() && "100".equals(r.query().get("resourceVersion")),
        Response.body("garbage\n"));
    assertDeliversAll();
  }

  @Test
  void shouldSurviveARestartingServer() throws Exception {
    server.once(Request::isList, Response.status(503, "etcd is starting"));
    server.once(Request::isList, Response.status(429, "too many requests"));
    server.once(Request::isWatch, Response.status(500, "apiserver is shutting down"));
    assertDeliversAll();
  }

  @Test
  void shouldRenewAWatchThatWentSilent() throws Exception {
    server.once(Request::isWatch, Faults.emptySilence());
    try (TaskHarness harness = start(Map.of("watch.stall.timeout.ms", "200"), "v1/pods")) {
      harness.pollUntil(all -> all.size() == 1);
      await().until(() -> !server.requests(Request::isWatch).isEmpty());
      pods.put("n", "p", "");
      harness.pollUntil(all -> all.size() == 2);

      assertThat(harness.describe()).containsExactly("LISTED c//pods", "ADDED c/n/Pod/p");
    }
  }

  @Test
  void shouldDegradeOnlyTheScopeThatIsForbidden() throws Exception {
    server.serve("/apis/apps/v1/deployments", "apps/v1", "Deployment");
    server.always(r -> r.path().equals(PODS), Response.status(403, "pods is forbidden"));
    try (TaskHarness harness = start("v1/pods", "apps/v1/deployments", "v1/unknowns")) {
      harness.pollUntil(all -> all.size() == 1);
      assertThat(harness.describe()).containsExactly("LISTED c//deployments.apps");

      server.heal();
      harness.pollUntil(all -> all.size() == 2);
      assertThat(harness.describe())
          .containsExactly("LISTED c//deployments.apps", "LISTED c//pods");
    }
  }

  @Test
  void shouldUseARotatedToken(@TempDir Path directory) throws Exception {
    Path token = directory.resolve("token");
    Files.writeString(token, "old\n");
    server.always(
        r -> !"Bearer new".equals(r.authorization()), Response.status(401, "Unauthorized"));
    try (TaskHarness harness =
        start(Map.of("kubernetes.token.file", token.toString()), "v1/pods")) {
      await().until(() -> !server.requests(r -> "Bearer old".equals(r.authorization())).isEmpty());
      Files.writeString(token, "new\n");
      harness.pollUntil(all -> all.size() == 1);
    }
  }

  /** No reason to end, and none to show what is in the file. */
  @ParameterizedTest
  @NullSource
  @ValueSource(strings = {"", "half a\nsecret", "s\u00e4cret secret"})
  void shouldWaitForATokenThatIsBeingReplaced(String meanwhile, @TempDir Path directory)
      throws Exception {
    Path token = directory.resolve("token");
    if (meanwhile != null) {
      Files.writeString(token, meanwhile);
    }
    try (TaskHarness harness =
        start(Map.of("kubernetes.token.file", token.toString()), "v1/pods")) {
      harness.pollUntil(all -> !harness.outages().isEmpty());
      assertThat(harness.outages().get(0))
          .hasMessageContaining(token.toString())
          .hasStackTraceContaining("NoCredentials");
      assertThat(Throwables.getStackTrace(harness.outages().get(0))).doesNotContain("secret");

      Files.writeString(token, "new\n");
      harness.pollUntil(all -> all.size() == 1);
      assertThat(server.requests(r -> !"Bearer new".equals(r.authorization()))).isEmpty();
    }
  }

  @Test
  void shouldReportALongOutageToTheWorkerAndGoOn() throws Exception {
    server.always(Request::isList, Response.status(503, "down"));
    try (TaskHarness harness = start("v1/pods")) {
      harness.pollUntil(all -> !harness.outages().isEmpty());
      assertThat(harness.outages().get(0))
          .hasMessageContaining("v1/pods")
          .hasMessageContaining("503");

      server.heal();
      harness.pollUntil(all -> all.size() == 1);
    }
  }

  @Test
  void shouldHoldBackTheServerWithoutPolls() throws Exception {
    for (int i = 0; i < 50; i++) {
      pods.put("n", "p" + i, "");
    }
    try (TaskHarness harness =
        start(Map.of("buffer.max.records", "2", "list.page.size", "5"), "v1/pods")) {
      await().until(KubernetesEventSourceTaskTest::waitsForRoom);
      assertThat(server.requests(Request::isList)).as("pages asked for").hasSize(1);

      harness.pollUntil(all -> all.size() == 51);

      assertThat(harness.describe()).doesNotHaveDuplicates().hasSize(51);
    }
  }

  @Test
  void shouldWatchNamespacesSeparately() throws Exception {
    server.serve("/api/v1/namespaces/a/pods", "v1", "Pod").put("a", "p", "");
    try (TaskHarness harness = start("v1/pods@a")) {
      harness.pollUntil(all -> all.size() == 2);

      assertThat(harness.describe()).containsExactly("ADDED c/a/Pod/p", "LISTED c/a/pods");
    }
  }

  @Test
  void shouldReleaseAWaitingPollAndItsThreadsOnStop() throws Exception {
    TaskHarness harness = start("v1/pods");
    harness.pollUntil(all -> all.size() == 1);
    await().until(() -> feedThreads() == 1);
    Thread poller =
        new Thread(
            () -> {
              try {
                harness.task().poll();
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            });
    poller.start();

    harness.close();

    poller.join();
    await().until(() -> feedThreads() == 0);
  }

  private static Map<String, Object> offset(SourceRecord record) {
    return Map.copyOf(record.sourceOffset());
  }

  private static boolean waitsForRoom() {
    return Thread.getAllStackTraces().entrySet().stream()
        .filter(thread -> thread.getKey().getName().startsWith("event-feed-under-test"))
        .flatMap(thread -> Stream.of(thread.getValue()))
        .anyMatch(
            frame ->
                frame.getMethodName().equals("put") && frame.getClassName().contains("HandOver"));
  }

  private static long feedThreads() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().equals("event-feed-under-test-0-v1/pods"))
        .peek(thread -> assertThat(thread.isDaemon()).isTrue())
        .count();
  }

  private void assertDeliversAll() throws InterruptedException {
    try (TaskHarness harness = start("v1/pods")) {
      harness.pollUntil(all -> all.size() == 1);
      harness.pollUntilVersion(pods.put("n", "p1", ""));
      harness.pollUntilVersion(pods.put("n", "p2", ""));
    }
  }
}
