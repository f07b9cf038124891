package io.kspan.connect;

import io.kspan.connect.record.EnvelopeMapper;
import io.kspan.connect.record.Projection;
import io.kspan.connect.record.ResourceId;
import io.kspan.connect.record.WatchScope;
import io.kspan.connect.watch.AccessSettings;
import io.kspan.connect.watch.FeedSettings;
import io.kspan.connect.watch.HandOverBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigDef;

/**
 * The typed view of a connector's configuration. Immutable. The constructor throws {@link
 * org.apache.kafka.common.config.ConfigException} for what a single key can get wrong; what keys
 * get wrong together is found by {@link CrossFieldRules}.
 */
class KubernetesEventSourceConfig extends AbstractConfig {
  static final String EVENTS_TOPIC = "events";
  static final String OBJECTS_TOPIC = "objects";

  KubernetesEventSourceConfig(Map<String, String> properties) {
    this(ConfigKeys.definition(), properties);
  }

  KubernetesEventSourceConfig(ConfigDef definition, Map<String, String> properties) {
    super(definition, properties, false);
  }

  String cluster() {
    return getString(ConfigKeys.CLUSTER_NAME_CONFIG);
  }

  /**
   * What there is to watch, in a fixed order: every resource in every namespace, cluster-scoped
   * resources once.
   */
  List<WatchScope> scopes() {
    List<String> namespaces = getList(ConfigKeys.NAMESPACES_CONFIG);
    List<WatchScope> scopes = new ArrayList<>();
    for (String text : getList(ConfigKeys.RESOURCES_CONFIG)) {
      ResourceId resource = ResourceId.parse(text);
      if (namespaces.isEmpty() || resource.isClusterScoped()) {
        scopes.add(new WatchScope(resource, ""));
      } else {
        namespaces.forEach(namespace -> scopes.add(new WatchScope(resource, namespace)));
      }
    }
    return scopes;
  }

  EnvelopeMapper.Settings mapperSettings() {
    String prefix = getString(ConfigKeys.TOPIC_PREFIX_CONFIG);
    return new EnvelopeMapper.Settings(
        cluster(),
        prefix + EVENTS_TOPIC,
        prefix + OBJECTS_TOPIC,
        Projection.of(getString(ConfigKeys.PROJECTION_CONFIG)),
        getInt(ConfigKeys.MAX_RECORD_BYTES_CONFIG));
  }

  AccessSettings accessSettings() {
    return new AccessSettings(
        getString(ConfigKeys.URL_CONFIG),
        getString(ConfigKeys.KUBECONFIG_CONFIG),
        getString(ConfigKeys.CONTEXT_CONFIG),
        getPassword(ConfigKeys.TOKEN_CONFIG),
        getString(ConfigKeys.TOKEN_FILE_CONFIG),
        getString(ConfigKeys.CA_FILE_CONFIG),
        getBoolean(ConfigKeys.INSECURE_CONFIG),
        millis(ConfigKeys.CONNECT_TIMEOUT_CONFIG),
        requestTimeout(),
        "kspan-streams/" + Version.current());
  }

  Duration requestTimeout() {
    return millis(ConfigKeys.REQUEST_TIMEOUT_CONFIG);
  }

  FeedSettings feedSettings() {
    return new FeedSettings(
        getInt(ConfigKeys.LIST_PAGE_SIZE_CONFIG),
        millis(ConfigKeys.WATCH_TIMEOUT_CONFIG),
        millis(ConfigKeys.WATCH_STALL_TIMEOUT_CONFIG),
        millis(ConfigKeys.BACKOFF_INITIAL_CONFIG),
        millis(ConfigKeys.BACKOFF_MAX_CONFIG));
  }

  HandOverBuffer newBuffer() {
    return new HandOverBuffer(
        getInt(ConfigKeys.BUFFER_MAX_RECORDS_CONFIG), getLong(ConfigKeys.BUFFER_MAX_BYTES_CONFIG));
  }

  int batchMaxRecords() {
    return getInt(ConfigKeys.BATCH_MAX_RECORDS_CONFIG);
  }

  private Duration millis(String key) {
    return Duration.ofMillis(getLong(key));
  }
}
