package io.kspan.topology.rules;

import static io.kspan.testsupport.generate.Input.event;
import static io.kspan.testsupport.generate.Input.object;
import static org.assertj.core.api.Assertions.assertThat;

import io.kspan.testsupport.generate.Input;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which object an event is about, and which root it hangs under: trace-model 3. */
class OwnersTest {
  private static final String INFERRED = "kspan.owner.inferred";
  private final Input deployment = object("Deployment", "web", "uid-d").generation(1);
  private final Input replicaSet = object("ReplicaSet", "web-1", "uid-rs").ownedBy(deployment);

  /** 3.3 and 3.4: snapshots received up to receipt + orphan.window count. */
  @ParameterizedTest
  @CsvSource({
    "10.0, Deployment/web",
    "10.001, Pod/web-1-a",
    "9, Deployment/web",
    "11, Pod/web-1-a"
  })
  void shouldWaitForAnUnseenObjectForTheOrphanWindow(double late, String root) {
    Input pod = object("Pod", "web-1-a", "uid-p").ownedBy(replicaSet).received(5 + late);

    Outcomes outcomes = Outcomes.of(deployment, replicaSet, event("e", pod, "Started").at(5), pod);

    assertThat(outcomes.rootOf("e")).isEqualTo(root);
    assertThat(outcomes.attributeOf("e", INFERRED)).isEqualTo(late > 10 ? "none" : null);
  }

  /** 3.4: an owner that is not seen stands for itself, so its children share one trace. */
  @ParameterizedTest
  @CsvSource({"9, Deployment/web", "11, ReplicaSet/web-1"})
  void shouldWaitForAnUnseenOwnerForTheOrphanWindow(double late, String root) {
    Input pod = object("Pod", "web-1-a", "uid-p").ownedBy(replicaSet);
    Input sibling = object("Pod", "web-1-b", "uid-q").ownedBy(replicaSet);

    Outcomes outcomes =
        Outcomes.of(
            deployment,
            pod,
            sibling,
            event("e", pod, "Started").at(5),
            event("f", sibling, "Started").at(5),
            replicaSet.again().received(5 + late));

    assertThat(outcomes.rootOf("e")).isEqualTo(root);
    assertThat(outcomes.traceOf("e").traceId()).isEqualTo(outcomes.traceOf("f").traceId());
  }

  /** 3.3. */
  @Test
  void shouldKeepTheLastOwnerOfAnObjectThatWasOrphaned() {
    Input orphaned = replicaSet.again().without("metadata.ownerReferences").received(2);

    Outcomes outcomes =
        Outcomes.of(deployment, replicaSet, orphaned, event("e", replicaSet, "Any").at(3));

    assertThat(outcomes.rootOf("e")).isEqualTo("Deployment/web");
  }

  /** 3.3: as of the receipt of the event. */
  @ParameterizedTest
  @CsvSource({"5, Deployment/next", "5.001, Deployment/web"})
  void shouldTakeTheNewestOwner(double adopted, String root) {
    Input next = object("Deployment", "next", "uid-n");
    Input moved = object("ReplicaSet", "web-1", "uid-rs").ownedBy(next).received(adopted);

    Outcomes outcomes =
        Outcomes.of(deployment, next, replicaSet, event("e", replicaSet, "Any").at(5), moved);

    assertThat(outcomes.rootOf("e")).isEqualTo(root);
  }

  /** 3.3: without an owner yet, the first one that is received in the orphan window. */
  @ParameterizedTest
  @CsvSource({"15.0, Deployment/web", "15.001, ReplicaSet/web-1"})
  void shouldTakeTheFirstOwnerInTheOrphanWindow(double adopted, String root) {
    Input bare = object("ReplicaSet", "web-1", "uid-rs");
    Input adoptee = bare.again().ownedBy(deployment).received(adopted);

    Outcomes outcomes = Outcomes.of(deployment, bare, event("e", bare, "Any").at(5), adoptee);

    assertThat(outcomes.rootOf("e")).isEqualTo(root);
  }

