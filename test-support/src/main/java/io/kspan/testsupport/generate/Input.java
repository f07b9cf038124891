package io.kspan.testsupport.generate;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.UncheckedIOException;
import java.time.Instant;

/**
 * One record of an input topic: an Event or a version of an object as the API server sends it, in
 * an envelope.
 *
 * <p>Times are seconds after {@link #START}; JSON may be written with single quotes and without
 * quotes around names.
 */
public final class Input {
  /** A whole second; zero of all times of the fixtures. */
  public static final Instant START = Instant.parse("2026-01-01T10:00:00Z");

  private static final ObjectMapper JSON =
      JsonMapper.builder()
          .enable(JsonReadFeature.ALLOW_SINGLE_QUOTES)
          .enable(JsonReadFeature.ALLOW_UNQUOTED_FIELD_NAMES)
          .build();

  private final ObjectNode object = JSON.createObjectNode();
  private final ObjectNode metadata = object.putObject("metadata");
  private String type = "ADDED";
  private String cluster = "c";
  private double received;

  private Input() {}

  /** A version of an object that was created at zero and is received at zero. */
  public static Input object(String kind, String name, String uid) {
    Input input = new Input();
    input.object.put("kind", kind).put("apiVersion", apiVersion(kind));
    input.metadata.put("name", name).put("namespace", "ns").put("uid", uid);
    return input.created(0);
  }

  private static String apiVersion(String kind) {
    return switch (kind) {
      case "Pod", "Node", "Namespace", "Service", "PersistentVolumeClaim" -> "v1";
      case "Job", "CronJob" -> "batch/v1";
      case "Deployment", "ReplicaSet", "StatefulSet", "DaemonSet" -> "apps/v1";
      case "HorizontalPodAutoscaler" -> "autoscaling/v2";
      case "PipelineRun" -> "tekton.dev/v1";
      case "Rollout" -> "argoproj.io/v1alpha1";
      default -> "example.com/v1";
    };
  }

  /** An Event about {@code object}, received when it happens. */
  public static Input event(String eventUid, Input about, String reason) {
    return event(
            eventUid, about.text("kind"), about.meta("name"), about.metadata.path("uid").asText())
        .involved("namespace", about.meta("namespace"))
        .with("reason", reason);
  }

  /** An Event about an object that is only named. */
  public static Input event(String eventUid, String kind, String name, String uid) {
    Input input = new Input();
    input.object.put("kind", "Event").put("apiVersion", "v1").put("type", "Normal");
    input.metadata.put("name", name + ".event").put("namespace", "ns").put("uid", eventUid);
    input
        .object
        .putObject("involvedObject")
        .put("kind", kind)
        .put("namespace", "ns")
        .put("name", name)
        .put("uid", uid);
    return input;
  }

  /** When an Event happened, to the microsecond; received at once. */
  public Input at(double seconds) {
    object.put("eventTime", stamp(seconds));
    return received(seconds);
  }

  /** Received at that moment. */
  public Input received(double seconds) {
    received = seconds;
    return this;
  }

  /** Input by the API server of another cluster. */
  public Input cluster(String name) {
    cluster = name;
    return this;
  }

  public Input created(double seconds) {
    metadata.put("creationTimestamp", stamp(seconds));
    return this;
  }

  public Input message(String message) {
    return with("message", message);
  }

  public Input reason(String reason) {
    return with("reason", reason);
  }

  /** {@code Normal} or {@code Warning}. */
  public Input type(String eventType) {
    return with("type", eventType);
  }

  public Input count(long count) {
    object.put("count", count);
    return this;
  }

  public Input deleted() {
    type = "DELETED";
    return this;
  }

  public Input generation(long generation) {
    metadata.put("generation", generation);
    return this;
  }

  public Input resourceVersion(String version) {
    metadata.put("resourceVersion", version);
    return this;
  }

  /** The resourceVersion that an Event names. */
  public Input involvedVersion(String version) {
    return involved("resourceVersion", version);
  }

  /** Sets a field of the involved object. */
  public Input involved(String field, String value) {
    ((ObjectNode) object.path("involvedObject")).put(field, value);
    return this;
  }

  /** Adds an ownerReference; the first one is the controller. */
  public Input ownedBy(Input owner) {
    return ownedBy(owner, !metadata.has("ownerReferences"));
  }

