package io.kspan.connect;

import io.kspan.connect.record.WatchScope;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.ConfigDef.Type;

/** The connector's configuration and the assignment of one task. Immutable. */
final class TaskConfig extends KubernetesEventSourceConfig {
  private static final String NAME = "name";
  private static final String TASK_ID = "task.id";
  private static final String TASK_SCOPES = "task.scopes";

  TaskConfig(Map<String, String> properties) {
    super(definition(), properties);
  }

  private static ConfigDef definition() {
    return ConfigKeys.definition()
        .define(NAME, Type.STRING, "connector", Importance.LOW, "Name of the connector.")
        .define(TASK_ID, Type.STRING, Importance.HIGH, "Number of the task.")
        .define(TASK_SCOPES, Type.LIST, Importance.HIGH, "Scopes of the task.");
  }

  /**
   * Assigns the scopes round-robin, so that neighbours in the configured order, which are the
   * busiest, belong to different tasks. Returns no task without scopes.
   */
  static List<Map<String, String>> split(
      Map<String, String> properties, List<WatchScope> scopes, int maxTasks) {
    int tasks = Math.min(maxTasks, scopes.size());
    List<Map<String, String>> configs = new ArrayList<>();
    for (int task = 0; task < tasks; task++) {
      List<String> assigned = new ArrayList<>();
      for (int i = task; i < scopes.size(); i += tasks) {
        assigned.add(scopes.get(i).toString());
      }
      Map<String, String> config = new HashMap<>(properties);
      config.put(TASK_ID, Integer.toString(task));
      config.put(TASK_SCOPES, String.join(",", assigned));
      configs.add(config);
    }
    return configs;
  }

  List<WatchScope> taskScopes() {
    return getList(TASK_SCOPES).stream().map(WatchScope::parse).toList();
  }

  /** Connector and task, as workers tag metrics with them. */
  Map<String, String> taskTags() {
    Map<String, String> tags = new LinkedHashMap<>();
    tags.put("connector", getString(NAME));
    tags.put("task", getString(TASK_ID));
    return tags;
  }

  /** Connector and task, for thread names. */
  String owner() {
    return getString(NAME) + '-' + getString(TASK_ID);
  }
}
