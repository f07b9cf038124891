package io.kspan.topology.doctor;

import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A connector as Connect's REST interface tells of it.
 *
 * @param connectorClass as configured, which may be an alias
 * @param state such as {@code RUNNING}
 * @param trace first line of why it failed; empty if it has not
 * @param topicPrefix as configured, or the default
 * @param activeTopics what it has written to since its last reset; empty if the worker does not say
 */
record ConnectorFacts(
    String name,
    String connectorClass,
    String state,
    String trace,
    List<Task> tasks,
    String topicPrefix,
    Optional<Set<String>> activeTopics) {

  /** One of its tasks. */
  record Task(int id, String state, String trace) {}

  ConnectorFacts withActiveTopics(Optional<Set<String>> topics) {
    return new ConnectorFacts(name, connectorClass, state, trace, tasks, topicPrefix, topics);
  }
}
