package io.kspan.quickstart.replay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.kspan.quickstart.replay.Pipeline.Shape;
import io.kspan.testsupport.connect.WorkerProcess;
import io.kspan.testsupport.connect.WorkerProcess.Answer;
import io.kspan.topology.names.Topics;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Operators and accidents in the middle of a recording, on a group of Connect workers in JVMs of
 * their own: nothing is lost, and the traces are those of an undisturbed run.
 */
class DisturbedConnectorIT {

  private static final Path PLUGINS = Path.of("..", "event-source-connector", "target", "plugin");
  private static final Duration PATIENCE = Duration.ofSeconds(90);
  private static final int PARTITIONS = 2;

  /** Two for every disturbance, and one before all. */
  private static final int PARTS = 11;

  private final List<WorkerProcess> workers = new ArrayList<>();
  @TempDir private Path folder;
  private Pipeline pipeline;
  private int started;

  @BeforeEach
  void startWorkers() {
    pipeline = new Pipeline(folder);
    startWorker();
    startWorker();
  }

  @AfterEach
  void stopWorkers() {
    workers.parallelStream().forEach(WorkerProcess::close);
    pipeline.close();
  }

  @Test
  void shouldGiveTheTracesOfTheUndisturbedRun() throws Exception {
    SpanLog undisturbed = run("undisturbed", (name, recording, topics) -> recording.playOut());
    SpanLog disturbed = run("disturbed", this::disturb);

    assertThat(undisturbed.spans()).hasSizeGreaterThan(80);
    assertThat(disturbed.requests()).isEqualTo(undisturbed.requests());
  }

  @FunctionalInterface
  private interface Course {
    void take(String name, PlayedRecording recording, ConnectorTopics topics);
  }

  private void disturb(String name, PlayedRecording recording, ConnectorTopics topics) {
    recording.play(PARTS);
    restart(name, recording);
    awaitDelivered(recording, topics);
    pause(name, recording);
    awaitDelivered(recording, topics);
    resetOffsets(name, recording, topics);
    awaitDelivered(recording, topics);
    rebalance(name, recording);
    awaitDelivered(recording, topics);
    kill(name, recording);
    recording.playOut();
  }

  private void restart(String name, PlayedRecording recording) {
    recording.play(PARTS);
    call("POST", "/connectors/" + name + "/restart?includeTasks=true", null);
    recording.play(PARTS);
  }

  private void pause(String name, PlayedRecording recording) {
    call("PUT", "/connectors/" + name + "/pause", null);
    awaitTasks(name, "PAUSED");
    recording.play(PARTS);
    call("PUT", "/connectors/" + name + "/resume", null);
    recording.play(PARTS);
  }

  /**
   * The connector lists again. A list shows existing objects only, so nothing changes until then.
   */
  private void resetOffsets(String name, PlayedRecording recording, ConnectorTopics topics) {
    recording.play(PARTS);
    awaitDelivered(recording, topics);
    call("PUT", "/connectors/" + name + "/stop", null);
    await()
        .atMost(PATIENCE)
        .until(() -> status(name).at("/connector/state").asText().equals("STOPPED"));
    call("DELETE", "/connectors/" + name + "/offsets", null);
    call("PUT", "/connectors/" + name + "/resume", null);
    await()
        .atMost(PATIENCE)
        .until(() -> topics.lists().values().stream().allMatch(lists -> lists == 2));
    recording.play(PARTS);
  }

  private void rebalance(String name, PlayedRecording recording) {
    WorkerProcess third = startWorker();
    await().atMost(PATIENCE).until(() -> workersOf(name).contains(third.address()));
    recording.play(PARTS);
    third.close();
    workers.remove(third);
    recording.play(PARTS);
  }

  private void kill(String name, PlayedRecording recording) {
    awaitTasks(name, "RUNNING");
    String victim = status(name).at("/tasks/0/worker_id").asText();
    WorkerProcess worker =
        workers.stream().filter(one -> one.address().equals(victim)).findFirst().orElseThrow();
    recording.play(PARTS);
    worker.kill();
    workers.remove(worker);
  }

  private SpanLog run(String name, Course course) throws InterruptedException {
    Topics topics = topics(name + ".");
    Topics asRecorded = topics(name + "-as-recorded.");
    try (PlayedRecording recording = new PlayedRecording();
        ConnectorTopics written =
            new ConnectorTopics(pipeline.broker().bootstrapServers(), topics)) {
      call("PUT", "/connectors/" + name + "/config", config(name, recording));
      await().atMost(PATIENCE).until(() -> recording.server().isWatched());
      course.take(name, recording, written);
      awaitDelivered(recording, written);
      awaitTasks(name, "RUNNING");
      assertThat(recording.had()).hasSameSizeAs(recording.receipts().keySet());
      written.copyTo(
          pipeline.broker().bootstrapServers(),
          asRecorded,
          PARTITIONS,
          recording.receipts(),
          recording.begun(),
          recording.ended());
      call("DELETE", "/connectors/" + name, null);
    }
    return pipeline.spans(name + "-as-recorded.", "a", new Shape(PARTITIONS, 1), "infinite");
  }

  private Topics topics(String prefix) throws InterruptedException {
    Topics topics = Topics.withPrefix(prefix);
    pipeline.broker().createTopics(topics, PARTITIONS);
    return topics;
  }

  private static Map<String, String> config(String name, PlayedRecording recording) {
    return Map.of(
        "connector.class",
        "io.kspan.connect.KubernetesEventSourceConnector",
        "tasks.max",
        "3",
        "cluster.name",
        "a",
        "topic.prefix",
        name + ".",
        "backoff.initial.ms",
        "100",
        "kubernetes.url",
        recording.server().address().toString());
  }

  /** Nothing more and nothing less. */
  private static void awaitDelivered(PlayedRecording recording, ConnectorTopics topics) {
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () -> {
              Set<String> missing = new TreeSet<>(recording.had());
              missing.removeAll(topics.arrived());
              assertThat(missing).isEmpty();
            });
    assertThat(topics.arrived()).isSubsetOf(recording.had());
  }

  private void awaitTasks(String name, String state) {
    await()
        .atMost(PATIENCE)
        .ignoreExceptions()
        .until(
            () -> {
              List<String> states = status(name).findValuesAsText("state");
              return states.size() == 4 && states.stream().allMatch(state::equals);
            });
  }

  private Set<String> workersOf(String name) {
    return new TreeSet<>(status(name).findValuesAsText("worker_id"));
  }

  private JsonNode status(String name) {
    return call("GET", "/connectors/" + name + "/status", null);
  }

  /** Asks until it succeeds: a worker refuses while its group is rebalanced. */
  private JsonNode call(String method, String path, Object body) {
    JsonNode[] answer = new JsonNode[1];
    await(method + " " + path)
        .atMost(PATIENCE)
        .ignoreExceptions()
        .until(
            () -> {
              Answer given = workers.get(0).send(method, path, body);
              answer[0] = given.body();
              return given.status() / 100 == 2;
            });
    return answer[0];
  }

  private WorkerProcess startWorker() {
    WorkerProcess worker =
        new WorkerProcess(
            System.getProperty("java.class.path"),
            "several-workers",
            folder.resolve("w" + started++),
            pipeline.broker().bootstrapServers(),
            PLUGINS,
            "-Xmx256m");
    workers.add(worker);
    return worker;
  }
}
