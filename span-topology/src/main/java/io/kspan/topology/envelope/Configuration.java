package io.kspan.topology.envelope;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kspan.topology.assemble.PartHashes;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.StringJoiner;
import java.util.TreeMap;

/**
 * Reads what a change span compares (trace-model 7): values that are no secrets as they are, of
 * everything else in a spec the hashes of its parts. Stateless.
 */
final class Configuration {
  static final String REVISION = "deployment.kubernetes.io/revision";
  static final String RESTARTED_AT = "kubectl.kubernetes.io/restartedAt";

  // Each becomes an attribute of one span.
  private static final int MAX_VALUES = 64;
  private static final int MAX_GROUPS = 128;
  // Only of other writers: neither the connector nor SpecParts writes more of a group.
  private static final int MAX_GROUP_NAMES = 101;
  // All versions of a root that are kept have them.
  private static final int MAX_GROUP_CHARACTERS = 65_536;

  static final List<String> COMPARED = List.of("replicas", "paused", "suspend", "parallelism");
  static final List<String> CONTAINER_LISTS = List.of("initContainers", "containers");
  static final List<String> STRATEGIES = List.of("strategy", "updateStrategy");
  static final String ROLLING_UPDATE = "rollingUpdate";
  static final List<String> ROLLING_UPDATE_FIELDS =
      List.of("maxSurge", "maxUnavailable", "partition");
  private static final List<String> RESOURCES = List.of("requests", "limits");

  private Configuration() {}

  /** The configuration of one version of an object. */
  static SortedMap<String, String> of(JsonNode object, String cluster) {
    SortedMap<String, String> configuration = new TreeMap<>();
    JsonNode spec = object.path("spec");
    for (String field : COMPARED) {
      put(configuration, field, Json.text(spec, field));
    }
    put(
        configuration,
        "revision",
        Json.text(object.path("metadata").path("annotations"), REVISION));
    put(configuration, "revision", Json.text(object.path("status"), "updateRevision"));
    containers(configuration, spec);
    boolean told = isTold(object);
    template(configuration, told, spec.path("template"));
    template(configuration, told, spec.path("jobTemplate").path("spec").path("template"));
    if (told) {
      for (String field : STRATEGIES) {
        put(configuration, "strategy", strategy(spec.path(field)));
      }
      groups(configuration, SpecParts.in(object, cluster));
    }
    return configuration;
  }

  /**
   * Whether a trace tells all that changed of it: not of pods and ReplicaSets, which are most of
   * all objects, and which have owners that say the same.
   */
  static boolean isTold(JsonNode object) {
    String kind = object.path("kind").asText("");
    return !kind.equals("Pod") && !kind.equals("ReplicaSet");
  }

  private static void template(
      SortedMap<String, String> configuration, boolean told, JsonNode template) {
    JsonNode spec = template.path("spec");
    containers(configuration, spec);
    if (told) {
      JsonNode annotations = template.path("metadata").path("annotations");
      put(configuration, "restarted_at", Json.text(annotations, RESTARTED_AT));
      put(configuration, "service_account", Json.text(spec, "serviceAccountName"));
      for (String list : CONTAINER_LISTS) {
        for (JsonNode container : spec.path(list)) {
          String name = "resources." + Json.text(container, "name");
          put(configuration, name, resources(container.path("resources")));
        }
      }
    }
  }

  private static void containers(SortedMap<String, String> configuration, JsonNode podSpec) {
    for (String list : CONTAINER_LISTS) {
      for (JsonNode container : podSpec.path(list)) {
        String name = "image." + Json.text(container, "name");
        put(configuration, name, Json.text(container, "image"));
      }
    }
  }

  /** As in {@code RollingUpdate maxSurge=25% maxUnavailable=25%}. */
  private static String strategy(JsonNode strategy) {
    StringJoiner text = new StringJoiner(" ");
    text.add(Json.text(strategy, "type"));
    for (String field : ROLLING_UPDATE_FIELDS) {
      add(text, field, Json.text(strategy.path(ROLLING_UPDATE), field));
    }
    return text.toString().strip();
  }

  /** As in {@code requests.cpu=100m limits.memory=64Mi}. */
  private static String resources(JsonNode resources) {
    StringJoiner text = new StringJoiner(" ");
    for (String kind : RESOURCES) {
      new TreeMap<>(names(resources.path(kind)))
          .forEach((name, value) -> add(text, kind + '.' + name, value));
    }
    return Json.cut(text.toString(), Json.MAX_TEXT);
  }

  private static void add(StringJoiner text, String name, String value) {
    if (!value.isEmpty()) {
      text.add(name + '=' + value);
    }
  }

  /** The texts of an object; empty of anything else. */
  private static SortedMap<String, String> names(JsonNode object) {
    SortedMap<String, String> names = new TreeMap<>();
    for (Map.Entry<String, JsonNode> field : object.properties()) {
      names.put(Json.cut(field.getKey(), Json.MAX_TEXT), Json.text(object, field.getKey()));
    }
    return names;
  }

  private static void groups(SortedMap<String, String> configuration, JsonNode parts) {
    int left = MAX_GROUP_CHARACTERS;
    int groups = 0;
    for (Map.Entry<String, JsonNode> group : parts.properties()) {
      String text =
          group.getValue() instanceof ObjectNode names
              ? PartHashes.text(hashes(names))
              : hash(group.getValue());
      String name = Json.cut(group.getKey(), Json.MAX_TEXT);
      left -= name.length() + text.length();
      if (!text.isEmpty() && left >= 0 && groups++ < MAX_GROUPS) {
        configuration.put(PartHashes.GROUP + name, text);
      }
    }
  }

  private static SortedMap<String, String> hashes(ObjectNode names) {
    SortedMap<String, String> hashes = new TreeMap<>();
    for (Map.Entry<String, JsonNode> part : names.properties()) {
      String name = part.getKey();
      String hash = hash(part.getValue());
      if (!hash.isEmpty() && SpecParts.isName(name) && hashes.size() < MAX_GROUP_NAMES) {
        hashes.put(Json.cut(name, Json.MAX_TEXT), hash);
      }
    }
    return hashes;
  }

  /** Empty if it cannot be one. */
  private static String hash(JsonNode value) {
    String hash = value.asText("");
    boolean possible =
        hash.length() == PartHashes.HASH_LENGTH && hash.chars().allMatch(c -> c > ' ' && c < 127);
    return possible ? hash : "";
  }

  private static void put(SortedMap<String, String> configuration, String name, String value) {
    boolean fits = configuration.size() < MAX_VALUES || configuration.containsKey(name);
    if (!value.isEmpty() && fits) {
      configuration.put(name, value);
    }
  }
}
