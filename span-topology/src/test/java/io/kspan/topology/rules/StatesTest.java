package io.kspan.topology.rules;

import static io.kspan.testsupport.generate.Input.event;
import static io.kspan.testsupport.generate.Input.nanos;
import static io.kspan.testsupport.generate.Input.object;
import static io.kspan.testsupport.generate.Input.stamp;
import static org.assertj.core.api.Assertions.assertThat;

import io.kspan.testsupport.generate.Input;
import io.kspan.topology.model.FinishedSpan;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What the status of objects says between Events: trace model 9. */
class StatesTest {
  private static final String READY =
      "{" + conditions(condition("PodScheduled", "True", 3), condition("Ready", "True", 5)) + "}";
  private static final String UNREADY =
      "{" + conditions(condition("PodScheduled", "True", 3), condition("Ready", "False", 7)) + "}";

  private final Input deployment = object("Deployment", "web", "uid-d").generation(1);
  private final Input replicaSet =
      object("ReplicaSet", "web-1", "uid-r").ownedBy(deployment).created(1).received(1);
  private final Input pod =
      object("Pod", "web-1-a", "uid-p").ownedBy(replicaSet).created(2).received(2);
  private final Input scaled =
      event("up", deployment, "ScalingReplicaSet")
          .message("Scaled up replica set web-1 from 0 to 1")
          .at(1.5);
  private final Input created =
      event("create", replicaSet, "SuccessfulCreate").message("Created pod: web-1-a").at(2);

  private Input pod(double received, String status) {
    return pod.again().received(received).status(status);
  }

  /** Since its third second. */
  private Input runningPod() {
    return pod(4, "{%s}".formatted(containers(container(running(3), "{}", 0))));
  }

  private static String condition(String type, String status, double since) {
    return "{type: '%s', status: '%s', reason: 'Because', lastTransitionTime: '%s'}"
        .formatted(type, status, stamp(since));
  }

  private static String conditions(String... conditions) {
    return "conditions: [" + String.join(", ", conditions) + "]";
  }

  private static String containers(String... containers) {
    return "containerStatuses: [" + String.join(", ", containers) + "]";
  }

  private static String waiting(String reason) {
    return "{waiting: {reason: '%s'}}".formatted(reason);
  }

  private static String running(double started) {
    return "{running: {startedAt: '%s'}}".formatted(stamp(started));
  }

  private static String terminated(double started, double finished, int exitCode) {
    return "{terminated: {startedAt: '%s', finishedAt: '%s', exitCode: %d, reason: '%s'}}"
        .formatted(
            stamp(started), stamp(finished), exitCode, exitCode == 0 ? "Completed" : "Error");
  }

  private static String container(String state, String lastState, int restarts) {
    return "{name: 'main', state: %s, lastState: %s, restartCount: %d}"
        .formatted(state, lastState, restarts);
  }

  private static List<String> states(Outcomes outcomes) {
    List<String> states = new ArrayList<>();
    for (FinishedSpan span : spans(outcomes)) {
      states.add(
          "%s %s-%s%s"
              .formatted(
                  span.name().substring(span.name().indexOf('.') + 1),
                  seconds(span.startEpochNanos()),
                  seconds(span.endEpochNanos()),
                  span.error() ? " " + span.errorDescription() : ""));
    }
    return states;
  }

  private static String seconds(long nanos) {
    long millis = TimeUnit.NANOSECONDS.toMillis(nanos - nanos(0));
    return millis % 1000 == 0 ? Long.toString(millis / 1000) : Double.toString(millis / 1e3);
  }

  private static List<FinishedSpan> spans(Outcomes outcomes) {
    return outcomes.all().stream()
        .flatMap(trace -> trace.spans().stream())
        .filter(span -> span.attributes().get("kspan.origin").equals("state"))
        .toList();
  }

  private static List<FinishedSpan> runs(Outcomes outcomes) {
    return spans(outcomes).stream().filter(s -> s.name().endsWith("ContainerRunning")).toList();
  }

  private static FinishedSpan span(Outcomes outcomes, String name) {
    return spans(outcomes).stream().filter(s -> s.name().equals(name)).findFirst().orElseThrow();
  }

  /** A pod that a Deployment makes, and more. */
  private Outcomes rollout(Input... more) {
    List<Input> log = new ArrayList<>(List.of(deployment, replicaSet, scaled, created, pod));
    log.addAll(List.of(more));
    return Outcomes.of(log.toArray(new Input[0]));
  }

