package io.kspan.topology.rules;

import static io.kspan.testsupport.generate.Input.event;
import static io.kspan.testsupport.generate.Input.object;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.kspan.testsupport.generate.Input;
import io.kspan.topology.assemble.TraceSettings;
import io.kspan.topology.model.FinishedSpan;
import io.kspan.topology.model.FinishedSpan.SpanLink;
import io.kspan.topology.model.FinishedTrace;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Trace-model 7: names, attributes, resource and status of spans. */
class SpanTest {
  private static final String OUTCOME = "kspan.outcome";
  private static final String BY = "kspan.finished.by";
  private static final String NODE = "k8s.node.name";
  private static final String UNSETTLED = "{observedGeneration: 1, replicas: 1}";
  private static final String SETTLED =
      "{observedGeneration: 9, replicas: 1, updatedReplicas: 1, availableReplicas: 1}";
  private static final String CRASHING =
      "{containerStatuses: [{name: 'c', state: {waiting: {reason: 'CrashLoopBackOff'}}}]}";
  private static final String CI_TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
  private static final String CI_SPAN = "00f067aa0ba902b7";
  private static final String TRACEPARENT = "00-" + CI_TRACE + "-" + CI_SPAN + "-01";

  private final Input deployment =
      object("Deployment", "web", "uid-d").generation(1).spec("{replicas: 1}").status(UNSETTLED);
  private final Input settled = deployment.again().status(SETTLED);
  private final Input replicaSet = object("ReplicaSet", "web-1", "uid-rs").ownedBy(deployment);
  private final Input pod = object("Pod", "web-1-a", "uid-p").ownedBy(replicaSet);

  private static Input something(String uid, double at) {
    return event(uid, "Deployment", "web", "uid-d").reason("Any").at(at);
  }

  private static TraceSettings settings(boolean childOfTraceparent, String fixedServiceName) {
    TraceSettings defaults = TraceSettings.defaults();
    return new TraceSettings(
        defaults.settleNanos(),
        defaults.settleWarningNanos(),
        defaults.settleUnknownNanos(),
        defaults.inactivityNanos(),
        defaults.failingNanos(),
        defaults.maxDurationNanos(),
        defaults.maxOccurrences(),
        defaults.orphanWindowNanos(),
        20,
        fixedServiceName,
        false,
        defaults.spanLabels(),
        childOfTraceparent,
        new TreeMap<>(Map.of("deployment.environment.name", "test", "service.name", "loses")));
  }

  @Test
  void shouldNameTheObjectAndEveryOwner() {
    Outcomes outcomes =
        Outcomes.of(deployment, replicaSet, pod, event("e", pod, "Any").type("Normal").at(1));

    FinishedSpan span = outcomes.spanOf("e");
    assertThat(span.name()).isEqualTo("Pod.Any");
    assertThat(span.error()).isFalse();
    assertThat(span.attributes())
        .containsEntry("kspan.origin", "event")
        .containsEntry("k8s.object.kind", "Pod")
        .containsEntry("k8s.object.name", "web-1-a")
        .containsEntry("k8s.object.uid", "uid-p")
        .containsEntry("k8s.object.api_version", "v1")
        .containsEntry("k8s.namespace.name", "ns")
        .containsEntry("k8s.pod.name", "web-1-a")
        .containsEntry("k8s.pod.uid", "uid-p")
        .containsEntry("k8s.replicaset.name", "web-1")
        .containsEntry("k8s.replicaset.uid", "uid-rs")
        .containsEntry("k8s.deployment.name", "web")
        .containsEntry("k8s.deployment.uid", "uid-d")
        .doesNotContainKeys("error.type", "k8s.event.count", "k8s.container.name", NODE);
  }

  @Test
  void shouldMakeAWarningAnErrorThatSaysWhy() {
    FinishedSpan span =
        Outcomes.of(deployment, something("w", 1).type("Warning").message("no room")).spanOf("w");

    assertThat(span.error()).isTrue();
    assertThat(span.errorDescription()).isEqualTo("no room");
    assertThat(span.attributes()).containsEntry("error.type", "Any");
  }

  @ParameterizedTest
  @CsvSource({"spec.containers{app}, app", "spec.initContainers{migrate}, migrate", "spec, ''"})
  void shouldNameTheContainer(String fieldPath, String container) {
    Input started = event("e", pod, "Started").involved("fieldPath", fieldPath).at(1);

    assertThat(Outcomes.of(pod, started).attributeOf("e", "k8s.container.name"))
        .isEqualTo(container.isEmpty() ? null : container);
  }

