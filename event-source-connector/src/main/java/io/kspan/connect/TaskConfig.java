package io.kspan.connect;

import io.kspan.connect.record.WatchScope;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.ConfigDef.Type;

/** The connector's configuration plus what the connector tells one task. Immutable. */
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
        .define(TASK_SCOPES, Type.LIST, Importance.HIGH, "What the task watches.");
  }

  /**
   * Deals the scopes out like cards, so that neighbours in the configured order, which are the
   * busiest, end up in different tasks. Never an empty task.
   */
  static List<Map<String, String>> split(
      Map<String, String> properties, List<WatchScope> scopes, int maxTasks) {
    int tasks = Math.min(maxTasks, scopes.size());
    List<Map<String, String>> configs = new ArrayList<>();
    for (int task = 0; task < tasks; task++) {
      List<String> dealt = new ArrayList<>();
      for (int i = task; i < scopes.size(); i += tasks) {
        dealt.add(scopes.get(i).toString());
      }
      Map<String, String> config = new HashMap<>(properties);
      config.put(TASK_ID, Integer.toString(task));
      config.put(TASK_SCOPES, String.join(",", dealt));
      configs.add(config);
    }
    return configs;
  }

  List<WatchScope> taskScopes() {
    return getList(TASK_SCOPES).stream().map(WatchScope::parse).toList();
  }

  /** Connector and task, for thread names. */
  String owner() {
    return getString(NAME) + '-' + getString(TASK_ID);
  }
}