  private static Input aboutPod(String uid, String reason, double at) {
    return event(uid, "Pod", "web-1-a", "uid-p").reason(reason).at(at);
  }

  @Test
  void shouldSayHowAPodStartsAndEnds() {
    String ready = conditions(condition("PodScheduled", "True", 3), condition("Ready", "True", 8));
    Outcomes outcomes =
        rollout(
            pod(
                4,
                "{%s, %s}"
                    .formatted(
                        conditions(condition("PodScheduled", "True", 3)),
                        containers(container(waiting("ContainerCreating"), "{}", 0)))),
            pod(8, "{%s, %s}".formatted(ready, containers(container(running(6), "{}", 0)))),
            aboutPod("killing", "Killing", 9),
            pod(9, "{%s, %s}".formatted(ready, containers(container(running(6), "{}", 0))))
                .terminating(9, 30),
            pod(
                    12,
                    "{%s, %s}"
                        .formatted(ready, containers(container(terminated(6, 11, 143), "{}", 0))))
                .terminating(9, 30)
                .deleted());

    assertThat(states(outcomes))
        .containsExactlyInAnyOrder(
            "Scheduling 2-3.999",
            "ContainerWaiting 3.999-6.999",
            "ContainerRunning 6.999-11.999",
            "BecomingReady 3.999-8",
            "Terminating 9-12");
    FinishedSpan run = span(outcomes, "Pod.ContainerRunning");
    assertThat(run.attributes())
        .containsEntry("k8s.container.name", "main")
        .containsEntry("k8s.container.status.state", "terminated")
        .containsEntry("k8s.container.restart_count", 0L)
        .containsEntry("kspan.state.exit_code", 143L)
        .containsEntry("k8s.deployment.name", "web")
        .containsEntry("k8s.replicaset.name", "web-1");
    assertThat(run.resource()).containsEntry("service.name", "kubelet");
    assertThat(span(outcomes, "Pod.Scheduling").parentSpanId())
        .isEqualTo(outcomes.spanOf("create").spanId());
    assertThat(span(outcomes, "Pod.Terminating").attributes())
        .containsEntry("kspan.state.grace_period_s", 30L);
  }

  @Test
  void shouldMarkWhatFails() {
    Outcomes outcomes =
        rollout(
            runningPod(),
            aboutPod("backoff", "BackOff", 6),
            pod(
                6,
                "{%s}"
                    .formatted(
                        containers(
                            container(waiting("CrashLoopBackOff"), terminated(3, 5, 1), 0)))),
            pod(16, "{%s}".formatted(containers(container(running(15), terminated(3, 5, 1), 1)))),
            aboutPod("started", "Started", 16));

    assertThat(states(outcomes))
        .contains(
            "ContainerRunning 3.999-5.999 Error",
            "ContainerWaiting 5.999-15.999 CrashLoopBackOff",
            "ContainerRunning 15.999-16");
    assertThat(spans(outcomes).stream().map(s -> s.attributes().get("k8s.container.restart_count")))
        .contains(0L, 1L);
  }

  /** A kubelet writes {@code ContainerCreating} into the last status of such a pod. */
  @Test
  void shouldKeepTheReasonOfAWaitWhenThePodTerminates() {
    String scheduled = conditions(condition("PodScheduled", "True", 3));
    String creating = containers(container(waiting("ContainerCreating"), "{}", 0));
    Outcomes outcomes =
        rollout(
            pod(4, "{%s, %s}".formatted(scheduled, creating)),
            pod(
                5,
                "{%s, %s}"
                    .formatted(scheduled, containers(container(waiting("ErrImagePull"), "{}", 0)))),
            aboutPod("failed", "Failed", 6),
            pod(9, "{%s, %s}".formatted(scheduled, creating)).terminating(9, 30),
            pod(10, "{%s, %s}".formatted(scheduled, creating)).terminating(9, 30).deleted(),
            aboutPod("killing", "Killing", 10));

    assertThat(states(outcomes)).contains("ContainerWaiting 3.999-9 ErrImagePull");
  }

