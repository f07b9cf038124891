package io.kspan.connect.record;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Set;

/**
 * Record keys: {@code <cluster>/<namespace>/<Kind>[.<group>]/<name>} of the object that a record is
 * about. An Event and its object must have equal keys, or different tasks of the topology read
 * them.
 */
final class Keys {
  static final String EVENTS_GROUP = "events.k8s.io";

  /** No object has a longer name, but an Event may claim so. */
  private static final int LONGEST_SEGMENT = 512;

  /** Cluster-scoped kinds that Events sometimes reference with a namespace, often their own. */
  private static final Set<String> CLUSTER_SCOPED = Set.of("Namespace", "Node", "PersistentVolume");

  private Keys() {}

  static boolean isEvent(ObjectNode object) {
    String apiVersion = object.path("apiVersion").asText("");
    return object.path("kind").asText("").equals("Event")
        && (apiVersion.equals("v1") || group(apiVersion).equals(EVENTS_GROUP));
  }

  /** The reference to the object that an Event is about, in either of the two Event APIs. */
  static JsonNode involvedObject(ObjectNode event) {
    JsonNode reference = event.path("involvedObject");
    return reference.isObject() ? reference : event.path("regarding");
  }

  static String ofObject(String cluster, ObjectNode object) {
    JsonNode metadata = object.path("metadata");
    return key(cluster, metadata.path("namespace"), object, metadata.path("name"));
  }

  /** The key of the object that an Event is about; absent parts give empty segments. */
  static String ofInvolvedObject(String cluster, ObjectNode event) {
    JsonNode reference = involvedObject(event);
    return key(cluster, reference.path("namespace"), reference, reference.path("name"));
  }

  /** Three segments, so that it is never equal to the key of an object. */
  static String ofScope(String cluster, WatchScope scope) {
    ResourceId resource = scope.resource();
    return cluster + '/' + scope.namespace() + '/' + qualified(resource.plural(), resource.group());
  }

  private static String key(String cluster, JsonNode namespace, JsonNode typed, JsonNode name) {
    String kind = kind(typed);
    return cluster + '/' + within(kind, namespace) + '/' + kind + '/' + text(name);
  }

  /** The namespace that an object of that kind, with its group, is in; empty for none. */
  private static String within(String kind, JsonNode namespace) {
    return CLUSTER_SCOPED.contains(kind) ? "" : text(namespace);
  }

  /** The namespace in the key of an object, or of a reference to one. */
  static String namespace(JsonNode typed, JsonNode namespace) {
    return within(kind(typed), namespace);
  }

  /** The kind of an object, or of a reference to one, with its group. */
  private static String kind(JsonNode typed) {
    return qualified(text(typed.path("kind")), group(text(typed.path("apiVersion"))));
  }

  private static String qualified(String name, String group) {
    return group.isEmpty() ? name : name + '.' + group;
  }

  /** The group of an apiVersion: empty for the core group and for an absent apiVersion. */
  static String group(String apiVersion) {
    int slash = apiVersion.indexOf('/');
    return slash < 0 ? "" : apiVersion.substring(0, slash);
  }

  /** The text of a field, cut to what a key may hold; empty if it is no text. */
  static String text(JsonNode node) {
    return node.isTextual() ? LongTexts.cut(node.textValue(), LONGEST_SEGMENT) : "";
  }
}
