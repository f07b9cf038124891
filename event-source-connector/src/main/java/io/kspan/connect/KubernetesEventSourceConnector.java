package io.kspan.connect;

import io.kspan.connect.record.SourceOffset;
import io.kspan.connect.record.SourcePartition;
import io.kspan.connect.record.WatchScope;
import io.kspan.connect.watch.ScopeMonitor;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.config.Config;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.connect.connector.Task;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.source.ExactlyOnceSupport;
import org.apache.kafka.connect.source.SourceConnector;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Publishes Kubernetes Events and object snapshots. Splits the scopes among tasks; exactly one task
 * watches a scope. Connect calls it by one thread at a time.
 */
public final class KubernetesEventSourceConnector extends SourceConnector {
  private static final Logger log = LoggerFactory.getLogger(KubernetesEventSourceConnector.class);

  private Map<String, String> properties = Map.of();
  private ScopeMonitor monitor;

  /** For Connect. */
  public KubernetesEventSourceConnector() {}

  @Override
  public void start(Map<String, String> props) {
    KubernetesEventSourceConfig config = new KubernetesEventSourceConfig(props);
    properties = Map.copyOf(props);
    if (config.needsScopeMonitor()) {
      monitor =
          new ScopeMonitor(
              config.newApiClient(),
              config.requiredRights(),
              config.resources(),
              config.namespaces(),
              config.namespacesSelector(),
              config.feedSettings().listPageSize(),
              () -> context().requestTaskReconfiguration());
      monitor.start(config.scopeRefreshInterval());
    }
    log.info("Watching {} scopes of cluster {}", scopes().size(), config.cluster());
  }

  private List<WatchScope> scopes() {
    return monitor == null
        ? new KubernetesEventSourceConfig(properties).scopes()
        : monitor.scopes();
  }

  @Override
  public void stop() {
    if (monitor != null) {
      monitor.close();
    }
  }

  @Override
  public Class<? extends Task> taskClass() {
    return KubernetesEventSourceTask.class;
  }

  @Override
  public List<Map<String, String>> taskConfigs(int maxTasks) {
    return TaskConfig.split(properties, scopes(), maxTasks);
  }

  @Override
  public ConfigDef config() {
    return ConfigKeys.definition();
  }

  @Override
  public Config validate(Map<String, String> connectorConfigs) {
    Config config = super.validate(connectorConfigs);
    CrossFieldRules.apply(connectorConfigs, config);
    ConnectionCheck.apply(connectorConfigs, config);
    return config;
  }

  /**
   * Never supported. Exactly once needs an offset that determines all records after it. After an
   * expired resourceVersion the connector lists again, repeats objects, and misses intermediate
   * versions. Readers recognise a duplicate by UID and count of an Event, and by UID and
   * resourceVersion of an object.
   */
  @Override
  public ExactlyOnceSupport exactlyOnceSupport(Map<String, String> connectorConfig) {
    return ExactlyOnceSupport.UNSUPPORTED;
  }

  /** Accepts offsets in this connector's format, and any null offset, which makes it list. */
  @Override
  public boolean alterOffsets(
      Map<String, String> connectorConfig, Map<Map<String, ?>, Map<String, ?>> offsets) {
    for (Map.Entry<Map<String, ?>, Map<String, ?>> entry : offsets.entrySet()) {
      if (entry.getValue() == null) {
        continue;
      }
      try {
        requireCluster(
            connectorConfig.get(ConfigKeys.CLUSTER_NAME_CONFIG),
            SourcePartition.fromMap(entry.getKey()).cluster());
        SourceOffset.fromMap(entry.getValue());
      } catch (IllegalArgumentException e) {
        throw new ConnectException(
            "Offset of " + entry.getKey() + " refused: " + e.getMessage(), e);
      }
    }
    return true;
  }

  /** An offset of another name would be stored and never read. */
  private static void requireCluster(String configured, String named) {
    if (configured != null && !configured.equals(named)) {
      throw new IllegalArgumentException(
          "partition field 'cluster' must be '" + configured + "', as in cluster.name");
    }
  }

  @Override
  public String version() {
    return Version.current();
  }
}