  /** The kubelet reports its node; for the events of others the pod's snapshots have it. */
  @Test
  void shouldNameTheNodeOfAPod() {
    Input byKubelet =
        event("kubelet", pod, "Started")
            .at(2)
            .withJson("source", "{component: 'kubelet', host: 'n1'}");
    Input byScheduler =
        event("scheduler", pod, "Scheduled")
            .at(1)
            .withJson("source", "{component: 's', host: 'n9'}");
    Input running = pod.again().spec("{nodeName: 'n2'}").received(1);

    assertThat(Outcomes.of(pod, byKubelet).attributeOf("kubelet", NODE)).isEqualTo("n1");
    assertThat(Outcomes.of(pod, byScheduler).attributeOf("scheduler", NODE)).isNull();
    assertThat(Outcomes.of(pod, running, byScheduler).attributeOf("scheduler", NODE))
        .isEqualTo("n2");
  }

  @Test
  void shouldCutLongValues() {
    Input input = something("e", 1).type("Warning").message("0123456789012345678\uD83D\uDE00");

    FinishedSpan span = Outcomes.of(settings(false, ""), deployment, input).spanOf("e");

    // Not in the middle of a character.
    assertThat(span.attributes()).containsEntry("k8s.event.message", "0123456789012345678");
    assertThat(span.errorDescription()).isEqualTo("0123456789012345678");
  }

  @Test
  void shouldTakeTheReporterAsResource() {
    Input input = something("e", 1).withJson("source", "{component: 'kubelet', host: 'n1'}");

    FinishedTrace trace = Outcomes.of(deployment, input).traceOf("e");

    assertThat(trace.spans().get(1).resource())
        .containsExactlyInAnyOrderEntriesOf(
            Map.of(
                "service.name", "kubelet", "service.instance.id", "n1", "k8s.cluster.name", "c"));
    assertThat(trace.root().resource()).containsEntry("service.name", "unknown");
  }

  @Test
  void shouldAddResourceAttributesAndTakeAFixedServiceName() {
    FinishedTrace trace =
        Outcomes.of(settings(false, "kubernetes"), deployment, something("e", 1)).traceOf("e");

    assertThat(trace.spans())
        .allSatisfy(
            span ->
                assertThat(span.resource())
                    .containsEntry("service.name", "kubernetes")
                    .containsEntry("deployment.environment.name", "test"));
  }

  @Test
  void shouldTakeTheUidOfKubeSystemAsThatOfTheCluster() {
    Input kubeSystem = object("Namespace", "kube-system", "uid-ks").without("metadata.namespace");
    Input other = object("Namespace", "default", "uid-other").without("metadata.namespace");

    FinishedTrace trace =
        Outcomes.of(other, kubeSystem, deployment, something("e", 1)).traceOf("e");

    assertThat(trace.spans())
        .allSatisfy(s -> assertThat(s.resource()).containsEntry("k8s.cluster.uid", "uid-ks"));
  }

  /** An unknown UID is left out, even if the kind is unknown, too. */
  @Test
  void shouldHaveNoUidWhereOnlyANameIsKnown() {
    Outcomes outcomes = Outcomes.of(event("e", "", "web", "").reason("Any").at(1));

    assertThat(outcomes.spanOf("e").attributes()).doesNotContainKey("k8s.object.uid");
    assertThat(outcomes.traceOf("e").root().attributes()).doesNotContainKey("k8s.object.uid");
  }

  @Test
  void shouldSayWhatChangedAndByWhom() {
    Input before =
        deployment
            .again()
            .spec("{replicas: 1, template: {spec: {containers: [{name: 'app', image: 'a:1'}]}}}");
    Input after =
        before
            .again()
            .generation(2)
            .spec("{replicas: 3, template: {spec: {containers: [{name: 'app', image: 'a:2'}]}}}")
            .specChangedAt(20, "kubectl", "Apply")
            .received(20.5);

    FinishedSpan root = Outcomes.of(before, after, something("e", 21)).traceOf("e").root();

    assertThat(root.name()).isEqualTo("Deployment.Apply");
    assertThat(root.resource()).containsEntry("service.name", "kubectl");
    assertThat(root.attributes())
        .containsEntry("kspan.change.manager", "kubectl")
        .containsEntry("kspan.change.operation", "Apply")
        .containsEntry("kspan.change.image.app", "a:1 -> a:2")
        .containsEntry("kspan.change.replicas", "1 -> 3");
  }

