package io.kspan.topology.envelope;

import com.fasterxml.jackson.databind.JsonNode;
import io.kspan.topology.assemble.ObjectFacts;
import io.kspan.topology.assemble.ObjectFacts.Owner;
import io.kspan.topology.assemble.ObjectFacts.Spec;
import io.kspan.topology.model.ObjectReference;
import io.kspan.topology.model.OwnerReference;
import io.kspan.topology.model.SpecChange;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/** Reads the facts of an object of any kind. Thread-safe. */
final class ObjectReader {
  static final String REVISION = "deployment.kubernetes.io/revision";

  // Each becomes an attribute of one span.
  private static final int MAX_CONFIGURATION = 64;
  private static final List<String> COMPARED =
      List.of("replicas", "paused", "suspend", "parallelism");
  private static final List<String> POD_CONTAINERS = List.of("initContainers", "containers");

  private final String[] traceparentAnnotations;

  ObjectReader(List<String> traceparentAnnotations) {
    this.traceparentAnnotations = traceparentAnnotations.toArray(String[]::new);
  }

  ObjectFacts read(JsonNode object, boolean deleted, long receiptMillis) {
    JsonNode metadata = object.path("metadata");
    JsonNode spec = object.path("spec");
    ObjectReference reference =
        new ObjectReference(
            Json.identity(object, "kind"),
            Json.identity(metadata, "namespace"),
            Json.identity(metadata, "name"));
    String uid = Json.uid(metadata, "uid");
    Long creation = Json.wholeSecond(metadata, "creationTimestamp");
    return new ObjectFacts(
        uid.isEmpty() ? reference.toString() : uid,
        reference,
        Json.text(object, "apiVersion"),
        receiptMillis,
        deleted,
        creation == null ? 0 : creation,
        !Json.raw(metadata, "deletionTimestamp").isEmpty(),
        owners(metadata.path("ownerReferences")),
        Json.number(metadata, "generation", 0),
        Json.text(metadata, "resourceVersion"),
        specEntries(metadata.path("managedFields")),
        spec(spec),
        StatusReader.read(object.path("status")),
        configuration(object),
        Json.firstText(metadata.path("annotations"), traceparentAnnotations),
        reference.kind().equals("Pod") ? Json.text(spec, "nodeName") : "",
        scaleTarget(reference, spec.path("scaleTargetRef")));
  }

  private static ObjectReference scaleTarget(ObjectReference scaler, JsonNode target) {
    return scaler.kind().equals("HorizontalPodAutoscaler") && !target.isEmpty()
        ? new ObjectReference(
            Json.identity(target, "kind"), scaler.namespace(), Json.identity(target, "name"))
        : null;
  }

  private static List<Owner> owners(JsonNode references) {
    List<Owner> owners = new ArrayList<>(1);
    for (JsonNode reference : references) {
      OwnerReference owner =
          new OwnerReference(
              Json.text(reference, "apiVersion"),
              Json.identity(reference, "kind"),
              Json.identity(reference, "name"),
              Json.uid(reference, "uid"));
      if (!owner.uid().isEmpty() || !owner.kind().isEmpty() && !owner.name().isEmpty()) {
        owners.add(new Owner(owner, reference.path("controller").asBoolean(false)));
      }
    }
    return owners;
  }

  private static List<SpecChange> specEntries(JsonNode managedFields) {
    List<SpecChange> entries = new ArrayList<>(1);
    for (JsonNode entry : managedFields) {
      Long time = entry.path("fieldsV1").has("f:spec") ? Json.wholeSecond(entry, "time") : null;
      if (time != null) {
        entries.add(
            new SpecChange(Json.text(entry, "manager"), Json.text(entry, "operation"), time));
      }
    }
    return entries;
  }

  private static Spec spec(JsonNode spec) {
    JsonNode strategy = spec.path("updateStrategy");
    return new Spec(
        spec.hasNonNull("replicas") ? Json.number(spec, "replicas", 1) : null,
        spec.path("paused").asBoolean(false),
        spec.path("suspend").asBoolean(false),
        Json.raw(strategy, "type"),
        Json.number(strategy.path("rollingUpdate"), "partition", 0));
  }

  private static SortedMap<String, String> configuration(JsonNode object) {
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
    images(configuration, spec);
    images(configuration, spec.path("template").path("spec"));
    images(configuration, spec.path("jobTemplate").path("spec").path("template").path("spec"));
    return configuration;
  }

  private static void images(SortedMap<String, String> configuration, JsonNode podSpec) {
    for (String list : POD_CONTAINERS) {
      for (JsonNode container : podSpec.path(list)) {
        String name = "image." + Json.text(container, "name");
        put(configuration, name, Json.text(container, "image"));
      }
    }
  }

  private static void put(SortedMap<String, String> configuration, String name, String value) {
    boolean fits = configuration.size() < MAX_CONFIGURATION || configuration.containsKey(name);
    if (!value.isEmpty() && fits) {
      configuration.put(name, value);
    }
  }
}
