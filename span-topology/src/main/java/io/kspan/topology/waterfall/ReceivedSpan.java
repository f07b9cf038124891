package io.kspan.topology.waterfall;

import io.kspan.topology.model.Attributes;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * One span as it was received. Immutable.
 *
 * @param parentSpanId empty for a span without parent
 * @param statusMessage empty when the sender gave none
 */
public record ReceivedSpan(
    String spanId,
    String parentSpanId,
    String name,
    long startEpochNanos,
    long endEpochNanos,
    boolean error,
    String statusMessage,
    Attributes attributes,
    Attributes resource,
    List<Link> links) {

  public ReceivedSpan {
    links = List.copyOf(links);
  }

  /** The attribute as text, empty when there is none. */
  public String attribute(String key) {
    return attributes.text(key);
  }

  /** The reporter: {@code service.name} of the resource. */
  public String component() {
    Object value = resource.get("service.name");
    return value == null ? "unknown" : value.toString();
  }

  /** The object that it is about, as {@code namespace/name}; empty if the span has none. */
  public String objectName() {
    String namespace = attribute("k8s.namespace.name");
    String name = attribute("k8s.object.name");
    return namespace.isEmpty() || name.isEmpty() ? name : namespace + "/" + name;
  }

  /** Whether it is about what an object said of itself between Events (trace-model 9). */
  public boolean isState() {
    return attribute("kspan.origin").equals("state");
  }

  /** Whether it was reported before its trace was finished, and is to be replaced. */
  public boolean isProvisional() {
    return attribute("kspan.provisional").equals("true");
  }

  /** The message of the Event, or what a state is about; else the status message, else empty. */
  public String message() {
    String message = isState() ? state() : attribute("k8s.event.message");
    return message.isEmpty() ? statusMessage : message;
  }

  private String state() {
    String exitCode = attribute("kspan.state.exit_code");
    return Stream.of(
            attribute("k8s.container.name"),
            attribute("kspan.state.condition"),
            attribute("kspan.state.reason"),
            exitCode.isEmpty() ? "" : "exit code " + exitCode)
        .filter(part -> !part.isEmpty())
        .collect(Collectors.joining(", "));
  }

  /** Never negative, also if the sender's clock was set back. */
  public long durationNanos() {
    return Math.max(0, endEpochNanos - startEpochNanos);
  }

  /** A reference to a span of another trace, as lower-case hex. */
  public record Link(String traceId, String spanId, Attributes attributes) {}
}
