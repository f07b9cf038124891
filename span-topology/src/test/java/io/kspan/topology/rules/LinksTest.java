package io.kspan.topology.rules;

import static io.kspan.testsupport.generate.Input.event;
import static io.kspan.testsupport.generate.Input.object;
import static org.assertj.core.api.Assertions.assertThat;

import io.kspan.testsupport.generate.Input;
import io.kspan.topology.model.FinishedSpan.SpanLink;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Links between trees: trace-model 8. */
class LinksTest {
  private final Input deployment =
      object("Deployment", "web", "uid-d").generation(3).resourceVersion("d3");
  private final Input pod = object("Pod", "web-1", "uid-p").ownedBy(deployment);
  private final Input other = object("Widget", "other", "uid-w");

  private static List<String> links(Outcomes outcomes) {
    return outcomes.traceOf("e").root().links().stream()
        .map(link -> link.attributes().get("kspan.link") + " " + link.traceId())
        .toList();
  }

  private static String changeOf(Outcomes outcomes, String event) {
    return outcomes.traceOf(event).traceId();
  }

  private static Input relatedTo(Input event, Input to, String uid) {
    return event.withJson(
        "related",
        "{kind: '%s', namespace: 'ns', name: '%s', uid: '%s'}"
            .formatted(to.kind(), to.name(), uid));
  }

  /** 8.1 and 8.2: to the change of the root of what is related, by UID or by reference. */
  @ParameterizedTest
  @CsvSource({"uid-p", "''", "web-1"})
  void shouldLinkToTheChangeOfWhatIsRelated(String uid) {
    Outcomes outcomes =
        Outcomes.of(
            deployment,
            pod,
            other,
            event("d", deployment, "Any").at(1),
            relatedTo(event("e", other, "Any").at(2), pod, uid));

    assertThat(links(outcomes)).containsExactly("related " + changeOf(outcomes, "d"));
    SpanLink link = outcomes.traceOf("e").root().links().get(0);
    assertThat(link.spanId()).isEqualTo(outcomes.traceOf("d").root().spanId());
  }

  /** 8.1: only to what was seen in time; 8.2: the highest generation known then. */
  @ParameterizedTest
  @CsvSource({"12, 12, 4", "12, 12.001, 3", "12.001, 1, none"})
  void shouldLinkToWhatWasKnownInTheOrphanWindow(double seen, double changed, String generation) {
    Input late = object("Pod", "web-1", "uid-p").ownedBy(deployment).received(seen);
    Input next = deployment.again().generation(4).resourceVersion("d4").received(changed);
    Outcomes outcomes =
        Outcomes.of(
            deployment, other, relatedTo(event("e", other, "Any").at(2), pod, "uid-p"), late, next);
    String expected =
        Outcomes.of(
                object("Deployment", "web", "uid-d")
                    .generation(generation.equals("none") ? 0 : Long.parseLong(generation)),
                event("d", deployment, "Any").at(1))
            .traceOf("d")
            .traceId();

    assertThat(links(outcomes))
        .isEqualTo(generation.equals("none") ? List.of() : List.of("related " + expected));
  }

  /** 8.1: without related, the UID in the message of a preemption. */
  @ParameterizedTest
  @CsvSource({
    "Preempted by pod uid-p on node n, Preempted, 1",
    "Preempted by a pod uid-p on node n, Preempted, 1",
    "It was Preempted by pod uid-p, Preempted, 0",
    "Preempted by pod uid-p on node n, Evicted, 0"
  })
  void shouldLinkToTheChangeThatPreempted(String message, String reason, int links) {
    Outcomes outcomes =
        Outcomes.of(
            deployment,
            pod,
            other,
            event("d", deployment, "Any").at(1),
            event("e", other, reason).message(message).at(2));

    assertThat(links(outcomes)).hasSize(links).allMatch(link -> link.startsWith("related "));
  }

  /** 8.1: an autoscaler links to what it scales, as of the receipt, else to its first target. */
  @ParameterizedTest
  @CsvSource({"SuccessfulRescale, 1.5, web", "SuccessfulRescale, 4, api", "Other, 1.5, ''"})
  void shouldLinkToWhatAnAutoscalerScales(String reason, double at, String target) {
    Input api = object("Deployment", "api", "uid-api").generation(1);
    Input hpa = object("HorizontalPodAutoscaler", "h", "uid-h").resourceVersion("h1").received(1);
    hpa.spec("{scaleTargetRef: {kind: 'Deployment', name: 'web', apiVersion: 'apps/v1'}}");
    Input moved = hpa.again().resourceVersion("h2").received(3);
    moved.spec("{scaleTargetRef: {kind: 'Deployment', name: 'api', apiVersion: 'apps/v1'}}");
    Outcomes outcomes =
        Outcomes.of(
            deployment,
            api,
            hpa,
            moved,
            event("web", deployment, "Any").at(1),
            event("api", api, "Any").at(1),
            event("e", hpa, reason).at(at));

    assertThat(links(outcomes))
        .isEqualTo(target.isEmpty() ? List.of() : List.of("scale " + changeOf(outcomes, target)));
  }

  /** 8.1: a claim links to the pod that it waits for. */
  @Test
  void shouldLinkAClaimToItsPod() {
    Input claim = object("PersistentVolumeClaim", "data", "uid-c");
    Outcomes outcomes =
        Outcomes.of(
            deployment,
            pod,
            claim,
            event("d", deployment, "Any").at(1),
            event("e", claim, "WaitForPodScheduled")
                .message("waiting for pod web-1 to be scheduled")
                .at(2));

    assertThat(links(outcomes)).containsExactly("claim " + changeOf(outcomes, "d"));
  }

  /** 8.1: a root links to the boundary that owns it, seen or not, but not to a Node. */
  @ParameterizedTest
  @CsvSource({"CronJob, 1, 1", "CronJob, 100, 1", "Node, 1, 0", "Widget, 1, 0"})
  void shouldLinkARootToTheBoundaryThatOwnsIt(String kind, double seen, int links) {
    Input above = object(kind, "above", "uid-above").generation(2).received(seen);
    Input job = object("Job", "run", "uid-j").ownedBy(above);
    Outcomes outcomes = Outcomes.of(job, event("e", job, "Any").at(2), above);

    assertThat(links(outcomes)).hasSize(links).allMatch(link -> link.startsWith("owner "));
  }

  /** 8.1: the owner of a root that was never seen is guessed as in 3.2. */
  @ParameterizedTest
  @CsvSource({"CronJob, 1", "Node, 0", "Widget, 0"})
  void shouldLinkAnUnseenRootToTheBoundaryThatNamesIt(String kind, int links) {
    Outcomes outcomes =
        Outcomes.of(
            event("c", kind, "above", "uid-above")
                .reason("SuccessfulCreate")
                .message("Created job run")
                .at(1),
            event("e", "Job", "run", "uid-j").reason("Completed").at(2));

    assertThat(links(outcomes)).hasSize(links).allMatch(link -> link.startsWith("owner "));
  }

  /** 8.2: once per target and word, and never to the own tree. */
  @Test
  void shouldLinkOnceAndNotToItself() {
    Outcomes outcomes =
        Outcomes.of(
            deployment,
            pod,
            other,
            relatedTo(event("e", other, "Any").at(2), pod, "uid-p"),
            relatedTo(event("f", other, "Any").at(3), pod, "uid-p"),
            relatedTo(event("g", other, "Any").at(4), other, "uid-w"));

    assertThat(links(outcomes)).hasSize(1);
  }
}