  /** 3.3: an owner that is known to be in another namespace is ignored; the next one counts. */
  @ParameterizedTest
  @CsvSource({"other, 15.0, Widget/here", "other, 15.001, Widget/there", "ns, 1, Widget/there"})
  void shouldIgnoreAnOwnerInAnotherNamespace(String namespace, double seen, String root) {
    Input there = object("Widget", "there", "uid-t").inNamespace(namespace).received(seen);
    Input here = object("Widget", "here", "uid-h");
    Input pod = object("Pod", "a", "uid-a").ownedBy(there, true).ownedBy(here, false);

    Outcomes outcomes = Outcomes.of(here, pod, event("e", pod, "Any").at(5), there);

    assertThat(outcomes.rootOf("e")).isEqualTo(root);
  }

  /** 3.1: a successor made in the second of the event is told apart by when it was born. */
  @ParameterizedTest
  @CsvSource({
    "20.2, 19.1, uid-1",
    "20.2, 19.2, uid-2",
    "21.5, 19.998, uid-1",
    "21.5, 19.999, uid-2"
  })
  void shouldTellASuccessorOfTheSameSecondApart(double received, double at, String uid) {
    Input first = object("Pod", "db-0", "uid-1").created(1).received(1);
    Input second = object("Pod", "db-0", "uid-2").created(20).received(received);

    Outcomes outcomes =
        Outcomes.of(first, second, event("e", "Pod", "db-0", "").reason("Any").at(at).received(22));

    assertThat(outcomes.attributeOf("e", "k8s.object.uid")).isEqualTo(uid);
  }

  /** 3.4: not into a boundary kind. */
  @ParameterizedTest
  @CsvSource({
    "CronJob, Job/run",
    "NodePool, Job/run",
    "ScaledJob, Job/run",
    "CronWorkflow, Job/run",
    "AdvancedCronJob, Job/run",
    "EphemeralRunnerSet, Job/run",
    "Widget, Widget/above"
  })
  void shouldNotClimbIntoABoundaryKind(String kind, String root) {
    Input above = object(kind, "above", "uid-above");
    Input job = object("Job", "run", "uid-j").ownedBy(above);

    assertThat(Outcomes.of(above, job, event("e", job, "Any").at(1)).rootOf("e")).isEqualTo(root);
  }

  /** Words: the owner with controller: true, else the first. */
  @Test
  void shouldPreferTheControllerOfSeveralOwners() {
    Input other = object("Deployment", "other", "uid-o");
    Input controlled = object("Pod", "a", "uid-a").ownedBy(other, false).ownedBy(deployment, true);
    Input uncontrolled =
        object("Pod", "b", "uid-b").ownedBy(other, false).ownedBy(deployment, false);

    Outcomes outcomes =
        Outcomes.of(
            deployment,
            other,
            controlled,
            uncontrolled,
            event("a", controlled, "Any").at(1),
            event("b", uncontrolled, "Any").at(1));

    assertThat(outcomes.rootOf("a")).isEqualTo("Deployment/web");
    assertThat(outcomes.rootOf("b")).isEqualTo("Deployment/other");
  }

  /** 3.4: in a cycle the root is the smallest UID of the cycle. */
  @Test
  void shouldTakeTheSmallestUidOfACycleAsRoot() {
    Input b = object("Widget", "b", "uid-b");
    Input c = object("Widget", "c", "uid-c").ownedBy(b);
    Input a = object("Widget", "a", "uid-a").ownedBy(c);
    b.ownedBy(a);
    Input outside = object("Widget", "outside", "uid-0").ownedBy(c);

    Outcomes outcomes =
        Outcomes.of(
            a,
            b,
            c,
            outside,
            event("ea", a, "Any").at(1),
            event("eb", b, "Any").at(1),
            event("ec", c, "Any").at(1),
            event("eo", outside, "Any").at(1));

    for (String event : new String[] {"ea", "eb", "ec", "eo"}) {
      assertThat(outcomes.rootOf(event)).isEqualTo("Widget/a");
    }
  }

  /** 3.4: what owns itself is its own root. */
  @Test
  void shouldTakeAnObjectThatOwnsItselfAsRoot() {
    Input self = object("Widget", "self", "uid-self");
    self.ownedBy(self);

    assertThat(Outcomes.of(self, event("e", self, "Any").at(1)).rootOf("e"))
        .isEqualTo("Widget/self");
  }

