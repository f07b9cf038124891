package io.kspan.topology.envelope;

import com.fasterxml.jackson.databind.JsonNode;
import io.kspan.topology.assemble.EventTime;
import io.kspan.topology.model.EventOccurrence;
import io.kspan.topology.model.ObjectReference;

/**
 * Reads core/v1 and events.k8s.io/v1 Events; the latter's fields are read as their core/v1 synonyms
 * (trace-model 3.1).
 *
 * <p>Thread-safe.
 */
final class EventReader {
  private static final long NANOS_PER_MILLI = 1_000_000L;

  private final String topLevelAnnotation;
  private final TraceContextReader traceContexts;

  EventReader(String topLevelAnnotation, TraceContextReader traceContexts) {
    this.topLevelAnnotation = topLevelAnnotation;
    this.traceContexts = traceContexts;
  }

  EventOccurrence read(JsonNode event, long receiptMillis) {
    JsonNode metadata = event.path("metadata");
    JsonNode involved =
        event.path("involvedObject").isEmpty()
            ? event.path("regarding")
            : event.path("involvedObject");
    JsonNode source =
        event.path("source").isEmpty() ? event.path("deprecatedSource") : event.path("source");
    String name = Json.identity(metadata, "name");
    long count = count(event);
    Long first = wholeSecond(event, "firstTimestamp", "deprecatedFirstTimestamp");
    Long eventTime = Json.nanos(event, "eventTime");
    EventTime time =
        EventTime.of(
            new EventTime.Stamps(
                wholeSecond(event, "lastTimestamp", "deprecatedLastTimestamp"),
                Json.nanos(event.path("series"), "lastObservedTime"),
                eventTime,
                first,
                Json.wholeSecond(metadata, "creationTimestamp")),
            name,
            count,
            receiptMillis * NANOS_PER_MILLI);
    return new EventOccurrence(
        uid(metadata, name),
        count,
        receiptMillis,
        time.nanos(),
        time.stampNanos(),
        time.precision(),
        firstTime(first, eventTime),
        name,
        reference(involved),
        Json.uid(involved, "uid"),
        Json.text(involved, "apiVersion"),
        Json.text(involved, "resourceVersion"),
        Json.text(involved, "fieldPath"),
        Json.text(event, "reason"),
        Json.message(event, "message", "note"),
        Json.text(event, "type"),
        component(event, source),
        host(event, source),
        Json.raw(metadata.path("annotations"), topLevelAnnotation).equals("true"),
        null,
        Json.identity(metadata, "namespace"),
        time.original(),
        related(event.path("related")),
        traceContexts.read(metadata));
  }

  private static ObjectReference reference(JsonNode object) {
    return new ObjectReference(
        Json.identity(object, "kind"),
        Json.identity(object, "namespace"),
        Json.identity(object, "name"));
  }

  private static EventOccurrence.Related related(JsonNode related) {
    ObjectReference reference = reference(related);
    String uid = Json.uid(related, "uid");
    boolean isAbsent = uid.isEmpty() && reference.name().isEmpty();
    return isAbsent ? null : new EventOccurrence.Related(reference, uid);
  }

  private static String uid(JsonNode metadata, String name) {
    String uid = Json.uid(metadata, "uid");
    return uid.isEmpty() ? "Event/" + Json.identity(metadata, "namespace") + "/" + name : uid;
  }

  private static long count(JsonNode event) {
    if (event.path("series").hasNonNull("count")) {
      return Math.max(0, Json.number(event.path("series"), "count", 0));
    }
    String field = event.hasNonNull("count") ? "count" : "deprecatedCount";
    return Math.max(0, Json.number(event, field, 0));
  }

  private static Long wholeSecond(JsonNode event, String field, String synonym) {
    Long stamp = Json.wholeSecond(event, field);
    return stamp == null ? Json.wholeSecond(event, synonym) : stamp;
  }

  /** A series of events.k8s.io/v1 has no firstTimestamp: it began at its eventTime. */
  private static long firstTime(Long firstTimestamp, Long eventTime) {
    Long first = firstTimestamp == null ? eventTime : firstTimestamp;
    return first == null ? 0 : first;
  }

  private static String component(JsonNode event, JsonNode source) {
    String component = Json.text(source, "component");
    return component.isEmpty()
        ? Json.firstText(event, "reportingComponent", "reportingController")
        : component;
  }

  private static String host(JsonNode event, JsonNode source) {
    String host = Json.text(source, "host");
    return host.isEmpty() ? Json.text(event, "reportingInstance") : host;
  }
}
