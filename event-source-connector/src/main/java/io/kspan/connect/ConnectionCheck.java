package io.kspan.connect;

import io.kspan.connect.record.ResourceId;
import io.kspan.connect.record.WatchScope;
import io.kspan.connect.watch.AccessCheck;
import io.kspan.connect.watch.AccessCheck.Area;
import io.kspan.connect.watch.AccessCheck.Problem;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.config.Config;
import org.apache.kafka.common.config.ConfigValue;

/**
 * Tries the access to the API server when a configuration has no other error, and adds each problem
 * to the key that should change. Time-limited; never throws.
 */
final class ConnectionCheck {
  private final Map<String, String> properties;
  private final Config result;

  private ConnectionCheck(Map<String, String> properties, Config result) {
    this.properties = properties;
    this.result = result;
  }

  static void apply(Map<String, String> properties, Config result) {
    if (result.configValues().stream().allMatch(value -> value.errorMessages().isEmpty())) {
      new ConnectionCheck(properties, result).run();
    }
  }

  private void run() {
    KubernetesEventSourceConfig config = new KubernetesEventSourceConfig(properties);
    Duration timeout = config.connectionValidationTimeout();
    if (timeout.isZero()) {
      return;
    }
    // No request may take longer than the whole check.
    String millis = Long.toString(timeout.toMillis());
    Map<String, String> limited = new HashMap<>(properties);
    limited.put(ConfigKeys.CONNECT_TIMEOUT_CONFIG, millis);
    limited.put(ConfigKeys.REQUEST_TIMEOUT_CONFIG, millis);
    List<WatchScope> scopes = new ArrayList<>(config.scopes());
    if (!config.namespacesSelector().isEmpty()) {
      // A selector needs to list namespaces; it is valid also if it matches none.
      scopes.add(0, new WatchScope(new ResourceId("", "v1", "namespaces"), ""));
    }
    try {
      AccessCheck.check(
              new KubernetesEventSourceConfig(limited)::newApiClient,
              scopes,
              config.requiredRights(),
              timeout)
          .forEach(this::add);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void add(Problem problem) {
    String key = key(problem.area());
    boolean byDefault = !isSet(ConfigKeys.URL_CONFIG) && !isSet(ConfigKeys.KUBECONFIG_CONFIG);
    String remedy =
        byDefault && problem.area() == Area.ADDRESS
            ? "; outside of the cluster, set kubernetes.url or kubernetes.kubeconfig"
            : "";
    for (ConfigValue value : result.configValues()) {
      if (value.name().equals(key)) {
        value.addErrorMessage(
            "%s: %s%s (%s=0 skips this check)"
                .formatted(key, problem.message(), remedy, ConfigKeys.VALIDATION_TIMEOUT_CONFIG));
      }
    }
  }

  private String key(Area area) {
    boolean byUrl = isSet(ConfigKeys.URL_CONFIG);
    String access =
        isSet(ConfigKeys.KUBECONFIG_CONFIG) ? ConfigKeys.KUBECONFIG_CONFIG : ConfigKeys.URL_CONFIG;
    String token =
        isSet(ConfigKeys.TOKEN_FILE_CONFIG)
            ? ConfigKeys.TOKEN_FILE_CONFIG
            : ConfigKeys.TOKEN_CONFIG;
    return switch (area) {
      case RESOURCES -> ConfigKeys.RESOURCES_CONFIG;
      case ADDRESS -> access;
      case KUBECONFIG -> isSet(ConfigKeys.CONTEXT_CONFIG) ? ConfigKeys.CONTEXT_CONFIG : access;
      case CERTIFICATE -> byUrl ? ConfigKeys.CA_FILE_CONFIG : access;
      case CREDENTIALS -> byUrl ? token : access;
    };
  }

  private boolean isSet(String key) {
    return !properties.getOrDefault(key, "").isEmpty();
  }
}
