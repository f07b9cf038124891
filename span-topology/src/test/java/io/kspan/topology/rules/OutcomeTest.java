package io.kspan.topology.rules;

import static io.kspan.testsupport.generate.Input.event;
import static io.kspan.testsupport.generate.Input.nanos;
import static io.kspan.testsupport.generate.Input.object;
import static org.assertj.core.api.Assertions.assertThat;

import io.kspan.testsupport.generate.Input;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How a change ended, and when: trace-model 5.8. */
class OutcomeTest {
  private static final String OUTCOME = "kspan.outcome";

  private final Input deployment =
      object("Deployment", "web", "uid-d").generation(1).spec("{replicas: 1}");
  private final Input settled =
      deployment
          .again()
          .status("{observedGeneration: 1, replicas: 1, updatedReplicas: 1, availableReplicas: 1}");
  private final Input pod = object("Pod", "web-a", "uid-p").ownedBy(deployment);
  private final Input ready = pod.again().status("{conditions: [{type: 'Ready', status: 'True'}]}");

  private static Input something(String uid, double at) {
    return event(uid, "Deployment", "web", "uid-d").reason("Any").at(at);
  }

  private static String outcome(Outcomes outcomes) {
    return outcomes.rootAttributeOf("a", OUTCOME).toString();
  }

  private static long end(Outcomes outcomes) {
    return outcomes.traceOf("a").root().endEpochNanos();
  }

  @Test
  void shouldArriveWhenNothingElseIsUnsettled() {
    Outcomes outcomes =
        Outcomes.of(
            deployment, pod, something("a", 5), settled.received(6), ready.again().received(8));

    assertThat(outcome(outcomes)).isEqualTo("succeeded");
    assertThat(end(outcomes)).isEqualTo(nanos(8));
  }

  @Test
  void shouldArriveWhileOldObjectsAreTerminating() {
    Outcomes outcomes =
        Outcomes.of(
            deployment,
            ready,
            something("a", 5),
            ready.again().terminating().received(5.5),
            settled.received(6),
            deployment.again().generation(2).received(10));

    assertThat(outcome(outcomes)).isEqualTo("succeeded");
    assertThat(end(outcomes)).isEqualTo(nanos(6));
  }

  @Test
  void shouldCountTheUnbrokenStretchThatEndsWithTheLastReceipt() {
    Input last = deployment.again().received(7);

    Outcomes again =
        Outcomes.of(
            deployment,
            something("a", 5),
            settled.again().received(6),
            last,
            settled.again().received(8),
            settled.again().received(9));
    Outcomes broken = Outcomes.of(deployment, something("a", 5), settled.again().received(6), last);

    assertThat(end(again)).isEqualTo(nanos(8));
    assertThat(outcome(broken)).isEqualTo("unfinished");
  }

  /** A paused Deployment is unfinished, with a reason; any other root that waits is suspended. */
  @Test
  void shouldSayWhetherItIsPausedOrSuspended() {
    Input paused =
        object("Deployment", "web", "uid-d")
            .generation(1)
            .spec("{replicas: 1, paused: true}")
            .status("{observedGeneration: 1, replicas: 1, availableReplicas: 1}");
    Outcomes pausing = Outcomes.of(paused, something("a", 5));
    assertThat(outcome(pausing)).isEqualTo("unfinished");
    assertThat(pausing.rootAttributeOf("a", "kspan.outcome.reason")).isEqualTo("paused");

    Input job = object("Job", "j", "uid-j").generation(1).spec("{suspend: true}");
    Outcomes suspending = Outcomes.of(job, event("a", job, "Any").at(5));
    assertThat(outcome(suspending)).isEqualTo("suspended");
    assertThat(suspending.rootAttributeOf("a", "kspan.outcome.reason")).isNull();
  }

  @Test
  void shouldSayDeletedOnceTheRootIsTerminating() {
    Outcomes outcomes =
        Outcomes.of(
            deployment,
            something("a", 5),
            deployment.again().terminating().received(6),
            settled.again().terminating().received(7));

    assertThat(outcome(outcomes)).isEqualTo("deleted");
  }

  /** 5.8: a generation that only scales, but not to 0, does not end what is rolled out. */
  @ParameterizedTest
  @CsvSource({"2, succeeded", "0, overtaken"})
  void shouldNotBeOvertakenByAGenerationThatOnlyScales(int replicas, String outcome) {
    Input scaled =
        deployment.again().generation(2).spec("{replicas: %d}".formatted(replicas)).received(6);
    Input arrived =
        scaled
            .again()
            .status(
                "{observedGeneration: 2, replicas: %1$d, updatedReplicas: %1$d, availableReplicas: %1$d}"
                    .formatted(replicas))
            .received(7);

    assertThat(outcome(Outcomes.of(deployment, something("a", 5), scaled, arrived)))
        .isEqualTo(outcome);
  }

  /** At equal receipts the deletion comes last. */
  @Test
  void shouldBeOvertakenByAGenerationThatIsDeletedAtOnce() {
    Outcomes outcomes =
        Outcomes.of(
            deployment,
            something("a", 5),
            deployment.again().generation(2).spec("{replicas: 1, minReadySeconds: 1}").received(6),
            deployment.again().generation(2).terminating().received(6));

    assertThat(outcome(outcomes)).isEqualTo("overtaken");
  }

  /** 5.6: deleting bumps the generation, which is none: the one before it goes on. */
  @Test
  void shouldNotBeOvertakenByADeletion() {
    Outcomes outcomes =
        Outcomes.of(
            deployment,
            something("a", 5),
            deployment.again().generation(2).resourceVersion("2").terminating().received(6),
            something("b", 7).involvedVersion("2"));

    assertThat(outcome(outcomes)).isEqualTo("deleted");
    assertThat(outcomes.traceKindOf("b")).isEqualTo("change 1");
  }

  @Test
  void shouldGiveNoOutcomeToAnActivity() {
    Outcomes outcomes = Outcomes.of(settled, something("a", 5), something("b", 15));

    assertThat(outcome(outcomes)).isEqualTo("succeeded");
    assertThat(outcomes.traceKindOf("b")).isEqualTo("activity 1");
    assertThat(outcomes.rootAttributeOf("b", OUTCOME)).isNull();
  }

  @Test
  void shouldBeUnfinishedWhenTheRootWasNeverSeen() {
    assertThat(outcome(Outcomes.of(something("a", 5)))).isEqualTo("unfinished");
  }
}