  /** The first session has the run up to its end, the second one how it ended. */
  @Test
  void shouldCutWhatSpansTwoSessions() {
    Outcomes outcomes =
        rollout(
            runningPod(),
            aboutPod("started", "Started", 4),
            pod(
                5_003,
                "{%s}"
                    .formatted(
                        containers(
                            container(waiting("CrashLoopBackOff"), terminated(3, 5_002, 2), 0)))),
            aboutPod("backoff", "BackOff", 5_004));

    List<FinishedSpan> runs = runs(outcomes);
    assertThat(runs)
        .extracting(s -> s.attributes().get("kspan.state.continued"))
        .containsExactlyInAnyOrder("after", "before");
    assertThat(runs).extracting(FinishedSpan::spanId).doesNotHaveDuplicates();
    FinishedSpan last =
        runs.stream()
            .filter(s -> s.attributes().containsKey("kspan.state.exit_code"))
            .findFirst()
            .orElseThrow();
    assertThat(last.attributes())
        .containsEntry("kspan.state.continued", "before")
        .containsEntry("kspan.state.exit_code", 2L);
    assertThat(Instant.parse(last.attributes().get("kspan.state.start_time").toString()))
        .isEqualTo(Instant.parse(stamp(3)).plusMillis(999));
    assertThat(last.error()).isTrue();
    FinishedSpan first = runs.get(runs.indexOf(last) == 0 ? 1 : 0);
    assertThat(first.error()).isFalse();
    assertThat(first.attributes())
        .containsEntry("k8s.container.status.state", "running")
        .doesNotContainKeys("kspan.state.exit_code", "kspan.state.reason", "kspan.state.end_time");
  }

  @Test
  void shouldSayHowLongAPodWasNotReady() {
    Outcomes outcomes =
        Outcomes.of(
            deployment,
            pod,
            aboutPod("any", "Unhealthy", 11),
            pod(4, "{%s}".formatted(conditions(condition("Ready", "True", 4)))),
            pod(11, "{%s}".formatted(conditions(condition("Ready", "False", 10)))),
            pod(
                12,
                "{conditions: [{type: 'Ready', status: 'False', reason: 'Later', lastTransitionTime: '%s'}]}"
                    .formatted(stamp(10))),
            pod(14, "{%s}".formatted(conditions(condition("Ready", "True", 13)))),
            aboutPod("other", "Unhealthy", 15),
            pod(
                16,
                "{phase: 'Succeeded', %s}".formatted(conditions(condition("Ready", "False", 16)))),
            aboutPod("last", "Any", 17));

    assertThat(states(outcomes)).contains("NotReady 11-13.999");
    assertThat(span(outcomes, "Pod.NotReady").attributes())
        .containsEntry("kspan.state.reason", "Later");
    assertThat(states(outcomes).stream().filter(s -> s.startsWith("NotReady"))).hasSize(1);
  }

  @Test
  void shouldSayNothingOfAPodWithoutStatus() {
    assertThat(states(Outcomes.of(deployment, pod, created, aboutPod("a", "Started", 3))))
        .isEmpty();
  }

  @Test
  void shouldBoundStampsByReceiptAndCreation() {
    Outcomes outcomes =
        Outcomes.of(
            deployment,
            pod,
            aboutPod("a", "Started", 3),
            pod(5, "{%s}".formatted(containers(container(running(4_000), "{}", 0)))),
            pod(6, "{%s}".formatted(containers(container(terminated(4_000, 9_000, 0), "{}", 0)))),
            aboutPod("b", "Any", 7));

    assertThat(states(outcomes)).contains("ContainerRunning 5-6");
  }

  /** A new pod of a StatefulSet can show the container of the one before it. */
  @Test
  void shouldLeaveOutTheRunOfAPredecessor() {
    Outcomes outcomes =
        Outcomes.of(
            deployment,
            pod,
            aboutPod("a", "Started", 3),
            pod(3, "{%s}".formatted(containers(container(terminated(0, 1, 137), "{}", 0)))));

    assertThat(states(outcomes)).noneMatch(s -> s.startsWith("ContainerRunning"));
  }

  @Test
  void shouldHoldOneSpanForEachRunOfThousands() {
    int restarts = 2_000;
    List<Input> log = new ArrayList<>(List.of(deployment, pod, aboutPod("a", "BackOff", 2)));
    for (int i = 0; i < restarts; i++) {
      String last = i == 0 ? "{}" : terminated(2 + i / 10., 2 + i / 10., 1);
      log.add(
          pod(3 + i / 10., "{%s}".formatted(containers(container(running(3 + i / 10.), last, i)))));
    }
    log.add(aboutPod("z", "BackOff", 202));

    // A run is told from the next by its whole second.
    assertThat(runs(Outcomes.of(log.toArray(new Input[0])))).hasSizeBetween(190, 202);
  }

