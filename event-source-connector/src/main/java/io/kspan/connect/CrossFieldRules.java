package io.kspan.connect;

import io.kspan.connect.record.ResourceId;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.kafka.common.config.Config;
import org.apache.kafka.common.config.ConfigValue;
import org.apache.kafka.common.config.types.Password;

/**
 * What keys get wrong together, and files that are not there. Adds each error to the key that
 * should change, so that a UI shows all of them at once; never throws.
 */
final class CrossFieldRules {
  private final Map<String, ConfigValue> values;

  private CrossFieldRules(Config config) {
    this.values =
        config.configValues().stream()
            .collect(Collectors.toMap(ConfigValue::name, Function.identity()));
  }

  static void apply(Config config) {
    CrossFieldRules rules = new CrossFieldRules(config);
    rules.oneWayToTheServer();
    rules.credentials();
    rules.clientCertificate();
    rules.proxy();
    rules.files();
    rules.resourcesOnce();
    rules.namespaces();
    rules.owners();
    rules.noDataOfConfigMaps();
    rules.sizesAndDelays();
  }

  private void oneWayToTheServer() {
    if (isSet(ConfigKeys.URL_CONFIG) && isSet(ConfigKeys.KUBECONFIG_CONFIG)) {
      error(
          ConfigKeys.KUBECONFIG_CONFIG,
          "cannot be combined with kubernetes.url: remove one of the two");
    }
    if (isSet(ConfigKeys.URL_CONFIG) && isSet(ConfigKeys.CONTEXT_CONFIG)) {
      error(
          ConfigKeys.CONTEXT_CONFIG,
          "selects a context of a kubeconfig, but kubernetes.url is set: remove one of the two");
    }
  }

  private void credentials() {
    if (value(ConfigKeys.TOKEN_CONFIG) instanceof Password token
        && token.value().startsWith("${")) {
      error(
          ConfigKeys.TOKEN_CONFIG,
          "names a secret that nobody has looked up: check config.providers of the worker");
    }
    if (isSet(ConfigKeys.TOKEN_CONFIG) && isSet(ConfigKeys.TOKEN_FILE_CONFIG)) {
      error(
          ConfigKeys.TOKEN_FILE_CONFIG,
          "cannot be combined with kubernetes.token: remove one of the two");
    }
    for (String key :
        List.of(
            ConfigKeys.TOKEN_CONFIG,
            ConfigKeys.TOKEN_FILE_CONFIG,
            ConfigKeys.CA_FILE_CONFIG,
            ConfigKeys.CLIENT_CERT_FILE_CONFIG,
            ConfigKeys.CLIENT_KEY_FILE_CONFIG)) {
      if (isSet(key) && !isSet(ConfigKeys.URL_CONFIG)) {
        error(key, "is used with kubernetes.url only: set that, or put it into the kubeconfig");
      }
    }
    if (isSet(ConfigKeys.CA_FILE_CONFIG)
        && Boolean.TRUE.equals(value(ConfigKeys.INSECURE_CONFIG))) {
      error(
          ConfigKeys.INSECURE_CONFIG,
          "makes kubernetes.ca.file meaningless: set it to false or remove the file");
    }
  }

  private void clientCertificate() {
    requireTogether(ConfigKeys.CLIENT_CERT_FILE_CONFIG, ConfigKeys.CLIENT_KEY_FILE_CONFIG);
    requireTogether(ConfigKeys.CLIENT_KEY_FILE_CONFIG, ConfigKeys.CLIENT_CERT_FILE_CONFIG);
  }

  private void proxy() {
    requireTogether(ConfigKeys.PROXY_USER_CONFIG, ConfigKeys.PROXY_URL_CONFIG);
    requireTogether(ConfigKeys.PROXY_PASSWORD_CONFIG, ConfigKeys.PROXY_USER_CONFIG);
  }

