package io.kspan.topology.rules;

import static io.kspan.testsupport.generate.Input.event;
import static io.kspan.testsupport.generate.Input.nanos;
import static io.kspan.testsupport.generate.Input.object;
import static org.assertj.core.api.Assertions.assertThat;

import io.kspan.testsupport.generate.Input;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The rules at their very bounds: what happens at the same instant. */
class BoundsTest {
  private static final String SETTLED =
      "{observedGeneration: 1, replicas: 1, updatedReplicas: 1, availableReplicas: 1}";
  private static final String BY = "kspan.finished.by";
  private static final String OUTCOME = "kspan.outcome";

  private final Input deployment =
      object("Deployment", "web", "uid-d").generation(1).spec("{replicas: 1}");
  private final Input settled = deployment.again().status(SETTLED);
  private final Input pod = object("Pod", "web-a", "uid-p").ownedBy(deployment);

  private static Input something(String uid, double at) {
    return event(uid, "Deployment", "web", "uid-d").reason("Any").at(at);
  }

  private Input failing(double received) {
    return pod.again()
        .received(received)
        .status("{containerStatuses: [{state: {waiting: {reason: 'CrashLoopBackOff'}}}]}");
  }

  private static boolean together(Outcomes outcomes) {
    return outcomes.traceOf("a") == outcomes.traceOf("b");
  }

  /** 5.1: session time is the receipt, even if the event time is a little earlier. */
  @Test
  void shouldOrderASessionByReceipt() {
    Outcomes outcomes = Outcomes.of(settled, something("a", 5), something("b", 4).received(30));

    assertThat(together(outcomes)).isFalse();
  }

  /** 5.1: in a whole log, a late report joins the session of its event time. */
  @Test
  void shouldLetAStragglerJoinInAWholeLog() {
    Outcomes outcomes = Outcomes.of(settled, something("a", 5), something("b", 10).received(100));

    assertThat(together(outcomes)).isTrue();
  }

  /** 5.2: a state that holds for no time restarts nothing. */
  @Test
  void shouldNotCountAStateThatHoldsForNoTime() {
    Outcomes outcomes =
        Outcomes.of(
            settled,
            something("a", 5),
            deployment.again().received(8),
            settled.again().received(8),
            something("b", 16));

    assertThat(together(outcomes)).isFalse();
  }

  /** 5.2: a change of state at the end comes too late to move it. */
  @Test
  void shouldNotMoveTheEndByAChangeOfStateAtTheEnd() {
    Outcomes outcomes =
        Outcomes.of(
            deployment, something("a", 5), settled.again().received(305), something("b", 306));

    assertThat(together(outcomes)).isFalse();
    assertThat(outcomes.rootAttributeOf("a", BY)).isEqualTo("quiet");
  }

  /** 5.8: what happened before the end says why. */
  @Test
  void shouldSayDeletedWhenTheRootWasDeletedBeforeTheEnd() {
    Input deleted = settled.again().deleted();

    assertThat(
            Outcomes.of(settled, something("a", 5), deleted.again().received(14.999))
                .rootAttributeOf("a", BY))
        .isEqualTo("deleted");
    assertThat(
            Outcomes.of(settled, something("a", 5), deleted.again().received(15))
                .rootAttributeOf("a", BY))
        .isEqualTo("settled");
  }

  /**
   * 5.2: failing ends a session from two minutes on; an object that has just recovered is not
   * failing.
   */
  @Test
  void shouldNotEndASessionForAnIncidentThatIsOverByThen() {
    Outcomes outcomes =
        Outcomes.of(
            deployment,
            pod,
            something("a", 0),
            failing(10),
            pod.again().received(120),
            something("b", 130));

    assertThat(together(outcomes)).isTrue();
  }

  /** 5.2: of two reasons at one instant. */
  @Test
  void shouldPreferFailingToDurationAndBothToQuiet() {
    Outcomes failing =
        Outcomes.of(
            deployment,
            pod,
            something("a", 0),
            something("b", 250),
            something("c", 500),
            failing(599.999));
    Outcomes quiet =
        Outcomes.of(deployment, something("a", 0), something("b", 200), something("c", 300));

    assertThat(failing.rootAttributeOf("a", BY)).isEqualTo("failing");
    assertThat(quiet.rootAttributeOf("a", BY)).isEqualTo("max.duration");
  }

  /** 5.8: what is received at the first receipt of the next generation comes too late. */
  @Test
  void shouldNotCountAChangeThatSettlesWhenItIsOvertaken() {
    Input second =
        deployment.again().generation(2).spec("{replicas: 1, minReadySeconds: 1}").received(10);

    Outcomes outcomes =
        Outcomes.of(deployment, something("a", 5), settled.again().received(10), second);

    assertThat(outcomes.rootAttributeOf("a", OUTCOME)).isEqualTo("overtaken");
  }

