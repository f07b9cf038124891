package io.kspan.connect.record;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/**
 * The stable identity of a feed, under which Connect stores its offset. It must not contain
 * anything that can change.
 *
 * @param cluster the configured name, first segment of the record keys
 * @param clusterUid UID of the namespace kube-system, so that a resourceVersion is never sent to
 *     another cluster behind the same URL; empty when it may not be read
 */
public record SourcePartition(String cluster, String clusterUid, WatchScope scope) {
  private static final String CLUSTER = "cluster";
  private static final String CLUSTER_UID = "clusterUid";
  private static final String RESOURCE = "resource";
  private static final String NAMESPACE = "namespace";
  private static final Set<String> FIELDS = Set.of(CLUSTER, CLUSTER_UID, RESOURCE, NAMESPACE);

  /**
   * The map that Connect stores. It must be a {@link HashMap}: Connect finds an offset by the JSON
   * text of this map, with fields in iteration order. The order of {@code Map.of} differs in every
   * JVM, and Connect's REST interface writes altered offsets in the order of a HashMap.
   */
  public Map<String, String> toMap() {
    Map<String, String> map = new HashMap<>();
    map.put(CLUSTER, cluster);
    map.put(CLUSTER_UID, clusterUid);
    map.put(RESOURCE, scope.resource().toString());
    map.put(NAMESPACE, scope.namespace());
    return map;
  }

  /**
   * Reads the map of {@link #toMap}; throws {@link IllegalArgumentException} that names the wrong
   * field.
   */
  public static SourcePartition fromMap(Map<String, ?> map) {
    for (String field : map.keySet()) {
      if (!FIELDS.contains(field)) {
        throw new IllegalArgumentException("partition has an unknown field '" + field + "'");
      }
    }
    return new SourcePartition(
        text(map, CLUSTER),
        text(map, CLUSTER_UID),
        new WatchScope(ResourceId.parse(text(map, RESOURCE)), text(map, NAMESPACE)));
  }

  private static String text(Map<String, ?> map, String field) {
    if (map.get(field) instanceof String value) {
      return value;
    }
    throw new IllegalArgumentException("partition field '" + field + "' must be a string");
  }
}