  private void requireTogether(String key, String needed) {
    if (isSet(key) && !isSet(needed) && values.get(needed).errorMessages().isEmpty()) {
      error(needed, "must be set too, because " + key + " is");
    }
  }

  private void files() {
    for (String key :
        List.of(
            ConfigKeys.KUBECONFIG_CONFIG,
            ConfigKeys.TOKEN_FILE_CONFIG,
            ConfigKeys.CA_FILE_CONFIG,
            ConfigKeys.CLIENT_CERT_FILE_CONFIG,
            ConfigKeys.CLIENT_KEY_FILE_CONFIG)) {
      if (isSet(key) && !Files.isReadable(Path.of((String) value(key)))) {
        error(key, "names the file " + value(key) + ", which this worker cannot read");
      }
    }
  }

  private void resourcesOnce() {
    List<ResourceId> kept = new ArrayList<>();
    for (ResourceId resource : resources(ConfigKeys.RESOURCES_CONFIG)) {
      kept.stream()
          .filter(resource::isSameCollection)
          .findFirst()
          .ifPresentOrElse(
              same ->
                  error(
                      ConfigKeys.RESOURCES_CONFIG,
                      "contains %s and %s, which are the same objects: keep one of them"
                          .formatted(same, resource)),
              () -> kept.add(resource));
    }
  }

  private void namespaces() {
    if (isSet(ConfigKeys.NAMESPACES_SELECTOR_CONFIG)
        && value(ConfigKeys.NAMESPACES_CONFIG) instanceof List<?> named
        && !named.isEmpty()) {
      error(
          ConfigKeys.NAMESPACES_SELECTOR_CONFIG,
          "cannot be combined with namespaces: remove one of the two");
    }
  }

  private void owners() {
    List<ResourceId> watched = resources(ConfigKeys.RESOURCES_CONFIG);
    resources(ConfigKeys.OWNERS_KINDS_CONFIG).stream()
        .filter(fetched -> watched.stream().anyMatch(fetched::isSameCollection))
        .forEach(
            both ->
                error(
                    ConfigKeys.OWNERS_KINDS_CONFIG,
                    "contains " + both + ", which is watched: remove it from one of the two"));
  }

  private void noDataOfConfigMaps() {
    boolean full = "full".equals(value(ConfigKeys.PROJECTION_CONFIG));
    for (String key : List.of(ConfigKeys.RESOURCES_CONFIG, ConfigKeys.OWNERS_KINDS_CONFIG)) {
      if (full && resources(key).stream().anyMatch(ResourceId::isConfigMaps)) {
        error(
            ConfigKeys.PROJECTION_CONFIG,
            "cannot be full while "
                + key
                + " contains v1/configmaps: data of ConfigMaps is never published");
      }
    }
  }

  private void sizesAndDelays() {
    requireNotAbove(ConfigKeys.BACKOFF_INITIAL_CONFIG, ConfigKeys.BACKOFF_MAX_CONFIG);
    requireNotAbove(ConfigKeys.MAX_RECORD_BYTES_CONFIG, ConfigKeys.BUFFER_MAX_BYTES_CONFIG);
  }

  private void requireNotAbove(String smaller, String larger) {
    if (value(smaller) instanceof Number low
        && value(larger) instanceof Number high
        && low.longValue() > high.longValue()) {
      error(larger, "must not be below " + smaller + " (" + low + ")");
    }
  }

  /** Empty when the key has an error. */
  private List<ResourceId> resources(String key) {
    return value(key) instanceof List<?> texts
        ? texts.stream().map(text -> ResourceId.parse((String) text)).toList()
        : List.of();
  }

  private boolean isSet(String key) {
    Object value = value(key);
    return value != null && !value.equals("");
  }

  /** Null as well when the key itself has an error: one message about it is enough. */
  private Object value(String key) {
    ConfigValue value = values.get(key);
    return value.errorMessages().isEmpty() ? value.value() : null;
  }

  private void error(String key, String message) {
    values.get(key).addErrorMessage(key + " " + message);
  }
}
