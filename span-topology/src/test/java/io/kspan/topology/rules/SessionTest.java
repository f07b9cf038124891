package io.kspan.topology.rules;

import static io.kspan.testsupport.generate.Input.event;
import static io.kspan.testsupport.generate.Input.object;
import static org.assertj.core.api.Assertions.assertThat;

import io.kspan.testsupport.generate.Input;
import io.kspan.topology.assemble.TraceSettings;
import io.kspan.topology.config.TopologyConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** When a trace is finished, and which it is: trace-model 5. */
class SessionTest {
  private static final String SETTLED =
      "{observedGeneration: 1, replicas: 1, updatedReplicas: 1, availableReplicas: 1}";
  private static final String BY = "kspan.finished.by";

  private final Input deployment =
      object("Deployment", "web", "uid-d").generation(1).spec("{replicas: 1}");
  private final Input settled = deployment.again().status(SETTLED);

  private static Input something(String uid, double at) {
    return event(uid, "Deployment", "web", "uid-d").reason("Any").at(at);
  }

  private static boolean together(Outcomes outcomes, String one, String other) {
    return outcomes.traceOf(one) == outcomes.traceOf(other);
  }

  /** Beyond the trace model, so that a storm cannot exhaust an instance. */
  @Test
  void shouldEndTheSessionBeforeOneOccurrenceTooMany() {
    TraceSettings threeAtMost =
        new TopologyConfig(
                Map.of("bootstrap.servers", "localhost:9092", "trace.max.occurrences", "3"))
            .traceSettings();

    Outcomes outcomes =
        Outcomes.of(
            threeAtMost,
            deployment,
            something("a", 5),
            something("b", 6),
            something("c", 7),
            something("d", 7),
            something("e", 8));

    assertThat(together(outcomes, "a", "c")).isTrue();
    assertThat(outcomes.rootAttributeOf("a", BY)).isEqualTo("overflow");
    assertThat(outcomes.traceKindOf("d")).isEqualTo("activity 1");
    assertThat(together(outcomes, "d", "e")).isTrue();
    assertThat(outcomes.rootAttributeOf("d", BY)).isEqualTo("quiet");
  }

  /**
   * 5.2: trace.settle, trace.settle.unknown, trace.inactivity; an occurrence at the end is next.
   */
  @ParameterizedTest
  @CsvSource({
    "settled, 9.999, true",
    "settled, 10, false",
    "unsettled, 299.999, true",
    "unsettled, 300, false",
    "silent, 59.999, true",
    "silent, 60, false"
  })
  void shouldEndTheSessionAfterTheQuietTimeOfItsState(
      String state, double apart, boolean together) {
    Input silent = object("Widget", "web", "uid-d").generation(1);
    Input root =
        switch (state) {
          case "settled" -> settled;
          case "unsettled" -> deployment;
          default -> silent;
        };

    Outcomes outcomes = Outcomes.of(root, something("a", 5), something("b", 5 + apart));

    assertThat(together(outcomes, "a", "b")).isEqualTo(together);
    assertThat(outcomes.traceKindOf("a")).isEqualTo("change 1");
    if (!together) {
      assertThat(outcomes.traceKindOf("b")).isEqualTo("activity 1");
      assertThat(outcomes.rootAttributeOf("a", BY))
          .isEqualTo(state.equals("settled") ? "settled" : "quiet");
    }
  }

  /** 1.2 and 3.5: a deleted object does not come back, however late a copy is received. */
  @Test
  void shouldIgnoreWhatIsReceivedOfAnObjectAfterItWasDeleted() {
    Input pod = object("Pod", "web-a", "uid-p").ownedBy(deployment);
    Input terminating = pod.again().received(6).terminating();

    Outcomes outcomes =
        Outcomes.of(
            settled,
            pod,
            something("a", 5),
            terminating,
            pod.again().received(7).deleted(),
            terminating.again().received(8),
            something("b", 25));

    assertThat(together(outcomes, "a", "b")).isFalse();
    assertThat(outcomes.rootAttributeOf("a", BY)).isEqualTo("settled");
  }

