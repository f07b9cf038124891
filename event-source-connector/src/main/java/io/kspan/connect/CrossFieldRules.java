package io.kspan.connect;

import io.kspan.connect.record.ResourceId;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.kafka.common.config.Config;
import org.apache.kafka.common.config.ConfigValue;
import org.apache.kafka.common.config.types.Password;

/**
 * Checks combinations of keys, and whether files are readable. Adds each error to the key that
 * should change, so that a UI shows all of them at once; never throws.
 */
final class CrossFieldRules {
  private static final List<String> FILES =
      List.of(
          ConfigKeys.KUBECONFIG_CONFIG,
          ConfigKeys.TOKEN_FILE_CONFIG,
          ConfigKeys.CA_FILE_CONFIG,
          ConfigKeys.CLIENT_CERT_FILE_CONFIG,
          ConfigKeys.CLIENT_KEY_FILE_CONFIG);
  private static final List<String> WITH_URL_ONLY =
      List.of(
          ConfigKeys.TOKEN_CONFIG,
          ConfigKeys.TOKEN_FILE_CONFIG,
          ConfigKeys.CA_FILE_CONFIG,
          ConfigKeys.CLIENT_CERT_FILE_CONFIG,
          ConfigKeys.CLIENT_KEY_FILE_CONFIG);

  private final Map<String, ConfigValue> values;

  private CrossFieldRules(Config config) {
    this.values =
        config.configValues().stream()
            .collect(Collectors.toMap(ConfigValue::name, Function.identity()));
  }

  /**
   * Adds the errors.
   *
   * @param properties as given, with the keys of Connect
   */
  static void apply(Map<String, String> properties, Config config) {
    CrossFieldRules rules = new CrossFieldRules(config);
    rules.access();
    rules.files();
    rules.scope();
    rules.output(properties.getOrDefault("value.converter", ""));
    rules.requireTogether(ConfigKeys.CLIENT_CERT_FILE_CONFIG, ConfigKeys.CLIENT_KEY_FILE_CONFIG);
    rules.requireTogether(ConfigKeys.CLIENT_KEY_FILE_CONFIG, ConfigKeys.CLIENT_CERT_FILE_CONFIG);
    rules.requireTogether(ConfigKeys.PROXY_USER_CONFIG, ConfigKeys.PROXY_URL_CONFIG);
    rules.requireTogether(ConfigKeys.PROXY_PASSWORD_CONFIG, ConfigKeys.PROXY_USER_CONFIG);
    rules.requireNotAbove(ConfigKeys.BACKOFF_INITIAL_CONFIG, ConfigKeys.BACKOFF_MAX_CONFIG);
    rules.requireNotAbove(ConfigKeys.MAX_RECORD_BYTES_CONFIG, ConfigKeys.BUFFER_MAX_BYTES_CONFIG);
  }

  private void access() {
    boolean byUrl = isSet(ConfigKeys.URL_CONFIG);
    errorIf(
        byUrl && isSet(ConfigKeys.KUBECONFIG_CONFIG),
        ConfigKeys.KUBECONFIG_CONFIG,
        "cannot be combined with kubernetes.url: remove one of the two");
    errorIf(
        byUrl && isSet(ConfigKeys.CONTEXT_CONFIG),
        ConfigKeys.CONTEXT_CONFIG,
        "selects a context of a kubeconfig, but kubernetes.url is set: remove one of the two");
    for (String key : List.of(ConfigKeys.TOKEN_CONFIG, ConfigKeys.PROJECTION_HASH_KEY_CONFIG)) {
      errorIf(
          value(key) instanceof Password secret && secret.value().startsWith("${"),
          key,
          "names a secret that was not looked up: check config.providers of the worker");
    }
    errorIf(
        isSet(ConfigKeys.TOKEN_CONFIG) && isSet(ConfigKeys.TOKEN_FILE_CONFIG),
        ConfigKeys.TOKEN_FILE_CONFIG,
        "cannot be combined with kubernetes.token: remove one of the two");
    for (String key : WITH_URL_ONLY) {
      errorIf(
          isSet(key) && !byUrl,
          key,
          "is used with kubernetes.url only: set that, or put it into the kubeconfig");
    }
    errorIf(
        isSet(ConfigKeys.CA_FILE_CONFIG) && Boolean.TRUE.equals(value(ConfigKeys.INSECURE_CONFIG)),
        ConfigKeys.INSECURE_CONFIG,
        "makes kubernetes.ca.file meaningless: set it to false or remove the file");
  }

