package io.kspan.topology.envelope;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What a reader wants to see changed between two generations: images, replicas, revision, paused.
 */
final class FactReader {
  static final String REVISION = "deployment.kubernetes.io/revision";
  // Each becomes an attribute of one span.
  private static final int MAX_FACTS = 64;

  private FactReader() {}

  static SortedMap<String, String> facts(JsonNode object) {
    SortedMap<String, String> facts = new TreeMap<>();
    JsonNode spec = object.path("spec");
    for (String field : new String[] {"replicas", "paused", "suspend", "parallelism"}) {
      put(facts, field, Json.text(spec, field));
    }
    put(facts, "revision", Json.text(object.path("metadata").path("annotations"), REVISION));
    put(facts, "revision", Json.text(object.path("status"), "updateRevision"));
    images(facts, spec);
    images(facts, spec.path("template").path("spec"));
    images(facts, spec.path("jobTemplate").path("spec").path("template").path("spec"));
    return facts;
  }

  private static void images(SortedMap<String, String> facts, JsonNode podSpec) {
    for (String list : new String[] {"initContainers", "containers"}) {
      for (JsonNode container : podSpec.path(list)) {
        put(facts, "image." + Json.text(container, "name"), Json.text(container, "image"));
      }
    }
  }

  private static void put(SortedMap<String, String> facts, String name, String value) {
    if (!value.isEmpty() && (facts.size() < MAX_FACTS || facts.containsKey(name))) {
      facts.put(name, value);
    }
  }
}