  /** 3.4: boundary kinds are not climbed into. */
  @Test
  void shouldTakeJobsOfACronJobAndStaticPodsAsRoots() {
    Input cronJob = object("CronJob", "nightly", "uid-cj");
    Input job = object("Job", "nightly-1", "uid-j").ownedBy(cronJob);
    Input pod = object("Pod", "nightly-1-a", "uid-p").ownedBy(job);
    Input node = object("Node", "n1", "uid-n").without("metadata.namespace");
    Input mirror = object("Pod", "etcd-n1", "uid-m").ownedBy(node);

    Outcomes outcomes =
        Outcomes.of(
            cronJob,
            job,
            pod,
            node,
            mirror,
            event("pod", pod, "Started").at(1),
            event("cron", cronJob, "SawCompletedJob").at(1),
            event("static", mirror, "Started").at(1));

    assertThat(outcomes.rootOf("pod")).isEqualTo("Job/nightly-1");
    assertThat(outcomes.rootOf("cron")).isEqualTo("CronJob/nightly");
    assertThat(outcomes.rootOf("static")).isEqualTo("Pod/etcd-n1");
    assertThat(outcomes.attributeOf("pod", INFERRED)).isNull();
  }

  /** 3.1: the kubelet reports static pods with their config hash as UID. */
  @Test
  void shouldFindAStaticPodByNameWhenItsUidIsAConfigHash() {
    Input node = object("Node", "n1", "uid-n").without("metadata.namespace");
    Input mirror = object("Pod", "etcd-n1", "uid-mirror").ownedBy(node).received(8);
    Input hashed = event("e", "Pod", "etcd-n1", "0f1e2d3c").reason("Started").at(1);

    Outcomes outcomes = Outcomes.of(hashed, mirror, event("f", mirror, "Pulled").at(2));

    assertThat(outcomes.attributeOf("e", "k8s.object.uid")).isEqualTo("uid-mirror");
    assertThat(outcomes.traceOf("e").traceId()).isEqualTo(outcomes.traceOf("f").traceId());
  }

  /** 3.1: Node events carry the name as UID. */
  @Test
  void shouldFindANodeByNameWhenItsUidIsTheName() {
    Input node = object("Node", "n1", "uid-n").without("metadata.namespace");
    Input named =
        event("e", "Node", "n1", "n1")
            .reason("NodeReady")
            .without("involvedObject.namespace")
            .at(1);

    Outcomes outcomes = Outcomes.of(node, named);

    assertThat(outcomes.attributeOf("e", "k8s.object.uid")).isEqualTo("uid-n");
    assertThat(outcomes.attributeOf("e", "k8s.node.name")).isEqualTo("n1");
  }

  /** 3.1: the taint controller names no UID. */
  @Test
  void shouldFindAnObjectByNameWhenTheUidIsAbsent() {
    Input pod = object("Pod", "web-1-a", "uid-p").ownedBy(replicaSet);
    Input unnamed = event("e", pod, "TaintManagerEviction").without("involvedObject.uid").at(1);

    Outcomes outcomes = Outcomes.of(deployment, replicaSet, pod, unnamed);

    assertThat(outcomes.rootOf("e")).isEqualTo("Deployment/web");
    assertThat(outcomes.attributeOf("e", "k8s.object.uid")).isEqualTo("uid-p");
  }

  /** 2 and 3.1: with no UID anywhere the reference stands in, and the attribute is absent. */
  @Test
  void shouldLeaveTheUidAbsentWhenItIsUnknown() {
    Input unnamed = event("e", "Pod", "ghost", "").reason("Evicted").at(1);

    Outcomes outcomes = Outcomes.of(unnamed);

    assertThat(outcomes.spanOf("e").attributes()).doesNotContainKey("k8s.object.uid");
    assertThat(outcomes.traceOf("e").root().attributes()).doesNotContainKey("k8s.object.uid");
    assertThat(outcomes.attributeOf("e", INFERRED)).isEqualTo("none");
  }

