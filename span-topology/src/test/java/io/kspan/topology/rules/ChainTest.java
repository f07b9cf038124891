package io.kspan.topology.rules;

import static io.kspan.testsupport.generate.Input.event;
import static io.kspan.testsupport.generate.Input.nanos;
import static io.kspan.testsupport.generate.Input.object;
import static io.kspan.topology.rules.Outcomes.ROOT;
import static org.assertj.core.api.Assertions.assertThat;

import io.kspan.testsupport.generate.Input;
import io.kspan.topology.model.FinishedSpan;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Chains of parents: cycles (trace-model 4.3e), generations (4) and times (6) along them. */
class ChainTest {
  private final Input deployment = object("Deployment", "web", "uid-d").generation(1);
  private final Input replicaSet = object("ReplicaSet", "web-1", "uid-rs").ownedBy(deployment);
  private final Input pod = object("Pod", "web-1-a", "uid-p").ownedBy(replicaSet);
  private final Input other = object("Pod", "web-1-b", "uid-q").ownedBy(replicaSet);
  private final Input job = object("Job", "job", "uid-j").ownedBy(pod);

  private Outcomes outcomes(Input... events) {
    Input[] log = new Input[events.length + 5];
    log[0] = deployment;
    log[1] = replicaSet;
    log[2] = pod;
    log[3] = other;
    log[4] = job;
    System.arraycopy(events, 0, log, 5, events.length);
    return Outcomes.of(log);
  }

  private Input scaled(double at) {
    return event("scaled", deployment, "ScalingReplicaSet")
        .message("Scaled up replica set web-1 from 0 to 1")
        .at(at);
  }

  private static Input creates(String uid, Input by, String message, double at) {
    return event(uid, by, "SuccessfulCreate").message(message).at(at);
  }

  private Input created(double at) {
    return creates("created", replicaSet, "Created pod: web-1-a", at);
  }

  /** 4.3e: the earliest of the cycle takes the root span, those below it stay. */
  @Test
  void shouldCutACycleAtItsEarliestOccurrence() {
    Outcomes outcomes =
        outcomes(
            creates("a", pod, "Created pod: web-1-b", 1),
            creates("b", other, "Created pod: web-1-a", 1.5),
            event("started", pod, "Started").at(3));

    assertThat(outcomes.parentOf("a")).isEqualTo(ROOT);
    assertThat(outcomes.parentOf("b")).isEqualTo("a");
    assertThat(outcomes.parentOf("started")).isEqualTo("b");
  }

  /** pick(): an event that names its own object is not its own cause. */
  @Test
  void shouldNotHangAnEventUnderItself() {
    Input self = creates("self", pod, "Created pod: web-1-a", 1);

    assertThat(outcomes(self, created(1.5)).parentOf("self")).isEqualTo("created");
    assertThat(outcomes(self, created(0.5)).parentOf("self")).isEqualTo("created");
    assertThat(outcomes(self).parentOf("self")).isEqualTo(ROOT);
  }

  /** 4.3a: a killing that names its own object neither; of two equally near the earlier. */
  @ParameterizedTest
  @CsvSource({"4, 6, before", "3.5, 5.5, after", "4.8, 6, before"})
  void shouldTakeTheNearerDownCause(double before, double after, String parent) {
    Input down = event("before", replicaSet, "SuccessfulDelete").message("Deleted pod: web-1-a");
    Input next = event("after", replicaSet, "SuccessfulDelete").message("Deleted pod: web-1-a");

    Outcomes outcomes =
        outcomes(down.at(before), event("killing", pod, "Killing").at(5), next.at(after));

    assertThat(outcomes.parentOf("killing")).isEqualTo(parent);
  }

  /** 5.5: the trace is that of the generation in which the chain ends. */
  @Test
  void shouldFollowAChainToItsFirstOccurrenceForTheGeneration() {
    Input second = deployment.again().generation(2).received(2);

    Outcomes outcomes =
        outcomes(second, scaled(1), created(3), event("started", pod, "Started").at(5));

    assertThat(outcomes.traceKindOf("scaled")).isEqualTo("change 1");
    assertThat(outcomes.traceKindOf("created")).isEqualTo("change 1");
    assertThat(outcomes.traceKindOf("started")).isEqualTo("change 1");
  }

  /** The generation of an object of the tree is not that of its root. */
  @Test
  void shouldCountTheGenerationsOfTheRootOnly() {
    Outcomes outcomes = outcomes(replicaSet.again().generation(5).received(1), scaled(3));

    assertThat(outcomes.traceKindOf("scaled")).isEqualTo("change 1");
  }

  /** 6.4: whatever the order in which the reporters posted. */
  @Test
  void shouldCoverAChainThatWasReportedBackwards() {
    Outcomes outcomes =
        outcomes(
            creates("own", pod, "Created job job", 1),
            created(1.2),
            scaled(1.4),
            event("running", job, "Running").at(1.6),
            event("done", job, "Completed").at(7));

    assertThat(outcomes.parentOf("running")).isEqualTo("own");
    assertThat(outcomes.parentOf("own")).isEqualTo("created");
    assertThat(outcomes.parentOf("created")).isEqualTo("scaled");
    for (String event : new String[] {"own", "created", "scaled"}) {
      assertThat(outcomes.spanOf(event).startEpochNanos()).isEqualTo(nanos(1));
      assertThat(outcomes.spanOf(event).endEpochNanos()).isEqualTo(nanos(7));
    }
  }

  /** 6.4: and with the first of them at the bottom. */
  @Test
  void shouldCoverAChainWhoseLastLinkWasReportedFirst() {
    Outcomes outcomes =
        outcomes(event("scheduled", pod, "Scheduled").at(1), created(1.2), scaled(1.4));

    assertThat(outcomes.parentOf("scheduled")).isEqualTo("created");
    assertThat(outcomes.parentOf("created")).isEqualTo("scaled");
    assertThat(outcomes.spanOf("scaled").startEpochNanos()).isEqualTo(nanos(1));
  }

  /** 6.2 and 6.1: the next span about an object is the next by start, which children can lower. */
  @Test
  void shouldEndASpanAtTheNextByStart() {
    Outcomes outcomes =
        outcomes(
            event("scheduled", pod, "Scheduled").at(1.6),
            event("any", replicaSet, "Any").at(2),
            created(2.5));

    assertThat(outcomes.spanOf("created").startEpochNanos()).isEqualTo(nanos(1.6));
    assertThat(outcomes.spanOf("created").endEpochNanos()).isEqualTo(nanos(2));
    assertThat(outcomes.traceOf("created").spans().stream().map(FinishedSpan::startEpochNanos))
        .isSorted();
  }

  /** 4.1: the annotated event is the root span, so it covers what happened before it, too. */
  @Test
  void shouldCoverTheTraceWithTheAnnotatedEvent() {
    Outcomes outcomes =
        outcomes(
            event("early", pod, "Any").at(4),
            event("start", deployment, "Deploying").annotated("topLevelSpan", "true").at(5),
            event("late", pod, "Any").at(7));

    assertThat(outcomes.parentOf("start")).isEqualTo("-");
    assertThat(outcomes.spanOf("start").startEpochNanos()).isEqualTo(nanos(4));
    assertThat(outcomes.spanOf("start").endEpochNanos()).isEqualTo(nanos(7));
  }
}
