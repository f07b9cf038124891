package io.kspan.connect;

import io.kspan.connect.record.ResourceId;
import io.kspan.connect.record.WatchScope;
import io.kspan.connect.watch.AccessCheck;
import io.kspan.connect.watch.AccessCheck.Finding;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.config.Config;
import org.apache.kafka.common.config.ConfigValue;

/**
 * Tries the access to the API server when a configuration has no other error, and adds what it
 * finds to the key that should change. Time-limited; never throws.
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
    try {
      for (Finding finding :
          AccessCheck.check(
              hasty(timeout).accessSettings(), scopes(config), config.requiredRights(), timeout)) {
        add(finding);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** A selector needs the namespaces first; which of them it finds is not a matter of validity. */
  private static List<WatchScope> scopes(KubernetesEventSourceConfig config) {
    List<WatchScope> scopes = new ArrayList<>(config.scopes());
    if (!config.namespacesSelector().isEmpty()) {
      scopes.add(0, new WatchScope(new ResourceId("", "v1", "namespaces"), ""));
    }
    return scopes;
  }

  /** Whoever waits for a validation waits no longer than it says. */
  private KubernetesEventSourceConfig hasty(Duration timeout) {
    Map<String, String> hasty = new HashMap<>(properties);
    for (String key :
        List.of(ConfigKeys.CONNECT_TIMEOUT_CONFIG, ConfigKeys.REQUEST_TIMEOUT_CONFIG)) {
      hasty.put(key, Long.toString(timeout.toMillis()));
    }
    return new KubernetesEventSourceConfig(hasty);
  }

  private void add(Finding finding) {
    String key = key(finding);
    for (ConfigValue value : result.configValues()) {
      if (value.name().equals(key)) {
        value.addErrorMessage(
            key
                + ": "
                + finding.message()
                + remedy(finding)
                + " ("
                + ConfigKeys.CONNECTION_VALIDATION_TIMEOUT_CONFIG
                + "=0 skips this check)");
      }
    }
  }

  private String remedy(Finding finding) {
    boolean found = !isSet(ConfigKeys.URL_CONFIG) && !isSet(ConfigKeys.KUBECONFIG_CONFIG);
    return found && finding.problem() == AccessCheck.Problem.ADDRESS
        ? "; outside of the cluster, set "
            + ConfigKeys.URL_CONFIG
            + " or "
            + ConfigKeys.KUBECONFIG_CONFIG
        : "";
  }

  private String key(Finding finding) {
    String access =
        isSet(ConfigKeys.KUBECONFIG_CONFIG) ? ConfigKeys.KUBECONFIG_CONFIG : ConfigKeys.URL_CONFIG;
    boolean byUrl = isSet(ConfigKeys.URL_CONFIG);
    return switch (finding.problem()) {
      case RESOURCES -> ConfigKeys.RESOURCES_CONFIG;
      case ADDRESS -> access;
      case KUBECONFIG -> isSet(ConfigKeys.CONTEXT_CONFIG) ? ConfigKeys.CONTEXT_CONFIG : access;
      case CERTIFICATE -> byUrl ? ConfigKeys.CA_FILE_CONFIG : access;
      case CREDENTIALS -> {
        if (!byUrl) {
          yield access;
        }
        yield isSet(ConfigKeys.TOKEN_FILE_CONFIG)
            ? ConfigKeys.TOKEN_FILE_CONFIG
            : ConfigKeys.TOKEN_CONFIG;
      }
    };
  }

  private boolean isSet(String key) {
    return !properties.getOrDefault(key, "").isEmpty();
  }
}
