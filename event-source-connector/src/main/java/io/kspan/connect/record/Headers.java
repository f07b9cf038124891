package io.kspan.connect.record;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Record headers. They say what a record is about, so that a reader need not parse its value:
 * {@code cluster}, {@code kind} and {@code namespace} of the object, as in the key, and {@code
 * reason} and {@code type} of an Event. What is absent or empty has no header.
 */
final class Headers {
  private static final String CLUSTER = "cluster";
  private static final String KIND = "kind";
  private static final String NAMESPACE = "namespace";
  private static final String REASON = "reason";
  private static final String TYPE = "type";

  private Headers() {}

  static Map<String, String> ofObject(String cluster, ObjectNode object) {
    return of(cluster, object, object.path("metadata").path(NAMESPACE));
  }

  static Map<String, String> ofEvent(String cluster, ObjectNode event) {
    JsonNode involved = Keys.involvedObject(event);
    Map<String, String> headers = of(cluster, involved, involved.path(NAMESPACE));
    put(headers, REASON, Keys.text(event.path(REASON)));
    put(headers, TYPE, Keys.text(event.path(TYPE)));
    return headers;
  }

  /** The headers of a record that is about a scope, from its envelope. */
  static Map<String, String> ofScope(String cluster, ObjectNode envelope) {
    JsonNode scope = envelope.path("scope");
    return of(cluster, scope, scope.path(NAMESPACE));
  }

  private static Map<String, String> of(String cluster, JsonNode typed, JsonNode namespace) {
    Map<String, String> headers = new LinkedHashMap<>();
    headers.put(CLUSTER, cluster);
    put(headers, KIND, Keys.text(typed.path(KIND)));
    put(headers, NAMESPACE, Keys.namespace(typed, namespace));
    return headers;
  }

  private static void put(Map<String, String> headers, String name, String value) {
    if (!value.isEmpty()) {
      headers.put(name, value);
    }
  }
}
