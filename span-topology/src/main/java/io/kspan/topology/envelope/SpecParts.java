package io.kspan.topology.envelope;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Tells what of a spec differs between two versions without its values: the names of its parts with
 * a hash of each, in groups that become {@code kspan.change.<group>}. Of a pod template these are
 * {@code labels}, {@code annotations}, {@code checksums}, {@code volumes} and, with the other
 * fields of its spec, {@code pod}; of a container {@code env.<container>}, {@code
 * command.<container>}, {@code probes.<container>} and, with its other fields, {@code
 * container.<container>}. Everything else is in {@code paths}, by the path of its field. What is
 * published as it is, is left out. The topology computes the same of a spec as served.
 *
 * <p>A hash is the first 24 bits of the SHA-256 of a key, the object's UID, group, name and value:
 * equal values of two objects have different hashes, and without the key no guess of a value can be
 * checked. Under {@code key} is a hash of nothing: hashes under different keys cannot be compared.
 *
 * <p>Not thread-safe; made for one object.
 */
final class SpecParts {
  static final String FIELD = "specParts";

  /** Of a group in order of names; the others have one hash, under {@link #OTHERS}. */
  private static final int MAX_NAMES = 100;

  private static final int MAX_CHARACTERS = 8192;

  /** A label key has at most 317 characters. */
  private static final int MAX_NAME = 320;

  /** Containers of a list with groups of their own. */
  private static final int MAX_CONTAINERS = 16;

  /** An object with more fields is mostly a map, whose keys say little. */
  private static final int MAX_FIELDS = 16;

  private static final int MAX_DEPTH = 4;
  private static final int HASH_BYTES = 3;
  private static final String OTHERS = "*";
  private static final String PATHS = "paths";

  private static final Set<String> PUBLISHED = Set.copyOf(Configuration.COMPARED);
  private static final Set<String> PUBLISHED_ROLLING_UPDATE =
      Set.copyOf(Configuration.ROLLING_UPDATE_FIELDS);
  private static final Set<String> COMMAND = Set.of("command", "args");
  private static final Set<String> PROBES =
      Set.of("livenessProbe", "readinessProbe", "startupProbe");
  private static final Set<String> GROUPED_OF_CONTAINER =
      Set.of("name", "image", "resources", "env", "envFrom");

  private final MessageDigest keyed;
  private final SortedMap<String, SortedMap<String, JsonNode>> groups = new TreeMap<>();

  private SpecParts(String key, String uid) {
    keyed = sha256();
    update(keyed, key);
    update(keyed, uid);
  }

  /**
   * The parts that {@code object} carries, else those of its spec under the cluster's name; empty
   * if the spec is hashed only.
   */
  static JsonNode in(JsonNode object, String cluster) {
    if (object.has(FIELD) || SpecHash.isKnown(object)) {
      return object.path(FIELD);
    }
    String uid = object.path("metadata").path("uid").asText("");
    return object.path("spec") instanceof ObjectNode spec
        ? of(cluster, uid, spec)
        : MissingNode.getInstance();
  }

  private static ObjectNode of(String key, String uid, ObjectNode spec) {
    SpecParts parts = new SpecParts(key, uid);
    parts.spec(spec);
    return parts.hashes(spec.objectNode());
  }

  private void spec(ObjectNode spec) {
    for (Map.Entry<String, JsonNode> field : spec.properties()) {
      String name = field.getKey();
      JsonNode value = field.getValue();
      if (Configuration.STRATEGIES.contains(name) && value.isObject()) {
        strategy(name + '.', value);
      } else if (name.equals("template") && isTemplate(value)) {
        template("template.", value);
      } else if (name.equals("jobTemplate") && isTemplate(value.path("spec").path("template"))) {
        fields("jobTemplate.", value, Set.of("spec"), 1);
        fields("jobTemplate.spec.", value.get("spec"), Set.of("template"), 2);
        template("jobTemplate.spec.template.", value.get("spec").get("template"));
      } else if (!PUBLISHED.contains(name)) {
        path(name, value, 1);
      }
    }
  }

  private void strategy(String prefix, JsonNode strategy) {
    String rolling = Configuration.ROLLING_UPDATE;
    JsonNode rollingUpdate = strategy.path(rolling);
    fields(prefix, strategy, Set.of("type", rollingUpdate.isObject() ? rolling : ""), 1);
    fields(prefix + rolling + '.', rollingUpdate, PUBLISHED_ROLLING_UPDATE, 2);
  }

  private static boolean isTemplate(JsonNode template) {
    return template.path("spec").isObject();
  }

