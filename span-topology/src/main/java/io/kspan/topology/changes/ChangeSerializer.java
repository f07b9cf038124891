package io.kspan.topology.changes;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kspan.topology.model.ChangeNotice;
import io.kspan.topology.model.FinishedSpan;
import io.kspan.topology.model.FinishedTrace;
import io.kspan.topology.otlp.TraceSampling;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Comparator;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.serialization.Serializer;

/**
 * Writes a change as a CloudEvent 1.0 in structured mode. Everything in it is said by the spans of
 * its trace. Immutable and thread-safe; equal changes have equal bytes.
 */
public final class ChangeSerializer implements Serializer<ChangeNotice> {
  /** The header that marks structured mode. */
  public static final String CONTENT_TYPE = "content-type";

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final byte[] CLOUD_EVENT =
      "application/cloudevents+json; charset=UTF-8".getBytes(StandardCharsets.UTF_8);
  private static final String CHANGED = "kspan.change.";
  private static final String MANAGER = CHANGED + "manager";
  private static final String OPERATION = CHANGED + "operation";
  // Values are cut already: with so many of them, a record fits into every topic.
  private static final int MAX_CHANGED = 100;
  private static final double NANOS_PER_SECOND = 1e9;

  private final TraceSampling sampling;
  private final String commitTime;

  /**
   * @param sampling says which traces are written
   * @param commitTimeAnnotation of roots; empty for none
   */
  public ChangeSerializer(TraceSampling sampling, String commitTimeAnnotation) {
    this.sampling = sampling;
    this.commitTime = ".annotation." + commitTimeAnnotation;
  }

  @Override
  public byte[] serialize(String topic, ChangeNotice change) {
    return bytes(change);
  }

  @Override
  public byte[] serialize(String topic, Headers headers, ChangeNotice change) {
    headers.remove(CONTENT_TYPE).add(CONTENT_TYPE, CLOUD_EVENT);
    return bytes(change);
  }

  private byte[] bytes(ChangeNotice change) {
    FinishedSpan root = change.trace().root();
    String cluster = text(root.resource(), "k8s.cluster.name");
    String namespace = text(root, "k8s.namespace.name");
    String subject = text(root, "k8s.object.kind") + "/" + namespace + "/" + name(root);
    String uid = text(root, "k8s.object.uid");
    String word = change.finished() ? "finished" : "started";
    ObjectNode event = JSON.createObjectNode();
    event.put("specversion", "1.0");
    event.put(
        "id",
        "%s/%s/%d/%s".formatted(cluster, uid.isEmpty() ? subject : uid, change.generation(), word));
    event.put(
        "source",
        "/clusters/" + URLEncoder.encode(cluster, StandardCharsets.UTF_8).replace("+", "%20"));
    event.put(ChangeFields.TYPE, change.finished() ? ChangeFields.FINISHED : ChangeFields.STARTED);
    event.put("subject", subject);
    event.put("time", time(change.finished() ? root.endEpochNanos() : root.startEpochNanos()));
    event.put("datacontenttype", "application/json");
    event.put(
        ChangeFields.TRACEPARENT,
        "00-%s-%s-%s"
            .formatted(
                change.trace().traceId(),
                root.spanId(),
                sampling.keeps(change.trace()) ? "01" : "00"));
    ObjectNode data = event.putObject(ChangeFields.DATA);
    data.put(ChangeFields.CLUSTER, cluster);
    ObjectNode object = data.putObject(ChangeFields.ROOT);
    put(object, ChangeFields.KIND, text(root, "k8s.object.kind"));
    put(object, "apiVersion", text(root, "k8s.object.api_version"));
    put(object, ChangeFields.NAMESPACE, namespace);
    put(object, ChangeFields.NAME, name(root));
    put(object, "uid", uid);
    data.put("generation", change.generation());
    put(data, "manager", text(root, MANAGER));
    changed(data, root);
    put(data, "delivery", text(root, "kspan.delivery.id"));
    commitTime(root).ifPresent(time -> data.put(ChangeFields.COMMIT_TIME, time.toString()));
    data.put("traceId", change.trace().traceId());
    data.put(ChangeFields.START, time(root.startEpochNanos()));
    if (change.finished()) {
      finished(data, change);
    }
    try {
      return JSON.writeValueAsBytes(event);
    } catch (JsonProcessingException e) {
      throw new SerializationException("cannot write the change of " + subject, e);
    }
  }

