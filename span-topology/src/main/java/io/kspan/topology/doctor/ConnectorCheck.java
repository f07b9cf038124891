package io.kspan.topology.doctor;

import io.kspan.topology.names.Topics;
import io.kspan.topology.ops.CheckResult;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Whether the connector and its tasks run, and write where the topology reads. */
final class ConnectorCheck {
  /** Connect also takes the simple name, with and without its last word. */
  private static final Set<String> CLASSES =
      Set.of(
          "io.kspan.connect.KubernetesEventSourceConnector",
          "KubernetesEventSourceConnector",
          "KubernetesEventSource");

  private static final String RUNNING = "RUNNING";

  private ConnectorCheck() {}

  static List<CheckResult> run(CheckContext context) throws InterruptedException {
    Optional<ConnectClient> connect = context.options().connectUrl().map(ConnectClient::new);
    Optional<String> connector = context.options().connector();
    if (connect.isEmpty()) {
      return List.of(
          CheckResult.skipped(
              "because it is not known where Connect is",
              "give one of its workers: --connect-url http://localhost:8083"));
    }
    ConnectClient worker = connect.get();
    try {
      List<ConnectClient.Connector> ours =
          worker.connectors(
              (name, type) -> connector.map(name::equals).orElse(CLASSES.contains(type)));
      return judge(worker.address(), connector, ours, context.config().topics());
    } catch (IOException e) {
      return List.of(unreachable(worker.address(), e));
    }
  }

  static CheckResult unreachable(String address, IOException why) {
    String reason = why.getMessage() == null ? why.getClass().getSimpleName() : why.getMessage();
    return CheckResult.failed(
        "Connect at %s: %s".formatted(address, reason),
        reason.matches("HTTP 40[13]")
            ? "give user and password: KSPAN_DOCTOR_CONNECT_URL=http://USER:PASSWORD@HOST:8083 in the environment"
            : "check --connect-url, and that the worker runs");
  }

  static List<CheckResult> judge(
      String address,
      Optional<String> wanted,
      List<ConnectClient.Connector> connectors,
      Topics topics) {
    if (connectors.isEmpty()) {
      return List.of(
          CheckResult.failed(
              "Connect at %s has no connector %s"
                  .formatted(
                      address,
                      wanted.orElse("of class io.kspan.connect.KubernetesEventSourceConnector")),
              "create it: docs/installing-the-connector.md, step 4"));
    }
    List<CheckResult> results = new ArrayList<>();
    for (ConnectClient.Connector connector : connectors) {
      List<CheckResult> own = new ArrayList<>(states(address, connector));
      destination(connector, topics).ifPresent(own::add);
      if (own.isEmpty()) {
        own.add(
            CheckResult.ok(
                "%s and its %s are RUNNING"
                    .formatted(
                        connector.name(), CheckResult.count(connector.tasks().size(), "task"))));
      }
      results.addAll(own);
    }
    return results;
  }

  private static List<CheckResult> states(String address, ConnectClient.Connector connector) {
    List<CheckResult> results = new ArrayList<>();
    if (!connector.state().equals(RUNNING)) {
      results.add(
          state(address, connector, connector.name(), connector.state(), connector.trace()));
    } else if (connector.tasks().isEmpty()) {
      results.add(
          CheckResult.failed(
              connector.name() + " has no task",
              "wait a moment after it was created; then see the worker's log, and tasks.max"));
    }
    for (ConnectClient.Task task : connector.tasks()) {
      // Those of a paused connector are paused, too.
      if (!task.state().equals(RUNNING) && !task.state().equals(connector.state())) {
        String name = "%s, task %d".formatted(connector.name(), task.id());
        results.add(state(address, connector, name, task.state(), task.trace()));
      }
    }
    return results;
  }

  private static CheckResult state(
      String address, ConnectClient.Connector connector, String name, String state, String trace) {
    String url = address + ConnectClient.path(connector.name());
    String what = "%s is %s%s".formatted(name, state, trace.isEmpty() ? "" : ": " + trace);
    return switch (state) {
      case "FAILED" ->
          CheckResult.failed(
              what,
              "repair what it says, then curl -X POST '%s/restart?includeTasks=true&onlyFailed=true'"
                  .formatted(url));
      case "PAUSED", "STOPPED" ->
          CheckResult.failed(what, "curl -X PUT '%s/resume'".formatted(url));
      default ->
          CheckResult.warning(
              what,
              "normal while workers rebalance; if it stays so, see that they run, and their logs");
    };
  }

  private static Optional<CheckResult> destination(
      ConnectClient.Connector connector, Topics topics) {
    Set<String> active = connector.activeTopics();
    boolean elsewhere =
        active.isEmpty()
            ? !Topics.withPrefix(connector.topicPrefix()).events().equals(topics.events())
            : !active.contains(topics.events()) && !active.contains(topics.objects());
    if (!elsewhere) {
      return Optional.empty();
    }
    return Optional.of(
        CheckResult.failed(
            "%s writes to %s, the topology reads %s and %s"
                .formatted(
                    connector.name(),
                    active.isEmpty() ? connector.topicPrefix() + "..." : active,
                    topics.events(),
                    topics.objects()),
            "set the same topic.prefix for both, or name the right connector with --connector"));
  }
}