  private void template(String prefix, JsonNode template) {
    JsonNode metadata = template.path("metadata");
    fields(prefix, template, Set.of("metadata", "spec"), 1);
    fields(
        prefix + "metadata.",
        metadata,
        Set.of("labels", "annotations", "creationTimestamp"),
        MAX_DEPTH);
    metadata.path("labels").properties().forEach(e -> put("labels", e.getKey(), e.getValue()));
    for (Map.Entry<String, JsonNode> annotation : metadata.path("annotations").properties()) {
      String key = annotation.getKey();
      if (!key.equals(Configuration.RESTARTED_AT)) {
        put(key.startsWith("checksum/") ? "checksums" : "annotations", key, annotation.getValue());
      }
    }
    podSpec(template.get("spec"));
  }

  private void podSpec(JsonNode spec) {
    for (Map.Entry<String, JsonNode> field : spec.properties()) {
      String name = field.getKey();
      JsonNode value = field.getValue();
      if (Configuration.CONTAINER_LISTS.contains(name) && value.isArray()) {
        containers(name, (ArrayNode) value);
      } else if (name.equals("volumes") && value.isArray()) {
        value.forEach(volume -> put("volumes", volume.path("name").asText(""), volume));
      } else if (!name.equals("serviceAccountName") && !name.equals("serviceAccount")) {
        put("pod", name, value);
      }
    }
  }

  private void containers(String list, ArrayNode containers) {
    for (int i = 0; i < containers.size(); i++) {
      JsonNode container = containers.get(i);
      String name = container.path("name").asText("");
      if (i < MAX_CONTAINERS && !name.isEmpty()) {
        container(name, container);
      } else {
        put("pod", list + '[' + i + ']', container);
      }
    }
  }

  private void container(String name, JsonNode container) {
    for (JsonNode variable : container.path("env")) {
      put("env." + name, variable.path("name").asText(""), variable);
    }
    for (Map.Entry<String, JsonNode> field : container.properties()) {
      String key = field.getKey();
      if (key.equals("envFrom")) {
        put("env." + name, key, field.getValue());
      } else if (COMMAND.contains(key)) {
        put("command." + name, key, field.getValue());
      } else if (PROBES.contains(key)) {
        put("probes." + name, key, field.getValue());
      } else if (!GROUPED_OF_CONTAINER.contains(key)) {
        put("container." + name, key, field.getValue());
      }
    }
  }

  private void fields(String prefix, JsonNode object, Set<String> without, int depth) {
    for (Map.Entry<String, JsonNode> field : object.properties()) {
      if (!without.contains(field.getKey())) {
        path(prefix + field.getKey(), field.getValue(), depth);
      }
    }
  }

  /** A field, or those below it while they are few and near. */
  private void path(String path, JsonNode value, int depth) {
    boolean open = value.isObject() && !value.isEmpty() && value.size() <= MAX_FIELDS;
    if (open && depth < MAX_DEPTH) {
      fields(path + '.', value, Set.of(), depth + 1);
    } else {
      put(PATHS, path, value);
    }
  }

  private void put(String group, String name, JsonNode value) {
    groups
        .computeIfAbsent(isName(group) ? group : PATHS, g -> new TreeMap<>())
        .merge(isName(name) ? name : OTHERS, value, SpecParts::both);
  }

  /** Two parts under one name: duplicates, or names that cannot be told. */
  private static JsonNode both(JsonNode one, JsonNode other) {
    return JsonNodeFactory.instance.arrayNode().add(one).add(other);
  }

  static boolean isName(String name) {
    return !name.isEmpty()
        && name.length() <= MAX_NAME
        && name.chars().noneMatch(Character::isISOControl);
  }

  private ObjectNode hashes(ObjectNode hashes) {
    hashes.put("key", text(copy().digest()));
    groups.forEach(
        (group, values) -> {
          ObjectNode names = hashes.putObject(group);
          MessageDigest others = copy();
          int characters = 0;
          for (Map.Entry<String, JsonNode> part : values.entrySet()) {
            String name = part.getKey();
            characters += name.length();
            boolean fits = names.size() < MAX_NAMES && characters <= MAX_CHARACTERS;
            boolean named = fits && !name.equals(OTHERS);
            MessageDigest digest = named ? copy() : others;
            update(digest, group);
            update(digest, name);
            digest.update(SpecHash.json(part.getValue()));
            if (named) {
              names.put(name, text(digest.digest()));
            }
          }
          if (names.size() < values.size()) {
            names.put(OTHERS, text(others.digest()));
          }
        });
    return hashes;
  }

  private static String text(byte[] digest) {
    return Base64.getUrlEncoder().encodeToString(Arrays.copyOf(digest, HASH_BYTES));
  }

  private static void update(MessageDigest digest, String text) {
    digest.update(text.getBytes(StandardCharsets.UTF_8));
    digest.update((byte) 0);
  }

  private MessageDigest copy() {
    try {
      return (MessageDigest) keyed.clone();
    } catch (CloneNotSupportedException e) {
      throw new IllegalStateException("the JDK's SHA-256 can be cloned", e);
    }
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