  private static void finished(ObjectNode data, ChangeNotice change) {
    FinishedSpan root = change.trace().root();
    String outcome = text(root, "kspan.outcome");
    data.put(
        ChangeFields.DURATION, (root.endEpochNanos() - root.startEpochNanos()) / NANOS_PER_SECOND);
    data.put(ChangeFields.OUTCOME, outcome);
    put(data, "outcomeReason", text(root, "kspan.outcome.reason"));
    data.put("finishedBy", text(root, "kspan.finished.by"));
    if (change.failedSinceNanos() != ChangeNotice.NOT_FAILED) {
      data.put(ChangeFields.FAILED_SINCE, time(change.failedSinceNanos()));
    }
    if (!outcome.equals("succeeded")) {
      error(data, change.trace());
    }
  }

  /** What differs, by the names of {@code kspan.change.*}. */
  private static void changed(ObjectNode data, FinishedSpan root) {
    TreeMap<String, String> changed = new TreeMap<>();
    root.attributes()
        .forEach(
            (key, value) -> {
              if (key.startsWith(CHANGED) && !key.equals(MANAGER) && !key.equals(OPERATION)) {
                changed.put(key.substring(CHANGED.length()), value.toString());
              }
            });
    ObjectNode named = data.putObject("changed");
    changed.entrySet().stream()
        .limit(MAX_CHANGED)
        .forEach(entry -> named.put(entry.getKey(), entry.getValue()));
    if (changed.size() > MAX_CHANGED) {
      data.put("changedOmitted", changed.size() - MAX_CHANGED);
    }
  }

  /** The first warning; of an object that failed without one, that it did. */
  private static void error(ObjectNode data, FinishedTrace trace) {
    Optional<FinishedSpan> warning =
        trace.spans().stream()
            .filter(span -> span.error() && span.attributes().containsKey("k8s.event.uid"))
            .min(
                Comparator.comparingLong(FinishedSpan::startEpochNanos)
                    .thenComparing(FinishedSpan::spanId));
    FinishedSpan span = warning.orElse(trace.root());
    if (!span.error()) {
      return;
    }
    ObjectNode error = data.putObject("error");
    String reason = text(span, "error.type");
    error.put("reason", reason.isEmpty() ? "Unknown" : reason);
    put(error, "message", text(span, "k8s.event.message"));
    ObjectNode object = error.putObject("object");
    put(object, ChangeFields.KIND, text(span, "k8s.object.kind"));
    put(object, ChangeFields.NAMESPACE, text(span, "k8s.namespace.name"));
    put(object, ChangeFields.NAME, name(span));
  }

  /** What the annotation says, if it is a time; Git writes one with the offset of its author. */
  private Optional<Instant> commitTime(FinishedSpan root) {
    return root.attributes().entrySet().stream()
        .filter(entry -> entry.getKey().endsWith(commitTime))
        .findFirst()
        .flatMap(entry -> parse(entry.getValue().toString()));
  }

  private static Optional<Instant> parse(String time) {
    try {
      return Optional.of(OffsetDateTime.parse(time).toInstant());
    } catch (DateTimeException e) {
      return Optional.empty();
    }
  }

  private static String name(FinishedSpan span) {
    return text(span, "k8s.object.name");
  }

  private static String text(FinishedSpan span, String key) {
    return text(span.attributes(), key);
  }

  private static String text(Map<String, Object> attributes, String key) {
    return attributes.getOrDefault(key, "").toString();
  }

  private static void put(ObjectNode node, String field, String value) {
    if (!value.isEmpty()) {
      node.put(field, value);
    }
  }

  private static String time(long nanos) {
    return Instant.ofEpochSecond(0, nanos).toString();
  }
}
