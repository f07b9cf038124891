package io.kspan.connect.faults;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kspan.testsupport.apiserver.StubApiServer;
import io.kspan.testsupport.apiserver.StubCollection;
import io.kspan.testsupport.corpus.Corpus;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;

/** A recording that happens on a stub, in parts. One thread only. */
public final class RecordedCluster {
  /** Path of each kind that is watched. */
  static final Map<String, String> PATHS =
      Map.of(
          "Event", "/api/v1/events",
          "Pod", "/api/v1/pods",
          "ReplicaSet", "/apis/apps/v1/replicasets",
          "Deployment", "/apis/apps/v1/deployments");

  /** What a connector has to watch. */
  public static final String RESOURCES =
      "v1/events,v1/pods,apps/v1/replicasets,apps/v1/deployments";

  private final Map<String, StubCollection> collections = new TreeMap<>();
  private final Deque<JsonNode> changes = new ArrayDeque<>();
  private int length;

  /** Serves nothing yet. */
  public RecordedCluster(StubApiServer server, String recording) {
    PATHS.forEach(
        (kind, path) ->
            collections.put(
                kind, server.serve(path, path.startsWith("/api/") ? "v1" : "apps/v1", kind)));
    changes.addAll(changes(recording));
    length = changes.size();
  }

  /** Serves what the bundled recording begins with. */
  static RecordedCluster bundled(StubApiServer server) {
    RecordedCluster cluster = new RecordedCluster(server, "bundled");
    while (cluster.changes.peek().path("type").asText().equals("ADDED")) {
      cluster.happenNext();
    }
    cluster.length = cluster.changes.size();
    return cluster;
  }

  StubCollection collection(String kind) {
    return collections.get(kind);
  }

  public Collection<StubCollection> collections() {
    return collections.values();
  }

  /** Lets the next third of the changes happen; the last third is the rest. */
  void happenThird() {
    int left = changes.size() < 2 * (length / 3) ? 0 : changes.size() - length / 3;
    while (changes.size() > left) {
      happenNext();
    }
  }

  public boolean isOver() {
    return changes.isEmpty();
  }

  /** Returns the version that the next change makes. */
  public String happenNext() {
    JsonNode event = changes.remove();
    ObjectNode object = (ObjectNode) event.get("object");
    return collections
        .get(object.path("kind").asText())
        .replay(event.path("type").asText(), object);
  }

  /** All versions that ever existed. */
  Set<String> had() {
    return all(StubCollection::had);
  }

  /** All versions that the server still has. */
  Set<String> retained() {
    return all(StubCollection::retained);
  }

  private Set<String> all(Function<StubCollection, Set<String>> what) {
    Set<String> all = new TreeSet<>();
    collections.values().forEach(collection -> all.addAll(what.apply(collection)));
    return all;
  }

  private static List<JsonNode> changes(String recording) {
    return Corpus.documents(Corpus.recording(recording)).stream()
        .filter(event -> !event.path("type").asText().equals("BOOKMARK"))
        .filter(event -> PATHS.containsKey(event.at("/object/kind").asText()))
        .toList();
  }
}