  @Test
  void shouldTellContainersOfAllListsByTheirNames() {
    String status =
        "{initContainerStatuses: [{name: 'sidecar', state: %s}], "
            + "containerStatuses: [{name: 'main', state: %s}, {name: 'new', state: %s}], "
            + "ephemeralContainerStatuses: [{name: 'debug', state: %s}]}";
    Outcomes outcomes =
        Outcomes.of(
            deployment,
            pod,
            aboutPod("a", "Started", 3),
            pod(5, status.formatted(running(3), running(3), running(3), running(4))),
            aboutPod("b", "Any", 9));

    assertThat(runs(outcomes))
        .extracting(s -> s.attributes().get("k8s.container.name"))
        .containsExactlyInAnyOrder("sidecar", "main", "new", "debug");
  }

  @Test
  void shouldReadTheObjectsThatTheSettingNames() {
    Input[] log = {
      deployment,
      pod,
      aboutPod("a", "Started", 3),
      runningPod(),
      deployment
          .again()
          .received(5)
          .status("{" + conditions(condition("Available", "False", 5)) + "}"),
      deployment
          .again()
          .received(8)
          .status("{" + conditions(condition("Available", "True", 8)) + "}"),
      event("b", deployment, "Any").at(9)
    };

    assertThat(states(Outcomes.configured(Map.of("trace.state.spans", "off"), log))).isEmpty();
    assertThat(states(Outcomes.of(log))).containsExactlyInAnyOrder("ContainerRunning 3.999-4");
    Outcomes all = Outcomes.configured(Map.of("trace.state.spans", "all"), log);
    assertThat(states(all)).contains("Condition 5-8");
    assertThat(span(all, "Deployment.Condition").attributes())
        .containsEntry("kspan.state.condition", "Available")
        .containsEntry("kspan.state.reason", "Because");
  }

  private static String initialized(String... conditions) {
    return "{%s, initContainerStatuses: [{name: 'setup', state: %s}]}"
        .formatted(conditions(conditions), terminated(4, 5, 0));
  }

  @Test
  void shouldBecomeReadyWhenItIsInitialized() {
    String scheduled = condition("PodScheduled", "True", 3);
    String done = condition("Initialized", "True", 5);
    Outcomes outcomes =
        rollout(
            pod(6, initialized(scheduled, condition("Initialized", "False", 3))),
            pod(7, initialized(scheduled, done)),
            pod(8, initialized(scheduled, done, condition("Ready", "False", 5))),
            pod(9, initialized(scheduled, done, condition("Ready", "True", 8))),
            aboutPod("any", "Any", 10));

    assertThat(states(outcomes))
        .containsExactlyInAnyOrder(
            "Scheduling 2-3.999",
            "Initializing 3.999-5.999",
            "ContainerRunning 4.999-5.999",
            "BecomingReady 5.999-8.999");
  }

  /** Nothing of that comes after it is to end. */
  @Test
  void shouldInitializeAndBecomeReadyUntilItTerminates() {
    String scheduled = condition("PodScheduled", "True", 3);
    Outcomes outcomes =
        rollout(
            pod(6, initialized(scheduled)),
            pod(8, initialized(scheduled)).terminating(8, 30),
            aboutPod("any", "Any", 12));

    assertThat(states(outcomes))
        .containsExactlyInAnyOrder(
            "Scheduling 2-3.999",
            "Initializing 3.999-8",
            "ContainerRunning 4.999-5.999",
            "BecomingReady 3.999-8",
            "Terminating 8-12");
  }

  @Test
  void shouldScheduleUntilItIsDeleted() {
    String unschedulable =
        "{conditions: [{type: 'PodScheduled', status: 'False', reason: 'Unschedulable', lastTransitionTime: '%s'}]}"
            .formatted(stamp(2));
    Outcomes outcomes =
        rollout(
            pod(3, unschedulable),
            aboutPod("failed", "FailedScheduling", 4),
            pod(7, unschedulable).deleted(),
            aboutPod("any", "Any", 8));

    assertThat(states(outcomes)).containsExactly("Scheduling 2-7");
    assertThat(span(outcomes, "Pod.Scheduling").attributes())
        .containsEntry("kspan.state.reason", "Unschedulable");
  }