  /** 5.2: a change of state restarts the wait, another snapshot does not. */
  @Test
  void shouldRestartTheWaitWhenTheStateChangesOnly() {
    Outcomes changed =
        Outcomes.of(
            deployment, something("a", 5), settled.again().received(100), something("b", 109));
    Outcomes repeated =
        Outcomes.of(settled, something("a", 5), settled.again().received(14), something("b", 16));

    assertThat(together(changed, "a", "b")).isTrue();
    assertThat(together(repeated, "a", "b")).isFalse();
  }

  /** 5.2: unsettled while any object of the tree is terminating. */
  @Test
  void shouldNotSettleWhileAnObjectOfTheTreeIsTerminating() {
    Input pod = object("Pod", "web-a", "uid-p").ownedBy(deployment);
    Input dying = pod.again().received(6).terminating();

    Outcomes during = Outcomes.of(settled, pod, something("a", 5), dying, something("b", 100));
    Outcomes after =
        Outcomes.of(
            settled,
            pod,
            something("a", 5),
            dying,
            dying.again().deleted().received(20),
            something("b", 30));

    assertThat(together(during, "a", "b")).isTrue();
    assertThat(together(after, "a", "b")).isFalse();
  }

  /** 5.4: unsettled until the root is received, but only if that is within the orphan window. */
  @ParameterizedTest
  @CsvSource({"15, 74.999, true", "15, 75, false", "15.001, 65, false"})
  void shouldAwaitTheRootForTheOrphanWindow(double received, double at, boolean together) {
    Input silent = object("Widget", "web", "uid-d").generation(1);

    Outcomes outcomes =
        Outcomes.of(something("a", 5), silent.received(received), something("b", at));

    assertThat(together(outcomes, "a", "b")).isEqualTo(together);
  }

  /** 5.4: never received: silent. */
  @Test
  void shouldCountARootThatIsNeverSeenAsSilent() {
    Outcomes outcomes = Outcomes.of(something("a", 5), something("b", 65), something("c", 124));

    assertThat(together(outcomes, "a", "b")).isFalse();
    assertThat(together(outcomes, "b", "c")).isTrue();
  }

  /** 5.4: deleted: settled. */
  @Test
  void shouldSettleWhenTheRootIsDeleted() {
    Outcomes outcomes =
        Outcomes.of(
            deployment,
            something("a", 5),
            deployment.again().received(6).deleted(),
            something("b", 16));

    assertThat(together(outcomes, "a", "b")).isFalse();
    assertThat(outcomes.rootAttributeOf("a", BY)).isEqualTo("deleted");
  }

  /** 5.4: an object below the root counts, unless its owner and its pods say the same. */
  @ParameterizedTest
  @CsvSource({"Pod, true", "ReplicaSet, false"})
  void shouldNotSettleWhileAnObjectOfTheTreeIsUnsettled(String kind, boolean together) {
    Input child = object(kind, "web-a", "uid-p").generation(1).ownedBy(deployment);

    Outcomes outcomes = Outcomes.of(settled, child, something("a", 5), something("b", 15));

    assertThat(together(outcomes, "a", "b")).isEqualTo(together);
  }

  /** 5.2: trace.settle.warning after a warning, while the root itself is settled. */
  @ParameterizedTest
  @CsvSource({
    "Warning, 44.999, true",
    "Warning, 45, false",
    "Error, 44.999, true",
    "Normal, 15, false",
    "'', 15, false"
  })
  void shouldWaitLongerAfterAWarning(String type, double at, boolean together) {
    Outcomes outcomes = Outcomes.of(settled, something("a", 5).type(type), something("b", at));

    assertThat(together(outcomes, "a", "b")).isEqualTo(together);
    assertThat(outcomes.rootAttributeOf("a", BY)).isEqualTo("settled");
  }

  /** 5.2: a later event is no warning, but still waits for what follows the warning. */
  @Test
  void shouldWaitFromTheLastWarning() {
    Outcomes outcomes =
        Outcomes.of(
            settled,
            something("a", 5).type("Warning"),
            something("b", 40),
            something("c", 49.999),
            something("d", 59.999));

    assertThat(together(outcomes, "a", "c")).isTrue();
    assertThat(together(outcomes, "c", "d")).isFalse();
  }

