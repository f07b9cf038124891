package io.kspan.connect;

import io.kspan.connect.record.ResourceId;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Collections;
import java.util.List;
import java.util.regex.Pattern;
import org.apache.kafka.common.config.ConfigDef.LambdaValidator;
import org.apache.kafka.common.config.ConfigDef.Validator;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.config.types.Password;

/** The validators of single keys; every message says what is valid. */
final class Validators {
  private static final Pattern DNS_LABEL = Pattern.compile("[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?");
  private static final String LABEL_KEY = "[A-Za-z0-9][-A-Za-z0-9._/]*";
  private static final String LABEL_VALUE = "[-A-Za-z0-9._]*";
  private static final String REQUIREMENT =
      "\\s*(?:!\\s*KEY|KEY|KEY\\s*(?:=|==|!=)\\s*VALUE|KEY\\s+(?:in|notin)\\s*\\(\\s*VALUE\\s*(?:,\\s*VALUE\\s*)*\\))\\s*"
          .replace("KEY", LABEL_KEY)
          .replace("VALUE", LABEL_VALUE);
  private static final Pattern LABEL_SELECTOR_SYNTAX =
      Pattern.compile("\\s*|" + REQUIREMENT + "(?:," + REQUIREMENT + ")*");
  private static final Pattern TOPIC_CHARACTERS = Pattern.compile("[a-zA-Z0-9._-]{0,200}");
  private static final Pattern CLUSTER_CHARACTERS = Pattern.compile("[^/\\s\\p{Cntrl}]{1,100}");

  static final Validator CLUSTER_NAME =
      matching(
          CLUSTER_CHARACTERS,
          "must have 1 to 100 characters and no '/' or blanks: it is part of record keys",
          "1 to 100 characters, no '/' or blanks");
  static final Validator TOPIC_PREFIX =
      matching(
          TOPIC_CHARACTERS,
          "must consist of letters, digits, '.', '_' and '-', at most 200",
          "letters, digits, '.', '_' and '-', at most 200");
  static final Validator LABEL_SELECTOR =
      matching(
          LABEL_SELECTOR_SYNTAX,
          "must be a label selector, like team=a,stage in (test, prod),!internal",
          "empty, or a label selector");
  static final Validator URL =
      LambdaValidator.with(Validators::url, () -> "empty, or an http or https URL");
  static final Validator TOKEN =
      LambdaValidator.with(Validators::token, () -> "a token, without blanks");
  static final Validator NAMESPACES =
      LambdaValidator.with(Validators::namespaces, () -> "names of namespaces");
  static final Validator RESOURCES =
      LambdaValidator.with(
          Validators::resources, () -> "version/plural or group/version/plural, no Secrets");
  static final Validator OWNER_KINDS =
      LambdaValidator.with(
          Validators::resourceNames, () -> "version/plural or group/version/plural, no Secrets");
  static final Validator DISTINCT =
      LambdaValidator.with(Validators::requireDistinct, () -> "a list without repetitions");

  private Validators() {}

  private static Validator matching(Pattern pattern, String message, String description) {
    return LambdaValidator.with(
        (key, value) -> {
          if (value != null && !pattern.matcher((String) value).matches()) {
            throw new ConfigException(key, value, message);
          }
        },
        () -> description);
  }

  private static void url(String key, Object value) {
    String text = (String) value;
    if (text == null || text.isEmpty()) {
      return;
    }
    try {
      URI uri = new URI(text);
      boolean http = "http".equals(uri.getScheme()) || "https".equals(uri.getScheme());
      if (!http || uri.getHost() == null || uri.getQuery() != null || uri.getUserInfo() != null) {
        throw new ConfigException(
            key,
            value,
            "must be an http or https URL without user and query, like https://host:6443");
      }
    } catch (URISyntaxException e) {
      throw new ConfigException(key, value, "is no URL: " + e.getReason());
    }
  }

  /** The message has no token: a Password prints as hidden. */
  private static void token(String key, Object value) {
    if (value != null && !ClientConfig.isToken(((Password) value).value())) {
      throw new ConfigException(
          key, value, "must be a token of printable characters without blanks");
    }
  }

  private static void namespaces(String key, Object value) {
    for (Object namespace : list(value)) {
      if (!DNS_LABEL.matcher((String) namespace).matches()) {
        throw new ConfigException(
            key,
            value,
            "'%s' cannot be the name of a namespace: lower case, digits and '-' only"
                .formatted(namespace));
      }
    }
    requireDistinct(key, value);
  }

  private static void resources(String key, Object value) {
    if (list(value).isEmpty()) {
      throw new ConfigException(key, value, "must name at least one resource");
    }
    resourceNames(key, value);
  }

  private static void resourceNames(String key, Object value) {
    for (Object text : list(value)) {
      try {
        if (ResourceId.parse((String) text).isSecrets()) {
          throw new ConfigException(key, value, "Secrets are never read: remove '" + text + "'");
        }
      } catch (IllegalArgumentException e) {
        throw new ConfigException(key, value, e.getMessage());
      }
    }
    requireDistinct(key, value);
  }

  private static void requireDistinct(String key, Object value) {
    List<?> list = list(value);
    for (Object one : list) {
      if (Collections.frequency(list, one) > 1) {
        throw new ConfigException(key, value, "contains '" + one + "' twice: remove one of them");
      }
    }
  }

  private static List<?> list(Object value) {
    return value == null ? List.of() : (List<?>) value;
  }
}