  @Test
  void shouldSayWhatCameAndWhatWent() {
    Input before = deployment.again().spec("{paused: true}");
    Input after = before.again().generation(2).spec("{replicas: 3}").received(20);

    Outcomes outcomes = Outcomes.of(before, something("a", 1), after, something("b", 21));

    assertThat(outcomes.traceOf("a").root().attributes())
        .containsEntry("kspan.change.paused", "true")
        .doesNotContainKey("kspan.change.replicas");
    assertThat(outcomes.traceOf("b").root().attributes())
        .containsEntry("kspan.change.paused", "true -> (none)")
        .containsEntry("kspan.change.replicas", "(none) -> 3");
  }

  /**
   * 7: images of a Deployment are compared with what was last rolled out, the ReplicaSet of the
   * highest revision that has replicas: a resume names what was changed under the pause.
   */
  @Test
  void shouldCompareImagesWithWhatWasLastRolledOut() {
    Input web = object("Deployment", "web", "uid-d").created(0);
    Input made = web.again().generation(1).spec(template("i:1", false)).received(0);
    Input edited = web.again().generation(2).spec(template("i:2", true)).received(100);
    Input resumed = web.again().generation(3).spec(template("i:2", false)).received(200);
    Input old = replicaSet("uid-0", "1", "i:0", 0);
    Input rolledOut = replicaSet("uid-1", "2", "i:1", 1);
    Input next = replicaSet("uid-2", "3", "i:2", 0);

    Outcomes outcomes =
        Outcomes.of(made, old, rolledOut, next, edited, resumed, something("e", 200.5));

    assertThat(outcomes.rootAttributeOf("e", "kspan.change.image.c")).isEqualTo("i:1 -> i:2");
    assertThat(outcomes.rootAttributeOf("e", "kspan.change.paused")).isEqualTo("true -> (none)");
  }

  @Test
  void shouldNameAContainerThatWasTakenAwayWhilePaused() {
    Input web = object("Deployment", "web", "uid-d").created(0);
    String two =
        "{replicas: 1, template: {spec: {containers: [{name: 'c', image: 'i:1'},"
            + " {name: 'd', image: 'j:1'}]}}}";
    Input made = web.again().generation(1).spec(two).received(0);
    Input edited = web.again().generation(2).spec(template("i:1", true)).received(100);
    Input resumed = web.again().generation(3).spec(template("i:1", false)).received(200);
    Input rolledOut = replicaSet("uid-1", "1", "i:1", 1).spec(two);

    Outcomes outcomes = Outcomes.of(made, rolledOut, edited, resumed, something("e", 200.5));

    assertThat(outcomes.rootAttributeOf("e", "kspan.change.image.d")).isEqualTo("j:1 -> (none)");
    assertThat(outcomes.rootAttributeOf("e", "kspan.change.image.c")).isNull();
  }

  /** While a rollout goes on, both have pods; one without revision is older than any other. */
  @Test
  void shouldCompareImagesWithTheHighestRevisionThatHasPods() {
    Input web = object("Deployment", "web", "uid-d").created(0);
    Input made = web.again().generation(1).spec(template("i:1", false)).received(0);
    Input changed = web.again().generation(2).spec(template("i:3", false)).received(100);
    Input none = replicaSet("uid-0", "", "i:0", 1).created(3);
    Input ninth = replicaSet("uid-9", "9", "i:9", 1).created(2);
    // Received with the change itself.
    Input tenth = replicaSet("uid-10", "10", "i:10", 1).created(1).received(100);

    Outcomes outcomes = Outcomes.of(made, none, ninth, tenth, changed, something("e", 100.5));

    assertThat(outcomes.rootAttributeOf("e", "kspan.change.image.c")).isEqualTo("i:10 -> i:3");
  }

  private static String template(String image, boolean paused) {
    return "{%sreplicas: 1, template: {spec: {containers: [{name: 'c', image: '%s'}]}}}"
        .formatted(paused ? "paused: true, " : "", image);
  }

  private Input replicaSet(String uid, String revision, String image, int replicas) {
    return object("ReplicaSet", "web-" + uid, uid)
        .ownedBy(deployment)
        .annotated("deployment.kubernetes.io/revision", revision)
        .spec(template(image, false))
        .status("{replicas: %d}".formatted(replicas));
  }

