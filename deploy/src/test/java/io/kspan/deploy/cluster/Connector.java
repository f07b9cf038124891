package io.kspan.deploy.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.kspan.testsupport.connect.WorkerProcess;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;

/** A connector on a worker, and what it has written. One thread only. */
final class Connector implements AutoCloseable {
  private static final String PLUGIN =
      "/connector-plugins/io.kspan.connect.KubernetesEventSourceConnector";

  private final WorkerProcess worker;
  private final String name;
  private final ConnectorOutput output;

  /** Returns when its tasks run. */
  Connector(WorkerProcess worker, String name, Map<String, String> config, ConnectorOutput output) {
    this.worker = worker;
    this.name = name;
    this.output = output;
    call("PUT", "/config", config);
    await("the tasks of " + name + " run").atMost(Cluster.PATIENCE).until(this::isRunning);
  }

  /** The errors of a validation, each with its key. */
  static List<String> errors(WorkerProcess worker, Map<String, String> config)
      throws IOException, InterruptedException {
    List<String> errors = new ArrayList<>();
    JsonNode answer = worker.put(PLUGIN + "/config/validate", config).body();
    for (JsonNode key : answer.path("configs")) {
      key.at("/value/errors").forEach(error -> errors.add(error.asText()));
    }
    return errors;
  }

  ConnectorOutput output() {
    return output;
  }

  /**
   * Waits until it has every occurrence that was watched until now, and checks that it has invented
   * none.
   *
   * @param hidden which a list does not show any more
   */
  void awaitAll(WatchedEvents watched, Set<Occurrence> hidden) {
    Set<Occurrence> expected = watched.seen();
    expected.removeAll(hidden);
    await(name + " has all of " + expected.size() + " occurrences")
        .atMost(Cluster.PATIENCE)
        .pollInterval(500, TimeUnit.MILLISECONDS)
        .untilAsserted(
            () -> {
              Set<Occurrence> missing = new TreeSet<>(expected);
              missing.removeAll(output.occurrences());
              assertThat(missing).isEmpty();
            });
    // An informer that has listed again may lack a count between two others.
    await(name + " has nothing that did not happen")
        .atMost(Cluster.PATIENCE)
        .untilAsserted(
            () -> {
              Map<String, Long> counts = WatchedEvents.counts(watched.seen());
              assertThat(output.occurrences())
                  .allMatch(one -> one.count() <= counts.getOrDefault(one.eventUid(), -1L));
            });
    assertThat(isRunning()).as("%s runs", name).isTrue();
  }

  boolean isRunning() {
    JsonNode status = call("GET", "/status", null);
    return status.at("/connector/state").asText().equals("RUNNING")
        && !status.path("tasks").isEmpty()
        && status.path("tasks").findValuesAsText("state").stream().allMatch("RUNNING"::equals);
  }

  /** Ends its tasks; they are started again by {@link #resume}. */
  void stop() {
    call("PUT", "/stop", null);
    await(name + " is stopped")
        .atMost(Cluster.PATIENCE)
        .until(
            () -> {
              JsonNode status = call("GET", "/status", null);
              return status.at("/connector/state").asText().equals("STOPPED")
                  && status.path("tasks").isEmpty();
            });
  }

  void resume() {
    call("PUT", "/resume", null);
    await("the tasks of " + name + " run").atMost(Cluster.PATIENCE).until(this::isRunning);
  }

  /** As the documentation says after a renewal of certificates. */
  void restart() {
    call("POST", "/restart?includeTasks=true", null);
    await("the tasks of " + name + " run").atMost(Cluster.PATIENCE).until(this::isRunning);
  }

  /** Asks until it succeeds: a worker refuses while its group is rebalanced. */
  private JsonNode call(String method, String path, Object body) {
    JsonNode[] answer = new JsonNode[1];
    await(method + " " + path)
        .atMost(Cluster.PATIENCE)
        .ignoreExceptions()
        .until(
            () -> {
              WorkerProcess.Answer given = worker.send(method, "/connectors/" + name + path, body);
              answer[0] = given.body();
              return given.status() / 100 == 2;
            });
    return answer[0];
  }

  @Override
  public void close() {
    call("DELETE", "", null);
    output.close();
  }
}