  /** 2: the same for snapshots and Events that were stripped of their UIDs. */
  @Test
  void shouldLeaveTheUidAbsentWhenObjectsHaveNone() {
    Input stripped = object("Pod", "solo", "").without("metadata.uid");
    Input unnamed = event("", "Pod", "solo", "").reason("Started").without("metadata.uid").at(1);

    Outcomes outcomes = Outcomes.of(stripped, unnamed);

    assertThat(outcomes.all()).hasSize(1);
    assertThat(outcomes.all().get(0).spans())
        .allSatisfy(
            span ->
                assertThat(span.attributes())
                    .doesNotContainKeys("k8s.object.uid", "k8s.pod.uid", "k8s.event.uid"));
  }

  /** 3.1: the incarnation created last, up to 1 s after the event. */
  @ParameterizedTest
  @CsvSource({"19.0, uid-2", "18.999999, uid-1"})
  void shouldTakeTheIncarnationCreatedNotLaterThanASecondAfterTheEvent(double at, String uid) {
    Input first = object("Pod", "db-0", "uid-1").created(1).received(1);
    Input second = object("Pod", "db-0", "uid-2").created(20).received(20);

    Outcomes outcomes =
        Outcomes.of(first, second, event("e", "Pod", "db-0", "").reason("Any").at(at).received(20));

    assertThat(outcomes.attributeOf("e", "k8s.object.uid")).isEqualTo(uid);
  }

  /**
   * 3.1 and 3.5: not deleted more than 5 s before the event; deletion is the receipt of DELETED.
   */
  @ParameterizedTest
  @CsvSource({"15.0, uid-1", "15.000001, absent"})
  void shouldNotTakeAnIncarnationDeletedMoreThanFiveSecondsBeforeTheEvent(double at, String uid) {
    Input pod = object("Pod", "db-0", "uid-1").created(1).received(1);
    Input deleted = pod.again().received(10).terminating().deleted();

    Outcomes outcomes =
        Outcomes.of(pod, deleted, event("e", "Pod", "db-0", "").reason("Any").at(at));

    assertThat(
            String.valueOf(
                outcomes.spanOf("e").attributes().getOrDefault("k8s.object.uid", "absent")))
        .isEqualTo(uid);
  }

  /** 3.1: "never seen" is judged at receipt + orphan.window. */
  @ParameterizedTest
  @CsvSource({"9, uid-1", "11, absent"})
  void shouldIgnoreIncarnationsSeenAfterTheOrphanWindow(double late, String uid) {
    Input pod = object("Pod", "db-0", "uid-1").created(1).received(5 + late);

    Outcomes outcomes = Outcomes.of(event("e", "Pod", "db-0", "").reason("Any").at(5), pod);

    assertThat(
            String.valueOf(
                outcomes.spanOf("e").attributes().getOrDefault("k8s.object.uid", "absent")))
        .isEqualTo(uid);
  }

  /** 3.2: a namesake's owner, that of the one created nearest to the earliest event. */
  @Test
  void shouldTakeTheOwnerOfTheNearestNamesake() {
    Input other = object("ReplicaSet", "other", "uid-other");
    Input near = object("Pod", "db-0", "uid-1").created(50).received(50).ownedBy(replicaSet);
    Input far = object("Pod", "db-0", "uid-2").created(100).received(51).ownedBy(other);
    Input ownerless = object("Pod", "db-0", "uid-3").created(41).received(41);

    // Created too late to be the involved object.
    Outcomes outcomes =
        Outcomes.of(
            deployment,
            replicaSet,
            other,
            near,
            far,
            ownerless.again().deleted(),
            event("e", "Pod", "db-0", "uid-unseen").reason("Any").at(47).received(47));

    assertThat(outcomes.rootOf("e")).isEqualTo("Deployment/web");
    assertThat(outcomes.attributeOf("e", INFERRED)).isEqualTo("namesake");
  }

  /** 3.2: the object's earliest event counts, not the one that is placed. */
  @Test
  void shouldMeasureNamesakesFromTheEarliestEvent() {
    Input other = object("ReplicaSet", "other", "uid-other");
    Input near = object("Pod", "db-0", "uid-1").created(16).received(10).ownedBy(replicaSet);
    Input far = object("Pod", "db-0", "uid-2").created(30).received(11).ownedBy(other);

    Outcomes outcomes =
        Outcomes.of(
            deployment,
            replicaSet,
            other,
            near,
            far,
            event("first", "Pod", "db-0", "uid-unseen").reason("Any").at(10),
            event("e", "Pod", "db-0", "uid-unseen").reason("Any").at(14.9));

    assertThat(outcomes.rootOf("e")).isEqualTo("Deployment/web");
  }

