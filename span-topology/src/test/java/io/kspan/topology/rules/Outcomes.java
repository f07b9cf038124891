package io.kspan.topology.rules;

import static org.assertj.core.api.Assertions.assertThat;

import io.kspan.testsupport.generate.Input;
import io.kspan.topology.assemble.TraceSettings;
import io.kspan.topology.corpus.OfflineModels;
import io.kspan.topology.explain.OfflineModel;
import io.kspan.topology.model.FinishedSpan;
import io.kspan.topology.model.FinishedTrace;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The traces of a fixture, by Event UID ({@code uid#count} if it has a count). */
final class Outcomes {
  /** Answer of {@link #parentOf} for the root span. */
  static final String ROOT = "root";

  private final List<FinishedTrace> traces;
  private final Map<String, FinishedTrace> traceByEvent = new HashMap<>();
  private final Map<String, FinishedSpan> spanByEvent = new HashMap<>();
  private final Map<String, String> eventBySpan = new HashMap<>();

  private Outcomes(List<FinishedTrace> traces) {
    this.traces = traces;
    for (FinishedTrace trace : traces) {
      for (FinishedSpan span : trace.spans()) {
        if (span.attributes().get("kspan.origin").equals("event")) {
          Object count = span.attributes().get("k8s.event.count");
          String event =
              span.attributes().get("k8s.event.uid") + (count == null ? "" : "#" + count);
          assertThat(traceByEvent.put(event, trace)).as("occurs twice: %s", event).isNull();
          spanByEvent.put(event, span);
          eventBySpan.put(span.spanId(), event);
        }
      }
      Invariants.check(trace);
    }
  }

  /** The traces of {@code log}, read in that order. */
  static Outcomes of(Input... log) {
    return of(TraceSettings.defaults(), log);
  }

  /** The same with other settings. */
  static Outcomes of(TraceSettings settings, Input... log) {
    return of(OfflineModels.with(settings), log);
  }

  /** The same with other keys of the configuration. */
  static Outcomes configured(Map<String, String> keys, Input... log) {
    return of(OfflineModels.configured(keys), log);
  }

  private static Outcomes of(OfflineModel model, Input... log) {
    for (Input input : log) {
      model.add(input.envelope());
    }
    return new Outcomes(model.traces());
  }

  List<FinishedTrace> all() {
    return traces;
  }

  FinishedTrace traceOf(String event) {
    assertThat(traceByEvent).containsKey(event);
    return traceByEvent.get(event);
  }

  FinishedSpan spanOf(String event) {
    assertThat(spanByEvent).containsKey(event);
    return spanByEvent.get(event);
  }

  /** UID of the Event above, {@link #ROOT}, or {@code -} if the Event is the root span itself. */
  String parentOf(String event) {
    FinishedSpan span = spanOf(event);
    if (span.parentSpanId().isEmpty()) {
      return "-";
    }
    return eventBySpan.getOrDefault(span.parentSpanId(), ROOT);
  }

  /** As in {@code change 3} or {@code activity 0}. */
  String traceKindOf(String event) {
    FinishedSpan root = traceOf(event).root();
    return root.attributes().get("kspan.origin")
        + " "
        + root.attributes().get("k8s.object.generation");
  }

  /** As in {@code Deployment/web}. */
  String rootOf(String event) {
    FinishedSpan root = traceOf(event).root();
    return root.attributes().get("k8s.object.kind")
        + "/"
        + root.attributes().get("k8s.object.name");
  }

  Object attributeOf(String event, String attribute) {
    return spanOf(event).attributes().get(attribute);
  }

  Object rootAttributeOf(String event, String attribute) {
    return traceOf(event).root().attributes().get(attribute);
  }
}
