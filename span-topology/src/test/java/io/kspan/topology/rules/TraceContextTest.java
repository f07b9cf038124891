package io.kspan.topology.rules;

import static io.kspan.testsupport.generate.Input.event;
import static io.kspan.testsupport.generate.Input.object;
import static org.assertj.core.api.Assertions.assertThat;

import io.kspan.testsupport.generate.Input;
import io.kspan.topology.config.TopologyConfig;
import io.kspan.topology.model.FinishedSpan;
import io.kspan.topology.model.FinishedSpan.SpanLink;
import io.kspan.topology.model.FinishedTrace;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Trace-model 8.3: trace contexts of objects of the tree and of Events. */
class TraceContextTest {
  private static final String CARRIER = "traceparent";
  private static final String TOP_LEVEL = "topLevelSpan";
  private static final Map<String, String> AS_PARENT = Map.of("trace.parent.mode", "parent");

  private final Input deployment = object("Deployment", "web", "uid-d").generation(1);
  private final Input replicaSet = object("ReplicaSet", "web-1", "uid-rs").ownedBy(deployment);
  private final Input pod = object("Pod", "web-1-a", "uid-p").ownedBy(replicaSet);

  private static String id(int span) {
    return "%016x".formatted(span);
  }

  private static String traceparent(int span) {
    return "00-" + "ab".repeat(16) + "-" + id(span) + "-01";
  }

  private static List<String> links(FinishedSpan span) {
    return span.links().stream()
        .filter(link -> link.attributes().get("kspan.link").equals(CARRIER))
        .map(SpanLink::spanId)
        .toList();
  }

  private static SpanLink link(Outcomes outcomes) {
    return outcomes.traceOf("e").root().links().get(0);
  }

  @Test
  void shouldLinkFromTheFirstSpanOfEachObjectAndFromTheEvent() {
    Outcomes outcomes =
        Outcomes.of(
            deployment.again().annotated(CARRIER, traceparent(1)),
            replicaSet.again().annotated(CARRIER, traceparent(2)),
            pod.again().annotated(CARRIER, traceparent(3)),
            event("root", deployment, "Any").at(1).annotated(CARRIER, traceparent(1)),
            event("first", pod, "Any").at(2).annotated(CARRIER, traceparent(4)),
            event("second", pod, "Any").at(3).annotated(CARRIER, traceparent(5)),
            event("third", replicaSet, "Any").at(4));

    assertThat(links(outcomes.traceOf("root").root())).containsExactly(id(1));
    assertThat(links(outcomes.spanOf("root"))).isEmpty();
    assertThat(links(outcomes.spanOf("first"))).containsExactly(id(4), id(3), id(2));
    assertThat(links(outcomes.spanOf("second"))).containsExactly(id(5));
    assertThat(links(outcomes.spanOf("third"))).isEmpty();
  }

  /** As its labels: as received with the Event, also where nothing else of the object changed. */
  @Test
  void shouldTakeTheContextThatTheObjectHadWithTheEvent() {
    Outcomes outcomes =
        Outcomes.of(
            deployment,
            replicaSet,
            pod.again().annotated(CARRIER, traceparent(1)),
            event("before", pod, "Any").at(1),
            pod.again().annotated(CARRIER, traceparent(2)).received(2),
            event("after", pod, "Any").at(3));

    assertThat(links(outcomes.spanOf("before"))).containsExactly(id(1));
    assertThat(links(outcomes.spanOf("after"))).containsExactly(id(2));
  }

  /** Only the root, and the Event that is the root span, can be below another program's span. */
  @Test
  void shouldMakeAnAnnotatedEventAChildOfItsOwnContext() {
    Input first =
        event("e", deployment, "Any")
            .at(1)
            .annotated(CARRIER, traceparent(1))
            .annotated(TOP_LEVEL, "true");
    Input other = event("f", deployment, "Any").at(2).annotated(CARRIER, traceparent(2));

    FinishedTrace child = Outcomes.configured(AS_PARENT, deployment, first, other).traceOf("f");
    assertThat(child.traceId()).isEqualTo("ab".repeat(16));
    assertThat(child.root().parentSpanId()).isEqualTo(id(1));
    assertThat(child.parent().sampled()).isTrue();
    assertThat(links(child.root())).isEmpty();
    assertThat(links(child.spans().get(1))).containsExactly(id(2));

    Outcomes linked = Outcomes.of(deployment, first, other);
    assertThat(links(linked.traceOf("f").root())).containsExactly(id(1));
    assertThat(linked.traceOf("f").parent()).isNull();

    Input traced = deployment.again().annotated(CARRIER, traceparent(3));
    FinishedTrace ofRoot = Outcomes.configured(AS_PARENT, traced, first, other).traceOf("f");
    assertThat(ofRoot.root().parentSpanId()).isEqualTo(id(3));
    assertThat(links(ofRoot.root())).containsExactly(id(1));
  }

  /** The state is in the annotation beside it, or in the same map. */
  @Test
  void shouldKeepFlagsAndState() {
    String unsampled = traceparent(1).replaceFirst("01$", "02");
    Input plain =
        deployment
            .again()
            .annotated("tracing.k8s.io/traceparent", unsampled)
            .annotated("tracing.k8s.io/tracestate", "a=1,b=2");
    Input map =
        deployment
            .again()
            .annotated(
                "tekton.dev/taskrunSpanContext",
                "{\"traceparent\":\"%s\",\"tracestate\":\"a=1,b=2\"}".formatted(unsampled));

    for (Input traced : List.of(plain, map)) {
      SpanLink link = link(Outcomes.of(traced, event("e", deployment, "Any").at(1)));
      assertThat(link.to().flags()).isEqualTo(2);
      assertThat(link.to().sampled()).isFalse();
      assertThat(link.to().state()).isEqualTo("a=1,b=2");
    }
  }

  @Test
  void shouldKeepAsManyEntriesOfTheStateAsFit() {
    String long1 = "a=" + "x".repeat(250);
    String long2 = "b=" + "x".repeat(250);
    Input traced =
        deployment
            .again()
            .annotated(CARRIER, traceparent(1))
            .annotated("tracestate", long1 + "," + long2 + ",c=" + "x".repeat(200));

    assertThat(link(Outcomes.of(traced, event("e", deployment, "Any").at(1))).to().state())
        .isEqualTo(long1 + "," + long2);
  }

  /** A malformed one is reported by its name, never by its value, and the next one is read. */
  @ParameterizedTest
  @CsvSource({
    "not-a-traceparent, 1, ''",
    "00-abababababababababababababababab-0000000000000001-01, 0, a\u00e4=1",
    "00-abababababababababababababababab-0000000000000001-01-x, 1, ''",
    "01-abababababababababababababababab-0000000000000001-01-x, 0, ''",
    "'{\"traceparent\": ', 1, ''",
    "'{}', 0, ''",
    "'', 0, ''"
  })
  void shouldReportWhatIsMalformed(String value, int reports, String state) {
    List<String> malformed = new ArrayList<>();
    Input traced =
        deployment
            .again()
            .annotated(CARRIER, value)
            .annotated("tracestate", state)
            .annotated("tracing.k8s.io/traceparent", traceparent(1));

    new TopologyConfig(Map.of("bootstrap.servers", "b:1"))
        .envelopeReader((expression, reason) -> {}, malformed::add)
        .read(traced.envelope());

    assertThat(malformed).isEqualTo(List.of(CARRIER).subList(0, reports));
    assertThat(links(Outcomes.of(traced, event("e", deployment, "Any").at(1)).traceOf("e").root()))
        .containsExactly(id(1));
  }
}
