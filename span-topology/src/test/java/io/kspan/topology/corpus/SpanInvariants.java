package io.kspan.topology.corpus;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.trace.v1.Span;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** What holds of the traces of any input (trace-model 1 and 6.4), read off the exported spans. */
final class SpanInvariants {

  private SpanInvariants() {}

  /** Fails when {@code spans} are not whole traces with each of {@code occurrences} once. */
  static void check(List<Span> spans, Collection<String> occurrences) {
    spans.stream()
        .collect(Collectors.groupingBy(Span::getTraceId))
        .values()
        .forEach(SpanInvariants::checkTrace);
    assertThat(
            spans.stream()
                .map(SpanInvariants::attributes)
                .filter(attributes -> attributes.containsKey("k8s.event.uid"))
                .map(
                    attributes ->
                        attributes.get("k8s.event.uid").getStringValue()
                            + "#"
                            + attributes
                                .getOrDefault("k8s.event.count", AnyValue.getDefaultInstance())
                                .getIntValue()))
        .as("occurrences")
        .containsExactlyInAnyOrderElementsOf(occurrences);
  }

  private static void checkTrace(List<Span> trace) {
    Map<ByteString, Span> byId = new HashMap<>();
    for (Span span : trace) {
      assertThat(byId.put(span.getSpanId(), span)).as("twice: %s", span).isNull();
      assertThat(span.getEndTimeUnixNano())
          .as("end of %s", span)
          .isGreaterThanOrEqualTo(span.getStartTimeUnixNano());
    }
    assertThat(trace).filteredOn(span -> span.getParentSpanId().isEmpty()).hasSize(1);
    for (Span span : trace) {
      int steps = 0;
      for (Span at = span; !at.getParentSpanId().isEmpty(); steps++) {
        Span parent = byId.get(at.getParentSpanId());
        assertThat(parent).as("parent of %s", at).isNotNull();
        assertThat(at.getStartTimeUnixNano())
            .as("start of %s in %s", at, parent)
            .isGreaterThanOrEqualTo(parent.getStartTimeUnixNano());
        assertThat(at.getEndTimeUnixNano())
            .as("end of %s in %s", at, parent)
            .isLessThanOrEqualTo(parent.getEndTimeUnixNano());
        assertThat(steps).as("cycle at %s", at).isLessThan(trace.size());
        at = parent;
      }
    }
  }

  private static Map<String, AnyValue> attributes(Span span) {
    Map<String, AnyValue> attributes = new HashMap<>();
    span.getAttributesList().forEach(a -> attributes.put(a.getKey(), a.getValue()));
    return attributes;
  }
}
