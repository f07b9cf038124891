package io.kspan.connect;

import io.kspan.connect.record.EnvelopeMapper;
import io.kspan.connect.record.EventFilter;
import io.kspan.connect.record.Projection;
import io.kspan.connect.record.ResourceId;
import io.kspan.connect.record.WatchScope;
import io.kspan.connect.watch.AccessSettings;
import io.kspan.connect.watch.FeedSettings;
import io.kspan.connect.watch.HandOverBuffer;
import io.kspan.connect.watch.RequiredRights;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
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
  static final String HEARTBEATS_TOPIC = "heartbeats";

  KubernetesEventSourceConfig(Map<String, String> properties) {
    this(ConfigKeys.definition(), properties);
  }

  KubernetesEventSourceConfig(ConfigDef definition, Map<String, String> properties) {
    super(definition, properties, false);
  }

  String cluster() {
    return getString(ConfigKeys.CLUSTER_NAME_CONFIG);
  }

  /** In the configured order. */
  List<ResourceId> resources() {
    return resources(ConfigKeys.RESOURCES_CONFIG);
  }

  /** Empty for all, or when a selector says them. */
  List<String> namespaces() {
    return getList(ConfigKeys.NAMESPACES_CONFIG);
  }

  /** Empty when there is none. */
  String namespacesSelector() {
    return getString(ConfigKeys.NAMESPACES_SELECTOR_CONFIG).strip();
  }

  Duration scopeRefreshInterval() {
    return millis(ConfigKeys.SCOPE_REFRESH_CONFIG);
  }

  /** Whether what is watched depends on namespaces. */
  boolean isPerNamespace() {
    return !namespaces().isEmpty() || !namespacesSelector().isEmpty();
  }

  /** Whether only the API server can say what there is to watch. */
  boolean needsScopeMonitor() {
    return !namespacesSelector().isEmpty()
        || (isPerNamespace() && !ScopePlan.unknown(resources()).isEmpty());
  }

  /** What there is to watch, in a fixed order, as far as that is known without asking. */
  List<WatchScope> scopes() {
    return isPerNamespace()
        ? ScopePlan.perNamespace(resources(), namespaces(), Map.of())
        : ScopePlan.clusterWide(resources());
  }

  /** Kinds that are fetched on reference; in the configured order. */
  List<ResourceId> ownerKinds() {
    return resources(ConfigKeys.OWNERS_KINDS_CONFIG);
  }

  private List<ResourceId> resources(String key) {
    return getList(key).stream().map(ResourceId::parse).toList();
  }

  RequiredRights requiredRights() {
    return new RequiredRights(
        resources(), ownerKinds(), namespaces(), !namespacesSelector().isEmpty());
  }

  EventFilter eventFilter() {
    return new EventFilter(
        Set.copyOf(getList(ConfigKeys.EXCLUDE_REASONS_CONFIG)),
        Set.copyOf(getList(ConfigKeys.EXCLUDE_TYPES_CONFIG)));
  }

  /** Zero for none. */
  Duration heartbeatInterval() {
    return millis(ConfigKeys.HEARTBEAT_INTERVAL_CONFIG);
  }

  String heartbeatsTopic() {
    return getString(ConfigKeys.TOPIC_PREFIX_CONFIG) + HEARTBEATS_TOPIC;
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
        new AccessSettings.Credentials(
            getPassword(ConfigKeys.TOKEN_CONFIG),
            getString(ConfigKeys.TOKEN_FILE_CONFIG),
            getString(ConfigKeys.CLIENT_CERT_FILE_CONFIG),
            getString(ConfigKeys.CLIENT_KEY_FILE_CONFIG)),
        getString(ConfigKeys.CA_FILE_CONFIG),
        getBoolean(ConfigKeys.INSECURE_CONFIG),
        proxy(),
        millis(ConfigKeys.CONNECT_TIMEOUT_CONFIG),
        requestTimeout(),
        getInt(ConfigKeys.CLIENT_QPS_CONFIG),
        "kspan-streams/" + Version.current());
  }

  private AccessSettings.Proxy proxy() {
    String url = getString(ConfigKeys.PROXY_URL_CONFIG);
    return url.isEmpty()
        ? null
        : new AccessSettings.Proxy(
            url,
            getString(ConfigKeys.PROXY_USER_CONFIG),
            getPassword(ConfigKeys.PROXY_PASSWORD_CONFIG));
  }

  Duration requestTimeout() {
    return millis(ConfigKeys.REQUEST_TIMEOUT_CONFIG);
  }

  /** Zero when the access to the API server is not to be tried. */
  Duration connectionValidationTimeout() {
    return millis(ConfigKeys.CONNECTION_VALIDATION_TIMEOUT_CONFIG);
  }

  FeedSettings feedSettings() {
    return new FeedSettings(
        getInt(ConfigKeys.LIST_PAGE_SIZE_CONFIG),
        millis(ConfigKeys.WATCH_TIMEOUT_CONFIG),
        millis(ConfigKeys.WATCH_STALL_TIMEOUT_CONFIG),
        millis(ConfigKeys.BACKOFF_INITIAL_CONFIG),
        millis(ConfigKeys.BACKOFF_MAX_CONFIG),
        millis(ConfigKeys.SNAPSHOT_INTERVAL_CONFIG),
        !heartbeatInterval().isZero(),
        ownerKinds(),
        millis(ConfigKeys.OWNERS_TTL_CONFIG));
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