  @Test
  void shouldSayOvertakenWhereItHadSettledAndNoLongerWas() {
    Input next =
        deployment.again().generation(2).spec("{replicas: 1, minReadySeconds: 5}").received(8);

    Outcomes outcomes =
        Outcomes.of(
            deployment,
            something("e", 1),
            settled.again().received(2),
            deployment.again().received(5),
            next,
            something("f", 8.5));

    assertThat(outcomes.rootAttributeOf("e", OUTCOME)).isEqualTo("overtaken");
  }

  @Test
  void shouldSaySucceededWhenTheChangeHasSettled() {
    Outcomes outcomes = Outcomes.of(deployment, something("e", 1), settled.again().received(4));

    assertThat(outcomes.rootAttributeOf("e", OUTCOME)).isEqualTo("succeeded");
    assertThat(outcomes.rootAttributeOf("e", BY)).isEqualTo("settled");
    assertThat(outcomes.traceOf("e").root().error()).isFalse();
  }

  @Test
  void shouldSayUnfinishedWhenNothingMoreHappened() {
    Outcomes outcomes = Outcomes.of(deployment, something("e", 1));

    assertThat(outcomes.rootAttributeOf("e", OUTCOME)).isEqualTo("unfinished");
    assertThat(outcomes.rootAttributeOf("e", BY)).isEqualTo("quiet");
  }

  @Test
  void shouldSayOvertakenWhenTheNextChangeCameFirst() {
    Outcomes outcomes =
        Outcomes.of(
            deployment,
            something("e", 1),
            deployment.again().generation(2).spec("{replicas: 1, minReadySeconds: 1}").received(5));

    assertThat(outcomes.rootAttributeOf("e", OUTCOME)).isEqualTo("overtaken");
    assertThat(outcomes.traceOf("e").root().endEpochNanos()).isEqualTo(Input.nanos(5));
  }

  @Test
  void shouldSayFailedWhenTheTraceWasWrittenWhileTheRootFailed() {
    Outcomes outcomes =
        Outcomes.of(
            deployment,
            pod,
            replicaSet,
            something("e", 1),
            pod.again().status(CRASHING).received(9));

    assertThat(outcomes.rootAttributeOf("e", OUTCOME)).isEqualTo("failed");
    assertThat(outcomes.rootAttributeOf("e", BY)).isEqualTo("failing");
    assertThat(outcomes.traceOf("e").root().error()).isTrue();
  }

  /** 4.1: it is the root span, whatever its own type says. */
  @Test
  void shouldMakeTheAnnotatedEventOfAFailedChangeAnError() {
    Outcomes outcomes =
        Outcomes.of(
            object("Job", "j", "uid-j"),
            event("e", "Job", "j", "uid-j").annotated("topLevelSpan", "true").at(1),
            object("Job", "j", "uid-j")
                .status("{conditions: [{type: 'Failed', status: 'True'}]}")
                .received(3));

    FinishedSpan root = outcomes.spanOf("e");
    assertThat(root.error()).isTrue();
    assertThat(root.errorDescription()).isEqualTo("failed");
    assertThat(root.attributes()).containsEntry(OUTCOME, "failed");
  }

  /** 5.8: to delete it settles an object, but does not make its last change a success. */
  @ParameterizedTest
  @CsvSource({"settled, succeeded", "unsettled, deleted", "crashing, deleted"})
  void shouldSayHowAChangeStoodWhenItsObjectWasDeleted(String state, String outcome) {
    Input root = state.equals("settled") ? settled : deployment;
    Input ready = pod.again().status("{conditions: [{type: 'Ready', status: 'True'}]}");
    Input last = state.equals("crashing") ? pod.again().status(CRASHING) : ready;

    Outcomes outcomes =
        Outcomes.of(
            root,
            replicaSet,
            last,
            something("e", 1),
            root.again().received(7).deleted(),
            last.again().received(8).deleted());

    assertThat(outcomes.rootAttributeOf("e", OUTCOME)).isEqualTo(outcome);
    assertThat(outcomes.rootAttributeOf("e", BY)).isEqualTo("deleted");
    assertThat(outcomes.traceOf("e").root().error()).isFalse();
    if (!state.equals("settled")) {
      assertThat(outcomes.traceOf("e").root().endEpochNanos()).isEqualTo(Input.nanos(7));
    }
  }

