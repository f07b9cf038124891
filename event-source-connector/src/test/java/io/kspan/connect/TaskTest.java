package io.kspan.connect;

import io.kspan.testsupport.apiserver.StubApiServer;
import io.kspan.testsupport.apiserver.StubCollection;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;

/** A test of tasks that watch a stub of the API server and read the time of a clock it moves. */
abstract class TaskTest {
  static final String ABOUT_POD = "'involvedObject':{'kind':'Pod','namespace':'n','name':'p'}";

  final MovableClock clock = new MovableClock();
  final StubApiServer server = new StubApiServer();
  final StubCollection pods = server.serve("/api/v1/pods", "v1", "Pod");
  final StubCollection events = server.serve("/api/v1/events", "v1", "Event");

  @AfterEach
  void stopServer() {
    server.close();
  }

  final TaskHarness start(String... scopes) {
    return start(Map.of(), Map.of(), scopes);
  }

  final TaskHarness start(Map<String, String> more, String... scopes) {
    return start(Map.of(), more, scopes);
  }

  /** Starts a task at stored offsets; the properties {@code more} win over those of the harness. */
  final TaskHarness start(
      Map<Map<String, ?>, Map<String, Object>> stored, Map<String, String> more, String... scopes) {
    return startOn(new TaskHarness.FakeMetrics(), stored, more, scopes);
  }

  /** The same on a worker with these metrics; null for a worker before Kafka 4.1. */
  final TaskHarness startOn(
      TaskHarness.FakeMetrics metrics,
      Map<Map<String, ?>, Map<String, Object>> stored,
      Map<String, String> more,
      String... scopes) {
    Map<String, String> properties = TaskHarness.properties(server, scopes);
    properties.putAll(more);
    return new TaskHarness(new KubernetesEventSourceTask(clock), properties, stored, metrics);
  }
}