  private void files() {
    for (String key : FILES) {
      errorIf(
          isSet(key) && !Files.isReadable(Path.of((String) value(key))),
          key,
          "names the file " + value(key) + ", which this worker cannot read");
    }
  }

  private void scope() {
    errorIf(
        isSet(ConfigKeys.SELECTOR_CONFIG) && isSet(ConfigKeys.NAMESPACES_CONFIG),
        ConfigKeys.SELECTOR_CONFIG,
        "cannot be combined with namespaces: remove one of the two");
    List<ResourceId> watched = new ArrayList<>();
    for (ResourceId resource : resources(ConfigKeys.RESOURCES_CONFIG)) {
      Optional<ResourceId> same = watched.stream().filter(resource::isSameCollection).findFirst();
      errorIf(
          same.isPresent(),
          ConfigKeys.RESOURCES_CONFIG,
          "contains %s and %s, which are the same objects: keep one of them"
              .formatted(same.orElse(null), resource));
      watched.add(resource);
    }
    for (ResourceId fetched : resources(ConfigKeys.OWNERS_KINDS_CONFIG)) {
      errorIf(
          watched.stream().anyMatch(fetched::isSameCollection),
          ConfigKeys.OWNERS_KINDS_CONFIG,
          "contains " + fetched + ", which is watched: remove it from one of the two");
    }
    boolean full = "full".equals(value(ConfigKeys.PROJECTION_CONFIG));
    for (String key : List.of(ConfigKeys.RESOURCES_CONFIG, ConfigKeys.OWNERS_KINDS_CONFIG)) {
      errorIf(
          full && resources(key).stream().anyMatch(ResourceId::isConfigMaps),
          ConfigKeys.PROJECTION_CONFIG,
          "cannot be full while %s contains v1/configmaps: data of ConfigMaps is never published"
              .formatted(key));
    }
  }

  /** The converter of the worker is not known here, only one of the connector. */
  private void output(String valueConverter) {
    errorIf(
        "struct".equals(value(ConfigKeys.VALUE_FORMAT_CONFIG))
            && valueConverter.endsWith("StringConverter"),
        ConfigKeys.VALUE_FORMAT_CONFIG,
        "cannot be struct with value.converter=%s, which writes a Struct as text that cannot be read: set value.converter to a converter with schemas, or value.format to json"
            .formatted(valueConverter));
    errorIf(
        "json".equals(value(ConfigKeys.VALUE_FORMAT_CONFIG))
            && valueConverter.endsWith("JsonConverter"),
        ConfigKeys.VALUE_FORMAT_CONFIG,
        "cannot be json with value.converter=%s, which writes JSON text as a JSON string: set value.converter to org.apache.kafka.connect.storage.StringConverter, or value.format to struct"
            .formatted(valueConverter));
  }

  private void requireTogether(String key, String needed) {
    errorIf(
        isSet(key) && !isSet(needed) && values.get(needed).errorMessages().isEmpty(),
        needed,
        "must be set too, because " + key + " is");
  }

  private void requireNotAbove(String smaller, String larger) {
    errorIf(
        value(smaller) instanceof Number low
            && value(larger) instanceof Number high
            && low.longValue() > high.longValue(),
        larger,
        "must not be below " + smaller + " (" + value(smaller) + ")");
  }

  /** Empty when the key has an error. */
  private List<ResourceId> resources(String key) {
    return value(key) instanceof List<?> texts
        ? texts.stream().map(text -> ResourceId.parse((String) text)).toList()
        : List.of();
  }

  private boolean isSet(String key) {
    Object value = value(key);
    return value != null && !value.equals("") && !value.equals(List.of());
  }

  /** Null also when the key has an error: one message about it is enough. */
  private Object value(String key) {
    ConfigValue value = values.get(key);
    return value.errorMessages().isEmpty() ? value.value() : null;
  }

  private void errorIf(boolean wrong, String key, String message) {
    if (wrong) {
      values.get(key).addErrorMessage(key + " " + message);
    }
  }
}
