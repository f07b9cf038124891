package io.kspan.topology.status;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Comparator;
import java.util.Set;

/**
 * What status rules see of one version of an object: its spec, status and metadata, empty if
 * absent. A null counts as absent everywhere.
 *
 * <p>One thread at a time.
 */
public final class ObjectStatus {
  /** The group of kinds without one, as it is written in files. */
  static final String CORE = "core";

  private static final JsonNode ABSENT = MissingNode.getInstance();

  /** Equal values; 1 equals 1.0, as in CEL. */
  private static final Comparator<JsonNode> VALUES = (a, b) -> isEqual(a, b) ? 0 : 1;

  private final String kind;
  private final String group;
  private final JsonNode spec;
  private final JsonNode status;
  private final JsonNode metadata;

  /** The view of a Kubernetes object. */
  public ObjectStatus(JsonNode object) {
    this.kind = object.path("kind").asText("");
    this.group = group(object.path("apiVersion").asText(""));
    this.spec = part(object, "spec");
    this.status = part(object, "status");
    this.metadata = part(object, "metadata");
  }

  static String group(String apiVersion) {
    int slash = apiVersion.indexOf('/');
    return slash < 0 ? CORE : apiVersion.substring(0, slash);
  }

  private static JsonNode part(JsonNode object, String field) {
    return object.path(field) instanceof ObjectNode part
        ? part
        : JsonNodeFactory.instance.objectNode();
  }

  public boolean isPod() {
    return isKind("Pod", CORE);
  }

  boolean isKind(String name, String ofGroup) {
    return kind.equals(name) && group.equals(ofGroup);
  }

  String kind() {
    return kind;
  }

  String group() {
    return group;
  }

  JsonNode spec() {
    return spec;
  }

  JsonNode status() {
    return status;
  }

  JsonNode metadata() {
    return metadata;
  }

  /** The field at the end of the path; missing if absent or null. */
  static JsonNode field(JsonNode node, String... path) {
    JsonNode field = node;
    for (String name : path) {
      field = field.path(name);
    }
    return field.isNull() ? ABSENT : field;
  }

  static boolean is(JsonNode value, String text) {
    return value.isTextual() && value.textValue().equals(text);
  }

  static boolean isTrue(JsonNode value) {
    return value.isBoolean() && value.booleanValue();
  }

  static boolean equal(JsonNode a, JsonNode b) {
    return a.isMissingNode() ? b.isMissingNode() : a.equals(VALUES, b);
  }

  private static boolean isEqual(JsonNode a, JsonNode b) {
    if (!a.isNumber() || !b.isNumber()) {
      return a.equals(b);
    }
    return a.canConvertToLong()
            && b.canConvertToLong()
            && a.isIntegralNumber()
            && b.isIntegralNumber()
        ? a.longValue() == b.longValue()
        : a.doubleValue() == b.doubleValue();
  }

  /** {@code num} of a field of the status. */
  JsonNode number(String name) {
    JsonNode value = field(status, name);
    return value.isMissingNode() ? IntNode.valueOf(0) : value;
  }

  /** {@code N}: the replicas that the spec asks for. */
  JsonNode wantedReplicas() {
    JsonNode replicas = field(spec, "replicas");
    return replicas.isMissingNode() ? IntNode.valueOf(1) : replicas;
  }

  public String phase() {
    JsonNode phase = field(status, "phase");
    return phase.isTextual() ? phase.textValue() : "";
  }

  /** The status of the first condition of {@code type}; empty without one. */
  public String condition(String type) {
    return text(conditionOf(type), "status");
  }

  public boolean isTrue(String type) {
    return condition(type).equals("True");
  }

  boolean isFalse(String type) {
    return condition(type).equals("False");
  }

  /** Whether there is such a condition, whatever its status. */
  boolean has(String type) {
    return !conditionOf(type).isMissingNode();
  }

  boolean hasAny(Set<String> types) {
    return types.stream().anyMatch(this::has);
  }

  private JsonNode conditionOf(String type) {
    JsonNode conditions = status.path("conditions");
    if (conditions.isArray()) {
      for (JsonNode condition : conditions) {
        if (is(condition.path("type"), type)) {
          return condition;
        }
      }
    }
    return ABSENT;
  }

  private static String text(JsonNode node, String field) {
    JsonNode value = node.path(field);
    return value.isTextual() ? value.textValue() : "";
  }

  /** {@code observed}: the controller has seen the newest spec, as far as the status says. */
  boolean observed() {
    double observed = asNumber(field(status, "observedGeneration"));
    if (Double.isNaN(observed)) {
      if (!group.equals("apps")) {
        return true;
      }
      observed = 0;
    }
    double generation = asNumber(field(metadata, "generation"));
    return observed >= (Double.isNaN(generation) ? 0 : generation);
  }

  /** A number, or the digits of one; NaN for everything else. */
  private static double asNumber(JsonNode value) {
    if (value.isNumber()) {
      return value.doubleValue();
    }
    String text = value.isTextual() ? value.textValue() : "";
    boolean digits = !text.isEmpty() && text.chars().allMatch(c -> c >= '0' && c <= '9');
    return digits ? Double.parseDouble(text) : Double.NaN;
  }
}