  /** Adds an ownerReference. */
  public Input ownedBy(Input owner, boolean controller) {
    ArrayNode owners = metadata.withArray("ownerReferences");
    owners
        .addObject()
        .put("apiVersion", owner.text("apiVersion"))
        .put("kind", owner.text("kind"))
        .put("name", owner.meta("name"))
        .put("uid", owner.meta("uid"))
        .put("controller", controller);
    return this;
  }

  /** Adds a managedFields entry that owns the spec. */
  public Input specChangedAt(double seconds, String manager, String operation) {
    metadata
        .withArray("managedFields")
        .addObject()
        .put("manager", manager)
        .put("operation", operation)
        .put("time", stamp(seconds))
        .putObject("fieldsV1")
        .putObject("f:spec");
    return this;
  }

  public Input spec(String json) {
    object.set("spec", parse(json));
    return this;
  }

  public Input status(String json) {
    object.set("status", parse(json));
    return this;
  }

  /** Marked for deletion, not deleted yet. */
  public Input terminating() {
    metadata.put("deletionTimestamp", stamp(received + 30));
    return this;
  }

  /** Its deletion was asked for at {@code seconds}, with a grace period. */
  public Input terminating(double seconds, int graceSeconds) {
    metadata.put("deletionTimestamp", stamp(seconds + graceSeconds));
    metadata.put("deletionGracePeriodSeconds", graceSeconds);
    return this;
  }

  public Input annotated(String key, String value) {
    metadata.withObject("/annotations").put(key, value);
    return this;
  }

  public Input labelled(String key, String value) {
    metadata.withObject("/labels").put(key, value);
    return this;
  }

  public Input named(String name) {
    metadata.put("name", name);
    return this;
  }

  /** Of an object; that of an Event is that of the object it is about. */
  public Input inNamespace(String namespace) {
    metadata.put("namespace", namespace);
    return this;
  }

  /** Sets a top-level field. */
  public Input with(String field, String value) {
    object.put(field, value);
    return this;
  }

  /** Sets a top-level field to JSON. */
  public Input withJson(String field, String json) {
    object.set(field, parse(json));
    return this;
  }

  /** Removes fields, dots between the steps. */
  public Input without(String... paths) {
    for (String path : paths) {
      String[] steps = path.split("\\.");
      JsonNode at = object;
      for (int i = 0; i + 1 < steps.length; i++) {
        at = at.path(steps[i]);
      }
      ((ObjectNode) at).remove(steps[steps.length - 1]);
    }
    return this;
  }

  /** The same once more, to be changed. */
  public Input again() {
    Input copy = new Input();
    copy.object.setAll(object.deepCopy());
    copy.metadata.setAll((ObjectNode) object.path("metadata").deepCopy());
    copy.object.set("metadata", copy.metadata);
    copy.type = type;
    copy.cluster = cluster;
    copy.received = received;
    return copy;
  }

  /** The envelope. */
  public byte[] envelope() {
    ObjectNode envelope = JSON.createObjectNode();
    envelope.put("type", type).put("cluster", cluster).put("observedAt", stamp(received));
    envelope.set("object", object);
    return bytes(envelope);
  }

  /** Without envelope. */
  public byte[] bare() {
    return bytes(object);
  }

  /** When it is received, in milliseconds since 1970. */
  public long receivedMillis() {
    return START.toEpochMilli() + Math.round(received * 1000);
  }

  public boolean isEvent() {
    return text("kind").equals("Event");
  }

  public String kind() {
    return text("kind");
  }

  public String apiVersion() {
    return text("apiVersion");
  }

  public String name() {
    return meta("name");
  }

  /** Empty without. */
  public String uid() {
    return meta("uid");
  }

  public String cluster() {
    return cluster;
  }

  /** RFC 3339 with as many digits as needed. */
  public static String stamp(double seconds) {
    return START.plusNanos(Math.round(seconds * 1_000_000) * 1000).toString();
  }

  /** Nanoseconds since 1970. */
  public static long nanos(double seconds) {
    return START.getEpochSecond() * 1_000_000_000L + Math.round(seconds * 1_000_000) * 1000;
  }

  private String text(String field) {
    return object.path(field).asText();
  }

  private String meta(String field) {
    return metadata.path(field).asText();
  }

  private static JsonNode parse(String json) {
    try {
      return JSON.readTree(json);
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static byte[] bytes(JsonNode node) {
    try {
      return JSON.writeValueAsBytes(node);
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }
}
