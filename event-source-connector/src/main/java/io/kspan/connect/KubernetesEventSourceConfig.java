package io.kspan.connect;

import io.kspan.connect.record.EnvelopeMapper;
import io.kspan.connect.record.Projection;
import io.kspan.connect.record.PublishedValues;
import io.kspan.connect.record.ResourceId;
import io.kspan.connect.record.WatchScope;
import io.kspan.connect.struct.ValueFormat;
import io.kspan.connect.watch.ApiClient;
import io.kspan.connect.watch.FeedSettings;
import io.kspan.connect.watch.HandOverBuffer;
import io.kspan.connect.watch.RequiredRights;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.types.Password;

/**
 * The typed view of a connector's configuration. Immutable. The constructor throws {@link
 * org.apache.kafka.common.config.ConfigException} for an invalid value of a single key; {@link
 * CrossFieldRules} checks combinations of keys.
 */
class KubernetesEventSourceConfig extends AbstractConfig {
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

  /** Empty for all, and with a selector. */
  List<String> namespaces() {
    return getList(ConfigKeys.NAMESPACES_CONFIG);
  }

  /** Empty for none. */
  String namespacesSelector() {
    return getString(ConfigKeys.SELECTOR_CONFIG).strip();
  }

  Duration scopeRefreshInterval() {
    return millis(ConfigKeys.SCOPE_REFRESH_CONFIG);
  }

  private boolean isPerNamespace() {
    return !namespaces().isEmpty() || !namespacesSelector().isEmpty();
  }

  /** Whether the scopes depend on the API server. */
  boolean needsScopeMonitor() {
    return !namespacesSelector().isEmpty()
        || (isPerNamespace() && resources().stream().anyMatch(ResourceId::needsDiscovery));
  }

  /** The scopes that do not depend on the API server, in a fixed order. */
  List<WatchScope> scopes() {
    return isPerNamespace()
        ? WatchScope.perNamespace(resources(), namespaces(), Map.of())
        : WatchScope.clusterWide(resources());
  }

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

  /** Zero for none. */
  Duration heartbeatInterval() {
    return millis(ConfigKeys.HEARTBEAT_INTERVAL_CONFIG);
  }

  String heartbeatsTopic() {
    return getString(ConfigKeys.TOPIC_PREFIX_CONFIG) + "heartbeats";
  }

  EnvelopeMapper.Settings mapperSettings() {
    String prefix = getString(ConfigKeys.TOPIC_PREFIX_CONFIG);
    return new EnvelopeMapper.Settings(
        cluster(),
        prefix + "events",
        prefix + "objects",
        Projection.of(getString(ConfigKeys.PROJECTION_CONFIG)),
        new PublishedValues(getList(ConfigKeys.PROJECTION_ANNOTATIONS_CONFIG), hashKey()),
        getInt(ConfigKeys.MAX_RECORD_BYTES_CONFIG));
  }

  /** The same for all tasks and after every restart, so that hashes can be compared. */
  private String hashKey() {
    Password key = getPassword(ConfigKeys.PROJECTION_HASH_KEY_CONFIG);
    return key == null || key.value().isEmpty() ? cluster() : key.value();
  }

  ValueFormat valueFormat() {
    return ValueFormat.of(getString(ConfigKeys.VALUE_FORMAT_CONFIG));
  }

  /** Throws {@link org.apache.kafka.connect.errors.ConnectException} with the remedy. */
  ApiClient newApiClient() {
    return new ApiClient(
        ClientConfig.of(this),
        millis(ConfigKeys.REQUEST_TIMEOUT_CONFIG),
        getInt(ConfigKeys.CLIENT_QPS_CONFIG));
  }

  /** Zero to skip the check of the access to the API server. */
  Duration connectionValidationTimeout() {
    return millis(ConfigKeys.VALIDATION_TIMEOUT_CONFIG);
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
        Set.copyOf(getList(ConfigKeys.EXCLUDE_REASONS_CONFIG)),
        Set.copyOf(getList(ConfigKeys.EXCLUDE_TYPES_CONFIG)),
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