  /** A pod that is being deleted stops being ready before it is deleted. */
  @Test
  void shouldIgnoreWhatBecomesOfAnObjectThatIsGoing() {
    Input bare = object("Pod", "bare", "uid-bare");
    Input ready = bare.again().status("{conditions: [{type: 'Ready', status: 'True'}]}");

    Outcomes outcomes =
        Outcomes.of(
            ready.received(1),
            event("e", bare, "Started").at(2),
            bare.again().received(5).terminating(),
            bare.again().received(6).deleted());

    assertThat(outcomes.rootAttributeOf("e", OUTCOME)).isEqualTo("succeeded");
  }

  @Test
  void shouldLinkTheRootToTheSpanThatDeployed() {
    Outcomes outcomes =
        Outcomes.of(deployment.again().annotated("traceparent", TRACEPARENT), something("e", 1));

    assertThat(outcomes.traceOf("e").root().links())
        .extracting(SpanLink::traceId, SpanLink::spanId)
        .containsExactly(tuple(CI_TRACE, CI_SPAN));
  }

  @Test
  void shouldReadTheContextThatTektonWrites() {
    Input run = object("PipelineRun", "ci", "uid-r");
    Input traced =
        run.again()
            .annotated(
                "tekton.dev/pipelinerunSpanContext",
                "{\"traceparent\":\"" + TRACEPARENT + "\",\"tracestate\":\"\"}");

    Outcomes outcomes = Outcomes.of(traced, event("e", run, "Started").at(1));

    assertThat(outcomes.traceOf("e").root().links())
        .extracting(SpanLink::traceId, SpanLink::spanId)
        .containsExactly(tuple(CI_TRACE, CI_SPAN));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "{}",
        "{\"traceparent\":\"\"}",
        "{\"traceparent\":7}",
        "{\"traceparent\":\"00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01\"",
        "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
        "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01",
        "ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
        "00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01",
        "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01x"
      })
  void shouldIgnoreATraceparentThatIsNone(String traceparent) {
    Outcomes outcomes =
        Outcomes.of(deployment.again().annotated("traceparent", traceparent), something("e", 1));

    assertThat(outcomes.traceOf("e").root().links()).isEmpty();
  }

  /** The next deployment overwrites the annotation of the change before. */
  @Test
  void shouldLinkEachChangeToItsOwnDeployment() {
    String next = TRACEPARENT.replace(CI_SPAN, "1111111111111111");
    Outcomes outcomes =
        Outcomes.of(
            deployment.again().annotated("traceparent", TRACEPARENT),
            something("first", 1),
            deployment.again().generation(2).annotated("traceparent", next).received(5),
            something("second", 6));

    assertThat(outcomes.traceOf("first").root().links())
        .extracting(SpanLink::spanId)
        .containsExactly(CI_SPAN);
    assertThat(outcomes.traceOf("second").root().links())
        .extracting(SpanLink::spanId)
        .containsExactly("1111111111111111");
  }

  @Test
  void shouldMakeTheChangeAChildOfTheDeploymentWhenAskedTo() {
    Outcomes outcomes =
        Outcomes.of(
            settings(true, ""),
            settled.again().annotated("traceparent", TRACEPARENT),
            something("change", 1),
            something("activity", 30));

    FinishedTrace change = outcomes.traceOf("change");
    assertThat(change.traceId()).isEqualTo(CI_TRACE);
    assertThat(change.root().parentSpanId()).isEqualTo(CI_SPAN);
    assertThat(change.root().links()).isEmpty();
    FinishedTrace activity = outcomes.traceOf("activity");
    assertThat(activity.traceId()).isNotEqualTo(CI_TRACE);
    assertThat(activity.root().links())
        .extracting(SpanLink::traceId, SpanLink::spanId)
        .contains(tuple(CI_TRACE, change.root().spanId()), tuple(CI_TRACE, CI_SPAN));
  }

  /** 4.1: later activity links to the annotated event that is the root of its change. */
  @Test
  void shouldLinkActivityToTheAnnotatedEventThatIsTheChange() {
    Outcomes outcomes =
        Outcomes.of(
            settled,
            something("change", 1).annotated("topLevelSpan", "true"),
            something("activity", 30));

    assertThat(outcomes.traceOf("activity").root().links())
        .extracting(SpanLink::spanId)
        .containsExactly(outcomes.spanOf("change").spanId());
  }
}