  /** 5.4: an object of the tree that is on its way out keeps it unsettled until it is gone. */
  @ParameterizedTest
  @CsvSource({"4, false", "40, true"})
  void shouldWaitForObjectsThatAreTerminating(double deleted, boolean together) {
    // Of a kind that says nothing else of its state.
    Input widget = object("Widget", "web-a", "uid-w").ownedBy(settled);
    Input leaving = widget.again().received(3).terminating();

    Outcomes outcomes =
        Outcomes.of(
            settled,
            widget,
            leaving.resourceVersion("2"),
            leaving.again().resourceVersion("3").status("{progress: 'half'}").received(3.5),
            leaving.again().resourceVersion("4").received(deleted).deleted(),
            something("a", 5),
            something("b", 16));

    assertThat(together(outcomes, "a", "b")).isEqualTo(together);
  }

  /** 5.2: a warning before the tree settled delays nothing, one at that moment does. */
  @ParameterizedTest
  @CsvSource({"5.001, false", "5, true"})
  void shouldNotWaitLongerAfterAWarningFromBeforeItSettled(double settles, boolean together) {
    Outcomes outcomes =
        Outcomes.of(
            deployment,
            something("a", 5).type("Warning"),
            settled.again().received(settles),
            something("b", 16));

    assertThat(together(outcomes, "a", "b")).isEqualTo(together);
  }

  /** 5.2: a failed Job warns after it has failed. */
  @Test
  void shouldNotWaitLongerAfterTheWarningOfAFailure() {
    Input job =
        object("Job", "web", "uid-d")
            .generation(1)
            .status("{conditions: [{type: 'Failed', status: 'True'}]}");

    Outcomes outcomes = Outcomes.of(job, something("a", 5).type("Warning"), something("b", 15));

    assertThat(together(outcomes, "a", "b")).isFalse();
  }

  /** 5.2: trace.max.duration. */
  @Test
  void shouldEndTheSessionAfterTheLongestDuration() {
    List<Input> log = new ArrayList<>(List.of(deployment));
    for (int i = 0; i <= 10; i++) {
      log.add(something("e" + i, 5 + 60 * i));
    }

    Outcomes outcomes = Outcomes.of(log.toArray(new Input[0]));

    assertThat(together(outcomes, "e0", "e9")).isTrue();
    assertThat(together(outcomes, "e0", "e10")).isFalse();
    assertThat(outcomes.rootAttributeOf("e0", BY)).isEqualTo("max.duration");
  }

  /**
   * 5.2: first occurrence + trace.failing or later, as soon as the tree is failing then; the
   * millisecond of that belongs to it.
   */
  @ParameterizedTest
  @CsvSource({"50, 124.999, true", "50, 125, false", "200, 200, true", "200, 200.001, false"})
  void shouldEndTheSessionOnceTheRootFails(double failing, double at, boolean together) {
    Input pod = object("Pod", "web-a", "uid-p").ownedBy(deployment);
    Input looping =
        pod.again()
            .received(failing)
            .status(
                "{containerStatuses: [{name: 'c', state: {waiting: {reason: 'CrashLoopBackOff'}}}]}");

    Outcomes outcomes =
        Outcomes.of(deployment, pod, something("a", 5), looping, something("b", at));

    assertThat(together(outcomes, "a", "b")).isEqualTo(together);
    assertThat(outcomes.rootAttributeOf("a", BY)).isEqualTo("failing");
    assertThat(outcomes.rootAttributeOf("a", "kspan.outcome")).isEqualTo("failed");
    assertThat(outcomes.traceOf("a").root().error()).isTrue();
  }

  /** 5.4: only objects that are not deleted; and what failed before does not count. */
  @Test
  void shouldNotFailWhenThePodRecoversOrIsGone() {
    Input pod = object("Pod", "web-a", "uid-p").ownedBy(deployment);
    Input looping =
        pod.again()
            .received(50)
            .status(
                "{containerStatuses: [{name: 'c', state: {waiting: {reason: 'ErrImagePull'}}}]}");

    Outcomes recovered =
        Outcomes.of(
            deployment,
            pod,
            something("a", 5),
            looping,
            pod.again().received(60),
            something("b", 130));
    Outcomes deleted =
        Outcomes.of(
            deployment,
            pod,
            something("a", 5),
            looping,
            looping.again().received(60).deleted(),
            something("b", 130));

    assertThat(together(recovered, "a", "b")).isTrue();
    assertThat(together(deleted, "a", "b")).isTrue();
  }