  /** 5.8: overtaken at the end of the session is not overtaken yet. */
  @ParameterizedTest
  @CsvSource({"304.999, overtaken", "305, unfinished"})
  void shouldCountAChangeThatIsOvertakenAtTheEnd(double received, String outcome) {
    Outcomes outcomes =
        Outcomes.of(
            deployment,
            something("a", 5),
            deployment
                .again()
                .generation(2)
                .spec("{replicas: 1, minReadySeconds: 1}")
                .received(received));

    assertThat(outcomes.rootAttributeOf("a", OUTCOME)).isEqualTo(outcome);
  }

  /** 5.8: an object that makes no progress has not failed for good. */
  @Test
  void shouldNotFailAChangeThatIsDeletedWhileItFails() {
    Input failing =
        deployment.again().status("{conditions: [{type: 'Progressing', status: 'False'}]}");

    Outcomes outcomes =
        Outcomes.of(
            deployment,
            failing.received(10),
            something("a", 15),
            deployment.again().deleted().received(20));

    assertThat(outcomes.rootAttributeOf("a", OUTCOME)).isEqualTo("deleted");
    assertThat(outcomes.rootAttributeOf("a", BY)).isEqualTo("deleted");
  }

  /** 7: an error says how it ended, and nothing else is described. */
  @Test
  void shouldDescribeErrorsOnly() {
    Outcomes good = Outcomes.of(settled, something("a", 5));
    Outcomes bad =
        Outcomes.of(deployment, pod, something("a", 0), failing(10), something("b", 100));

    assertThat(good.traceOf("a").root().error()).isFalse();
    assertThat(good.traceOf("a").root().errorDescription()).isEmpty();
    assertThat(bad.traceOf("a").root().error()).isTrue();
    assertThat(bad.traceOf("a").root().errorDescription()).isEqualTo("failing");
  }

  /** 6.2: a change of state at the end of the session ends no span of it. */
  @ParameterizedTest
  @CsvSource({"14.999, 14.999", "15, 5"})
  void shouldEndASpanAtAChangeOfStateBeforeTheEnd(double changed, double end) {
    String ready = "conditions: [{type: 'Ready', status: 'True'}]";
    Outcomes outcomes =
        Outcomes.of(
            settled,
            pod.again().status("{%s}".formatted(ready)),
            event("a", pod, "Any").at(5),
            pod.again().received(changed).status("{phase: 'Running', %s}".formatted(ready)));

    assertThat(outcomes.spanOf("a").endEpochNanos()).isEqualTo(nanos(end));
  }

  /** 6.2: a change of state at the very start of a span is the one that the event reports. */
  @Test
  void shouldNotEndASpanAtAChangeOfStateAtItsStart() {
    Outcomes outcomes =
        Outcomes.of(
            settled,
            pod,
            event("a", pod, "Any").at(5),
            pod.again().received(5).status("{phase: 'Running'}"),
            pod.again().received(8).status("{phase: 'Succeeded'}"));

    assertThat(outcomes.spanOf("a").endEpochNanos()).isEqualTo(nanos(8));
  }

  /** generation(e): a snapshot up to five minutes after the receipt. */
  @ParameterizedTest
  @CsvSource({"305, change 2", "305.001, change 1"})
  void shouldTakeTheGenerationOfAVersionUpToFiveMinutesLater(double received, String trace) {
    Outcomes outcomes =
        Outcomes.of(
            deployment,
            something("a", 5).involvedVersion("v2"),
            deployment.again().generation(2).resourceVersion("v2").received(received));

    assertThat(outcomes.traceKindOf("a")).isEqualTo(trace);
  }

  /** 5.6: a creation that is not known is no change time. */
  @Test
  void shouldStartAChangeAtItsFirstReceiptWithoutCreation() {
    Input created = deployment.again().created(1).received(3);

    assertThat(Outcomes.of(created, something("a", 5)).traceOf("a").root().startEpochNanos())
        .isEqualTo(nanos(1));
    assertThat(
            Outcomes.of(created.again().without("metadata.creationTimestamp"), something("a", 5))
                .traceOf("a")
                .root()
                .startEpochNanos())
        .isEqualTo(nanos(3));
  }

  /** 7: k8s.event.start_time when it repeats, and only if it is known. */
  @Test
  void shouldSayWhenARepetitionBegan() {
    String start = "k8s.event.start_time";
    Input first = something("a", 5).with("firstTimestamp", Input.stamp(2));

    assertThat(Outcomes.of(first.again().count(1)).attributeOf("a#1", start)).isNull();
    assertThat(Outcomes.of(first.again().count(2)).attributeOf("a#2", start))
        .isEqualTo(Input.stamp(2));
    assertThat(
            Outcomes.of(
                    something("a", 5)
                        .count(2)
                        .without("eventTime")
                        .with("lastTimestamp", Input.stamp(5)))
                .attributeOf("a#2", start))
        .isNull();
  }

  /** Event time: a name that tells no time tells none in 1970 either. */
  @ParameterizedTest
  @ValueSource(strings = {"p", "p.event"})
  void shouldNotTakeANameForTheBeginningOf1970(String name) {
    Input event =
        event("a", "Pod", "p", "uid-p")
            .named(name)
            .with("lastTimestamp", "1970-01-01T00:00:00Z")
            .received(5);

    assertThat(Outcomes.of(event).spanOf("a").startEpochNanos()).isEqualTo(999_000_000L);
  }
}
