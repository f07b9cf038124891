package io.kspan.testsupport.generate;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;

/** A Kubernetes object as served and projected; changed in place. Not thread-safe. */
public final class KubeObject {
  private final ObjectNode json = JsonNodeFactory.instance.objectNode();
  private final ObjectNode metadata = json.putObject("metadata");

  KubeObject(String apiVersion, String kind, String namespace, String name, String uid) {
    json.put("apiVersion", apiVersion).put("kind", kind);
    metadata.put("name", name).put("namespace", namespace).put("uid", uid);
  }

  ObjectNode json() {
    return json;
  }

  ObjectNode spec() {
    return json.withObject("/spec");
  }

  /** A fresh status in place of the old one. */
  ObjectNode newStatus() {
    return json.putObject("status");
  }

  ObjectNode metadata() {
    return metadata;
  }

  String kind() {
    return json.path("kind").asText();
  }

  String namespace() {
    return metadata.path("namespace").asText();
  }

  String name() {
    return metadata.path("name").asText();
  }

  String uid() {
    return metadata.path("uid").asText();
  }

  long generation() {
    return metadata.path("generation").asLong(0);
  }

  /** {@code <cluster>/<namespace>/<Kind>[.<group>]/<name>}. */
  String key(String cluster) {
    return InputMessage.key(cluster, namespace(), json.path("apiVersion").asText(), kind(), name());
  }

  KubeObject ownedBy(KubeObject owner) {
    metadata
        .withArray("ownerReferences")
        .addObject()
        .put("apiVersion", owner.json.path("apiVersion").asText())
        .put("kind", owner.kind())
        .put("name", owner.name())
        .put("uid", owner.uid())
        .put("controller", true)
        .put("blockOwnerDeletion", true);
    return this;
  }

  /** A new generation of the spec, written by {@code manager}. */
  KubeObject changedBy(String manager, Instant time) {
    metadata.put("generation", generation() + 1);
    return writtenBy(manager, time);
  }

  /** The spec is {@code manager}'s since {@code time}; pods have no generation. */
  KubeObject writtenBy(String manager, Instant time) {
    metadata
        .putArray("managedFields")
        .addObject()
        .put("manager", manager)
        .put("operation", "Update")
        .put("time", time.toString())
        .putObject("fieldsV1")
        .putObject("f:spec");
    return this;
  }
}