  /** 3.2: failing a namesake, the cause nearest in time that names it. */
  @Test
  void shouldTakeTheObjectWhoseCauseNamesAnUnseenObject() {
    Input other = object("ReplicaSet", "other", "uid-other");

    Outcomes outcomes =
        Outcomes.of(
            deployment,
            replicaSet,
            other,
            event("far", other, "SuccessfulCreate").message("Created pod: ghost").at(1),
            event("near", replicaSet, "SuccessfulDelete").message("Deleted pod: ghost").at(8),
            event("e", "Pod", "ghost", "uid-g").reason("Killing").at(9));

    assertThat(outcomes.rootOf("e")).isEqualTo("Deployment/web");
    assertThat(outcomes.attributeOf("e", INFERRED)).isEqualTo("mention");
    assertThat(outcomes.parentOf("e")).isEqualTo("near");
  }

  /** 3.2: a mention that is received too late is none. */
  @ParameterizedTest
  @CsvSource({"15.0, Deployment/web", "15.001, Pod/ghost"})
  void shouldIgnoreMentionsReceivedAfterTheOrphanWindow(double mentioned, String root) {
    Outcomes outcomes =
        Outcomes.of(
            deployment,
            replicaSet,
            event("e", "Pod", "ghost", "uid-g").reason("Killing").at(5),
            event("m", replicaSet, "SuccessfulDelete")
                .message("Deleted pod: ghost")
                .at(5)
                .received(mentioned));

    assertThat(outcomes.rootOf("e")).isEqualTo(root);
  }

  /** 3.4: rule 3.2 may lead on from an owner that is not seen. */
  @Test
  void shouldLeadOnFromAnUnseenOwnerByItsNamesake() {
    Input deleted = object("ReplicaSet", "web-1", "uid-deleted");
    Input pod = object("Pod", "web-1-a", "uid-p").ownedBy(deleted);

    Outcomes outcomes = Outcomes.of(deployment, replicaSet, pod, event("e", pod, "Started").at(1));

    assertThat(outcomes.rootOf("e")).isEqualTo("Deployment/web");
    assertThat(outcomes.attributeOf("e", INFERRED)).isEqualTo("namesake");
  }

  /** 3.4: or by the cause that names it. */
  @Test
  void shouldLeadOnFromAnUnseenOwnerByAMention() {
    Input deleted = object("ReplicaSet", "web-9", "uid-deleted");
    Input pod = object("Pod", "web-9-a", "uid-p").ownedBy(deleted);
    Input scaled =
        event("scaled", deployment, "ScalingReplicaSet")
            .message("Scaled up replica set web-9 to 1")
            .at(0.5);

    Outcomes outcomes = Outcomes.of(deployment, pod, scaled, event("e", pod, "Started").at(1));

    assertThat(outcomes.rootOf("e")).isEqualTo("Deployment/web");
    assertThat(outcomes.attributeOf("e", INFERRED)).isEqualTo("mention");
  }

  /** 3.2: the cause of a boundary kind says whose an unseen object is, but is not climbed into. */
  @Test
  void shouldNotClimbIntoABoundaryKindThatMentionsAnUnseenObject() {
    Input cronJob = object("CronJob", "nightly", "uid-cj");

    Outcomes outcomes =
        Outcomes.of(
            cronJob,
            event("c", cronJob, "SuccessfulCreate").message("Created job nightly-1").at(1),
            event("e", "Job", "nightly-1", "uid-j").reason("Completed").at(2));

    assertThat(outcomes.rootOf("e")).isEqualTo("Job/nightly-1");
    assertThat(outcomes.attributeOf("e", INFERRED)).isEqualTo("mention");
  }

  /** 3.1: namespaces are the involved object's, never the Event's. */
  @Test
  void shouldTakeTheNamespaceOfTheInvolvedObject() {
    Input node = object("Node", "n1", "uid-n").without("metadata.namespace");
    Input named =
        event("e", "Node", "n1", "n1").reason("Any").without("involvedObject.namespace").at(1);

    assertThat(Outcomes.of(node, named).spanOf("e").attributes())
        .doesNotContainKey("k8s.namespace.name");
  }
}