  /** What a pod says when it ends is no state of its own. */
  @Test
  void shouldNotBeUnreadyWhileItTerminates() {
    Outcomes outcomes =
        rollout(
            pod(5, READY),
            pod(6, READY).terminating(6, 30),
            pod(8, UNREADY).terminating(6, 30),
            pod(9, UNREADY).terminating(6, 30).deleted(),
            aboutPod("any", "Any", 10));

    assertThat(states(outcomes))
        .containsExactlyInAnyOrder(
            "Scheduling 2-3.999", "BecomingReady 3.999-5", "Terminating 6-9");
  }

  @Test
  void shouldBeUnreadyUntilItTerminates() {
    Outcomes outcomes =
        rollout(
            pod(5, READY),
            pod(8, UNREADY),
            pod(10, UNREADY).terminating(10, 30),
            aboutPod("any", "Any", 11));

    assertThat(states(outcomes)).contains("NotReady 7.999-10", "Terminating 10-11");
  }

  /** A condition that is open when its object is deleted ends then. */
  @Test
  void shouldEndAConditionWithItsObject() {
    String first = "{" + conditions(condition("Available", "False", 3)) + "}";
    String later = first.replace("False", "Unknown").replace("Because", "Later");
    Outcomes outcomes =
        Outcomes.configured(
            Map.of("trace.state.spans", "all"),
            deployment,
            replicaSet,
            event("a", deployment, "Any").at(2),
            replicaSet.again().received(3).status(first),
            replicaSet.again().received(5).status(later),
            replicaSet.again().received(8).status(later).deleted(),
            event("b", deployment, "Any").at(9));

    assertThat(states(outcomes)).containsExactly("Condition 3-8");
    assertThat(span(outcomes, "ReplicaSet.Condition").attributes())
        .containsEntry("kspan.state.reason", "Later");
  }

  /** Rule 9.3: the nearest span on the way up that lasts as long as the state. */
  @Test
  void shouldHangUnderTheSpanThatLastsAsLong() {
    String scheduled = conditions(condition("PodScheduled", "True", 3));
    Outcomes outcomes =
        rollout(
            pod(4, "{%s, %s}".formatted(scheduled, containers(container(running(3), "{}", 0)))),
            event("other", replicaSet, "SuccessfulCreate").message("Created pod: web-1-b").at(6),
            pod(
                9,
                "{%s, %s}"
                    .formatted(scheduled, containers(container(terminated(3, 8, 0), "{}", 0)))),
            event("last", deployment, "Any").at(20));

    assertThat(span(outcomes, "Pod.Scheduling").parentSpanId())
        .isEqualTo(outcomes.spanOf("create").spanId());
    FinishedSpan run = span(outcomes, "Pod.ContainerRunning");
    assertThat(run.parentSpanId()).isEqualTo(outcomes.spanOf("up").spanId());
    assertThat(seconds(run.startEpochNanos()) + " " + seconds(run.endEpochNanos()))
        .isEqualTo("3.999 8.999");
  }

  /** A state that begins in the trace of one generation and ends in that of the next. */
  @Test
  void shouldCutWhatSpansTwoGenerations() {
    Outcomes outcomes =
        rollout(
            runningPod(),
            deployment.again().generation(2).received(8).specChangedAt(8, "kubectl", "Update"),
            event("second", deployment, "ScalingReplicaSet")
                .message("Scaled down replica set web-1 to 0 from 1")
                .at(9),
            pod(12, "{%s}".formatted(containers(container(terminated(3, 11, 0), "{}", 0)))),
            event("last", deployment, "Any").at(13));

    List<FinishedSpan> runs = runs(outcomes);
    assertThat(runs)
        .extracting(s -> s.attributes().get("kspan.state.continued"))
        .containsExactlyInAnyOrder("after", "before");
    assertThat(runs).extracting(FinishedSpan::spanId).doesNotHaveDuplicates();
  }

  @Test
  void shouldNameTheOwnersOfAPodWithoutEvents() {
    Outcomes outcomes = rollout(runningPod(), event("any", deployment, "Any").at(9));

    assertThat(span(outcomes, "Pod.ContainerRunning").attributes())
        .containsEntry("k8s.replicaset.name", "web-1")
        .containsEntry("k8s.replicaset.uid", "uid-r")
        .containsEntry("k8s.deployment.name", "web")
        .containsEntry("k8s.deployment.uid", "uid-d");
  }

