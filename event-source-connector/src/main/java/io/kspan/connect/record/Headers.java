package io.kspan.connect.record;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Record headers, so that readers can select records without their values: {@code cluster}, {@code
 * kind} and {@code namespace} of the object that a record is about, and {@code reason} and {@code
 * type} of an Event. What is absent or empty has no header.
 */
final class Headers {
  static final String CLUSTER = "cluster";
  static final String KIND = "kind";
  static final String NAMESPACE = "namespace";
  static final String REASON = "reason";
  static final String TYPE = "type";

  private Headers() {}

  static Map<String, String> ofObject(String cluster, ObjectNode object) {
    return of(cluster, object.path(KIND), object.path("metadata").path(NAMESPACE));
  }

  static Map<String, String> ofEvent(String cluster, ObjectNode event) {
    JsonNode involved = Keys.involvedObject(event);
    Map<String, String> headers = of(cluster, involved.path(KIND), involved.path(NAMESPACE));
    put(headers, REASON, event.path(REASON));
    put(headers, TYPE, event.path(TYPE));
    return headers;
  }

  /** The headers of a record that is about a scope, from its envelope. */
  static Map<String, String> ofScope(String cluster, ObjectNode envelope) {
    JsonNode scope = envelope.path("scope");
    return of(cluster, scope.path(KIND), scope.path(NAMESPACE));
  }

  private static Map<String, String> of(String cluster, JsonNode kind, JsonNode namespace) {
    Map<String, String> headers = new LinkedHashMap<>();
    headers.put(CLUSTER, cluster);
    put(headers, KIND, kind);
    put(headers, NAMESPACE, namespace);
    return headers;
  }

  private static void put(Map<String, String> headers, String name, JsonNode value) {
    String text = Keys.text(value);
    if (!text.isEmpty()) {
      headers.put(name, text);
    }
  }
}