  /** 5.3, failing: each reason, of containers and init containers; and Progressing=False. */
  @ParameterizedTest
  @CsvSource({
    "containerStatuses, CrashLoopBackOff, true",
    "containerStatuses, ImagePullBackOff, true",
    "containerStatuses, ErrImagePull, true",
    "containerStatuses, InvalidImageName, true",
    "containerStatuses, CreateContainerConfigError, true",
    "containerStatuses, CreateContainerError, true",
    "initContainerStatuses, RunContainerError, true",
    "containerStatuses, ContainerCreating, false",
    "ephemeralContainerStatuses, ErrImagePull, false"
  })
  void shouldFailByTheReasonAContainerWaitsFor(String list, String reason, boolean failing) {
    Input pod =
        object("Pod", "web-a", "uid-p")
            .ownedBy(deployment)
            .status(
                "{%s: [{name: 'c', state: {waiting: {reason: '%s'}}}]}".formatted(list, reason));

    Outcomes outcomes = Outcomes.of(deployment, pod, something("a", 5), something("b", 125));

    assertThat(together(outcomes, "a", "b")).isEqualTo(!failing);
  }

  /** 5.3, failing. */
  @Test
  void shouldFailWhenTheRootMakesNoProgress() {
    Input stuck =
        deployment.again().status("{conditions: [{type: 'Progressing', status: 'False'}]}");

    assertThat(together(Outcomes.of(stuck, something("a", 5), something("b", 125)), "a", "b"))
        .isFalse();
  }

  /** 5.3, settled, kind by kind. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "Deployment | {replicas: 2} | {observedGeneration: 1, replicas: 2, updatedReplicas: 2, availableReplicas: 2} | true",
        "Deployment | {replicas: 2} | {observedGeneration: 0, replicas: 2, updatedReplicas: 2, availableReplicas: 2} | false",
        "Deployment | {replicas: 2} | {observedGeneration: 1, replicas: 3, updatedReplicas: 2, availableReplicas: 2} | false",
        "Deployment | {replicas: 2} | {observedGeneration: 1, replicas: 2, updatedReplicas: 1, availableReplicas: 2} | false",
        "Deployment | {replicas: 2} | {observedGeneration: 1, replicas: 2, updatedReplicas: 2} | false",
        "Deployment | {replicas: 0} | {observedGeneration: 1} | true",
        "Deployment | {} | {observedGeneration: 1, replicas: 1, updatedReplicas: 1, availableReplicas: 1} | true",
        "Deployment | {replicas: 2, paused: true} | {} | false",
        "Deployment | {replicas: 2, paused: true} | {observedGeneration: 1, replicas: 2, updatedReplicas: 1, availableReplicas: 2} | true",
        "ReplicaSet | {replicas: 2} | {observedGeneration: 1, replicas: 2, readyReplicas: 2} | true",
        "ReplicaSet | {replicas: 2} | {observedGeneration: 1, replicas: 2, readyReplicas: 1} | false",
        "ReplicaSet | {replicas: 2} | {replicas: 2, readyReplicas: 2} | false",
        "StatefulSet | {} | {observedGeneration: 1, replicas: 1, readyReplicas: 1, currentRevision: 'a', updateRevision: 'a'} | true",
        "StatefulSet | {} | {observedGeneration: 1, replicas: 1, readyReplicas: 1, currentRevision: 'a', updateRevision: 'b'} | false",
        "StatefulSet | {} | {observedGeneration: 1, replicas: 1, readyReplicas: 1, currentRevision: 'a', updateRevision: 'b', updatedReplicas: 1} | true",
        "StatefulSet | {updateStrategy: {type: 'OnDelete'}} | {observedGeneration: 1, replicas: 1, readyReplicas: 1, currentRevision: 'a', updateRevision: 'b'} | true",
        "StatefulSet | {updateStrategy: {rollingUpdate: {partition: 1}}} | {observedGeneration: 1, replicas: 1, readyReplicas: 1, currentRevision: 'a', updateRevision: 'b'} | true",
        "StatefulSet | {updateStrategy: {type: 'OnDelete'}} | {observedGeneration: 1, replicas: 1} | false",
        "DaemonSet | {} | {observedGeneration: 1, desiredNumberScheduled: 3, numberAvailable: 3, updatedNumberScheduled: 3} | true",
        "DaemonSet | {} | {observedGeneration: 1, desiredNumberScheduled: 3, numberAvailable: 3, updatedNumberScheduled: 2} | false",
        "DaemonSet | {updateStrategy: {type: 'OnDelete'}} | {observedGeneration: 1, desiredNumberScheduled: 3, numberAvailable: 3} | true",
        "DaemonSet | {} | {desiredNumberScheduled: 3, numberAvailable: 3, updatedNumberScheduled: 3} | false",
        "Job | {} | {conditions: [{type: 'Complete', status: 'True'}]} | true",
        "Job | {} | {conditions: [{type: 'Failed', status: 'True'}]} | true",
        "Job | {} | {conditions: [{type: 'Complete', status: 'False'}]} | false",
        "Job | {suspend: true} | {} | true",
        "Job | {} | {active: 1} | false",
        "Pod | {} | {phase: 'Succeeded'} | true",
        "Pod | {} | {phase: 'Failed'} | true",
        "Pod | {} | {phase: 'Running', conditions: [{type: 'Ready', status: 'True'}]} | true",
        "Pod | {} | {phase: 'Running', conditions: [{type: 'Ready', status: 'False'}]} | false",
        "PersistentVolumeClaim | {} | {phase: 'Bound'} | true",
        "PersistentVolumeClaim | {} | {phase: 'Pending'} | false",
        "Widget | {} | {conditions: [{type: 'Ready', status: 'True'}, {type: 'Available', status: 'False'}]} | true",
        "Widget | {} | {conditions: [{type: 'Available', status: 'True'}]} | true",
        "Widget | {} | {conditions: [{type: 'Ready', status: 'False'}, {type: 'Available', status: 'True'}]} | false",
        "Widget | {} | {observedGeneration: 0, conditions: [{type: 'Ready', status: 'True'}]} | false"
      })
  void shouldKnowWhenEachKindHasSettled(
      String kind, String spec, String status, boolean isSettled) {
    Input root = object(kind, "web", "uid-d").generation(1).spec(spec).status(status);

    Outcomes outcomes = Outcomes.of(root, something("a", 5), something("b", 15));

    assertThat(together(outcomes, "a", "b")).isEqualTo(!isSettled);
  }

  /** 5.1: a list at start-up brings an hour of history: it is laid out as it happened. */
  @Test
  void shouldLayOutAListOfHistoryAsItHappened() {
    Input widget = object("Widget", "web", "uid-d").generation(1).received(0);
    Input first = something("a", 10).received(1000);
    Input second = something("b", 40).received(1000);
    Input third = something("c", 500).received(1000);

    Outcomes outcomes = Outcomes.of(widget, first, second, third);

    assertThat(together(outcomes, "a", "b")).isTrue();
    assertThat(together(outcomes, "b", "c")).isFalse();
  }

