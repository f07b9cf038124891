package io.kspan.connect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.kspan.apiserver.Request;
import io.kspan.apiserver.ResourceCollection.Expiry;
import io.kspan.apiserver.Response;
import io.kspan.testsupport.apiserver.StubApiServer;
import io.kspan.testsupport.apiserver.StubCollection;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.apache.kafka.connect.source.SourceRecord;
import org.assertj.core.util.Throwables;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The task against an API server that keeps to the protocol, and one that does not. */
class KubernetesEventSourceTaskTest {
  private static final String PODS = "/api/v1/pods";

  private final StubApiServer server = new StubApiServer();
  private final StubCollection pods = server.serve(PODS, "v1", "Pod");

  @AfterEach
  void stopServer() {
    server.close();
  }

  @Test
  void shouldListInPagesAndThenMarkTheListComplete() throws Exception {
    for (int i = 0; i < 5; i++) {
      pods.put("n", "p" + i, "'status':{'phase':'Running'}");
    }
    Map<String, String> properties = properties("v1/pods");
    properties.put("list.page.size", "2");
    try (TaskHarness harness = new TaskHarness(properties, Map.of())) {
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
    try (TaskHarness second = new TaskHarness(properties("v1/pods"), stored)) {
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
    try (TaskHarness harness = new TaskHarness(properties("v1/pods"), stored)) {
      harness.pollUntil(all -> all.size() == 2);

      assertThat(harness.describe()).containsExactly("ADDED c/n/Pod/p", "LISTED c//pods");
    }
  }

  @Test
  void shouldListAgainOnceAfter410() throws Exception {
    pods.put("n", "p", "");
    pods.compact();
    try (TaskHarness harness =
        new TaskHarness(properties("v1/pods"), TaskHarness.at("v1/pods", "100"))) {
      harness.pollUntil(all -> all.size() == 2);
      String version = pods.put("n", "p", "");
      harness.pollUntilVersion(version);

      assertThat(harness.describe())
          .containsExactly("ADDED c/n/Pod/p", "LISTED c//pods", "MODIFIED c/n/Pod/p");
      assertThat(server.requests(Request::isList)).hasSize(1);
    }
  }

  @Test
  void shouldListAgainOnceAfterTheEmptyCloseThatAStalePositionOnEventsGives() throws Exception {
    StubCollection events = server.serve("/api/v1/events", "v1", "Event");
    events.expireWith(Expiry.EMPTY_CLOSE);
    events.put("n", "e1", "'involvedObject':{'kind':'Pod','namespace':'n','name':'p'}");
    events.compact();
    try (TaskHarness harness =
        new TaskHarness(properties("v1/events"), TaskHarness.at("v1/events", "100"))) {
      harness.pollUntil(all -> all.size() == 2);
      String version =
          events.put("n", "e1", "'involvedObject':{'kind':'Pod','namespace':'n','name':'p'}");
      harness.pollUntilVersion(version);

      assertThat(harness.describe())
          .containsExactly("ADDED c/n/Pod/p", "LISTED c//events", "MODIFIED c/n/Pod/p");
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

  @Test
  void shouldLoseNothingWhenTheStreamIsCutInTheMiddleOfALine() throws Exception {
    server.once(
        Request::isWatch,
        exchange -> {
          exchange.sendResponseHeaders(200, 0);
          exchange
              .getResponseBody()
              .write("{\"type\":\"ADDED\",\"object\":{\"ki".getBytes(StandardCharsets.UTF_8));
          exchange.getResponseBody().flush();
          throw new IOException("cut");
        });
    assertDeliversAll();
  }

  @Test
  void shouldLoseNothingWhenALineIsGarbage() throws Exception {
    server.once(Request::isWatch, Response.body("<html>proxy says no</html>\n"));
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
    AtomicReference<Thread> silent = new AtomicReference<>();
    server.once(
        Request::isWatch,
        exchange -> {
          exchange.sendResponseHeaders(200, 0);
          exchange.getResponseBody().flush();
          silent.set(Thread.currentThread());
          blockUntilInterrupted();
        });
    Map<String, String> properties = properties("v1/pods");
    properties.put("watch.stall.timeout.ms", "200");
    try (TaskHarness harness = new TaskHarness(properties, Map.of())) {
      harness.pollUntil(all -> all.size() == 1);
      await().until(() -> silent.get() != null);
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
    Map<String, String> properties = properties("v1/pods");
    properties.put("kubernetes.token.file", token.toString());
    try (TaskHarness harness = new TaskHarness(properties, Map.of())) {
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
    Map<String, String> properties = properties("v1/pods");
    properties.put("kubernetes.token.file", token.toString());
    try (TaskHarness harness = new TaskHarness(properties, Map.of())) {
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
    Map<String, String> properties = properties("v1/pods");
    properties.put("buffer.max.records", "2");
    properties.put("list.page.size", "5");
    try (TaskHarness harness = new TaskHarness(properties, Map.of())) {
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

  private static void blockUntilInterrupted() {
    try {
      new CountDownLatch(1).await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private Map<String, String> properties(String... scopes) {
    return TaskHarness.properties(server, scopes);
  }

  private TaskHarness start(String... scopes) {
    return new TaskHarness(properties(scopes), Map.of());
  }
}