  /** In the other tree it goes on; when it comes back, what it was in before is not shown again. */
  @Test
  void shouldTakeItsStatesAlongToAnotherTree() {
    Input other = object("Deployment", "api", "uid-e").generation(1);
    Input adopter = object("ReplicaSet", "api-1", "uid-s").ownedBy(other).created(1).received(1.2);
    String first = containers(container(running(3), "{}", 0));
    String second = containers(container(running(8), terminated(3, 7, 1), 1));
    String third = containers(container(running(14), terminated(8, 12, 2), 2));
    Outcomes outcomes =
        rollout(
            other,
            adopter,
            pod(4, "{%s}".formatted(first)),
            object("Pod", "web-1-a", "uid-p")
                .ownedBy(adopter)
                .created(2)
                .received(9)
                .status("{%s}".formatted(second)),
            event("elsewhere", other, "Any").at(10),
            pod.again().received(15).status("{%s}".formatted(third)),
            event("again", other, "Any").at(16),
            event("back", deployment, "Any").at(17));

    assertThat(states(outcomes))
        .containsExactlyInAnyOrder(
            "ContainerRunning 2-2",
            "ContainerRunning 3.999-7.999 Error",
            "ContainerRunning 8.999-16",
            "ContainerRunning 2-2");
    // Below the Event that the pod was created, which ended before them.
    assertThat(spans(outcomes))
        .filteredOn(s -> s.parentSpanId().equals(outcomes.spanOf("create").spanId()))
        .extracting(s -> s.attributes().get("kspan.state.start_time").toString())
        .containsExactlyInAnyOrder("2026-01-01T10:00:03.999Z", "2026-01-01T10:00:14.999Z");
  }

  private List<String> restartsAndCodes(String state) {
    String killed =
        "{terminated: {startedAt: '%s', finishedAt: '%s', exitCode: 137, signal: 9}}"
            .formatted(stamp(3), stamp(10));
    Outcomes outcomes =
        rollout(
            pod(20, "{%s}".formatted(containers(container(state, killed, 3)))),
            aboutPod("any", "Any", 21));
    return runs(outcomes).stream()
        .map(
            s ->
                "%s %s %s %s"
                    .formatted(
                        s.attributes().get("k8s.container.restart_count"),
                        s.attributes().get("kspan.state.exit_code"),
                        s.attributes().get("kspan.state.signal"),
                        s.errorDescription()))
        .toList();
  }

  /** Three restarts lie before the run that is, and before the wait after the last run. */
  @Test
  void shouldCountTheRestartsBeforeEachRun() {
    assertThat(restartsAndCodes(running(15)))
        .containsExactlyInAnyOrder("2 137 9 exit code 137", "3 null null ");
    assertThat(restartsAndCodes(waiting("CrashLoopBackOff")))
        .containsExactly("3 137 9 exit code 137");
    assertThat(restartsAndCodes(terminated(15, 18, 0)))
        .containsExactlyInAnyOrder("2 137 9 exit code 137", "3 0 null ");
  }

  /** Rule 9.3: below the parent of the first start-up Event, which no cause names here. */
  @Test
  void shouldHangBesideTheFirstStartUpEvent() {
    Outcomes outcomes =
        Outcomes.of(
            deployment, replicaSet, scaled, pod, runningPod(), aboutPod("started", "Started", 3));

    assertThat(outcomes.spanOf("started").parentSpanId()).isEqualTo(outcomes.spanOf("up").spanId());
    assertThat(span(outcomes, "Pod.ContainerRunning").parentSpanId())
        .isEqualTo(outcomes.spanOf("up").spanId());
  }

  /** Rule 9.3: without such an Event below the cause, which may be reported after the creation. */
  @Test
  void shouldHangBelowTheCauseOfItsCreation() {
    Input later =
        event("create", replicaSet, "SuccessfulCreate").message("Created pod: web-1-a").at(2.9);
    Outcomes outcomes =
        Outcomes.of(
            deployment,
            replicaSet,
            scaled,
            pod,
            runningPod(),
            later,
            event("more", replicaSet, "SuccessfulCreate").message("Created pod: web-1-b").at(9));

    assertThat(span(outcomes, "Pod.ContainerRunning").parentSpanId())
        .isEqualTo(outcomes.spanOf("create").spanId());
  }
}