  /** 5.1: up to 60 s late, the receipt counts. */
  @ParameterizedTest
  @CsvSource({"60, true", "60.001, false"})
  void shouldGoByTheReceiptOfWhatIsUpToAMinuteLate(double late, boolean together) {
    Input widget = object("Widget", "web", "uid-d").generation(1);

    // Session time 179.5, or 119.499; a silent root ends 60 s later.
    Outcomes outcomes =
        Outcomes.of(
            widget, something("a", 120 + 59.5 - late).received(120 + 59.5), something("b", 180));

    assertThat(together(outcomes, "a", "b")).isEqualTo(together);
  }

  /** 1.2: the copy with the smallest receipt counts. */
  @Test
  void shouldTakeTheCopyReceivedFirst() {
    Input early = something("a", 5).message("early").received(5.5);
    Input late = something("a", 5).message("late").received(400);

    for (Outcomes outcomes :
        List.of(Outcomes.of(deployment, late, early), Outcomes.of(deployment, early, late))) {
      assertThat(outcomes.attributeOf("a", "k8s.event.message")).isEqualTo("early");
    }
  }

  /** 1.1: a watch DELETED of an Event is its expiry. */
  @Test
  void shouldIgnoreTheExpiryOfAnEvent() {
    Outcomes outcomes =
        Outcomes.of(deployment, something("a", 5), something("expired", 6).deleted());

    assertThat(outcomes.all()).singleElement().satisfies(t -> assertThat(t.spans()).hasSize(2));
  }
}
