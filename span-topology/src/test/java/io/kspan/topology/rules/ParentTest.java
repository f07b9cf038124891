package io.kspan.topology.rules;

import static io.kspan.testsupport.generate.Input.event;
import static io.kspan.testsupport.generate.Input.object;
import static io.kspan.topology.rules.Outcomes.ROOT;
import static org.assertj.core.api.Assertions.assertThat;

import io.kspan.testsupport.generate.Input;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which event caused which: trace-model 4. */
class ParentTest {
  private final Input deployment = object("Deployment", "web", "uid-d").generation(1);
  private final Input replicaSet = object("ReplicaSet", "web-1", "uid-rs").ownedBy(deployment);
  private final Input pod = object("Pod", "web-1-a", "uid-p").ownedBy(replicaSet);

  private Outcomes outcomes(Input... events) {
    Input[] log = new Input[events.length + 3];
    log[0] = deployment;
    log[1] = replicaSet;
    log[2] = pod;
    System.arraycopy(events, 0, log, 3, events.length);
    return Outcomes.of(log);
  }

  private Input scaled(String uid, String direction, double at) {
    return event(uid, deployment, "ScalingReplicaSet")
        .message("Scaled " + direction + " replica set web-1 from 0 to 1")
        .at(at);
  }

  private Input created(String uid, double at) {
    return event(uid, replicaSet, "SuccessfulCreate").message("Created pod: web-1-a").at(at);
  }

  private Input deleted(String uid, double at) {
    return event(uid, replicaSet, "SuccessfulDelete").message("Deleted pod: web-1-a").at(at);
  }

  private Input about(String uid, String reason, double at) {
    return event(uid, pod, reason).at(at);
  }

  /** 4.2 and 4.3c. */
  @Test
  void shouldFollowTheCausesThatNameTheObject() {
    Outcomes outcomes =
        outcomes(scaled("scaled", "up", 1), created("created", 2), about("started", "Started", 3));

    assertThat(outcomes.parentOf("scaled")).isEqualTo(ROOT);
    assertThat(outcomes.parentOf("created")).isEqualTo("scaled");
    assertThat(outcomes.parentOf("started")).isEqualTo("created");
  }

  /** pick(): reporters post independently, so the cause may come up to a second later. */
  @ParameterizedTest
  @CsvSource({"1.0, created", "1.000001, root"})
  void shouldTakeTheCauseThatFollowsWithinASecondWhenThereIsNoneBefore(
      double later, String parent) {
    Outcomes outcomes = outcomes(about("scheduled", "Scheduled", 2), created("created", 2 + later));

    assertThat(outcomes.parentOf("scheduled")).isEqualTo(parent);
  }

  /** pick(): the latest one before e wins over one that follows. */
  @Test
  void shouldTakeTheLatestCauseBeforeAnEventThatIsNoCause() {
    Outcomes outcomes =
        outcomes(
            created("first", 1),
            created("latest", 2),
            about("pulled", "Pulled", 30),
            created("next", 30.2));

    assertThat(outcomes.parentOf("pulled")).isEqualTo("latest");
  }

  /** pick(): a cause prefers the next one within a second if the latest is over a second old. */
  @ParameterizedTest
  @CsvSource({"4.0, before", "3.999999, next"})
  void shouldPreferTheNextCauseWhenTheEventIsACauseItselfAndTheLatestIsOld(
      double before, String parent) {
    Outcomes outcomes =
        outcomes(scaled("before", "up", before), created("created", 5), scaled("next", "up", 5.9));

    assertThat(outcomes.parentOf("created")).isEqualTo(parent);
  }

  /** 4.3a. */
  @ParameterizedTest
  @CsvSource({"12.0, deleted", "12.000001, created"})
  void shouldHangKillingUnderTheNearestDownCauseWithinTwoSeconds(double at, String parent) {
    Outcomes outcomes =
        outcomes(created("created", 1), about("killing", "Killing", 10), deleted("deleted", at));

    assertThat(outcomes.parentOf("killing")).isEqualTo(parent);
  }

  /** 4.3a: two seconds before as well; the up cause in between is the latest, but not a killer. */
  @ParameterizedTest
  @CsvSource({"8.0, deleted", "7.999999, created"})
  void shouldHangKillingUnderADownCauseBeforeTheLatest(double at, String parent) {
    Outcomes outcomes =
        outcomes(deleted("deleted", at), created("created", 9), about("killing", "Killing", 10));

    assertThat(outcomes.parentOf("killing")).isEqualTo(parent);
  }

  /** 4.3a: the nearest, whichever side it is on. */
  @Test
  void shouldHangKillingUnderTheNearerOfTwoDownCauses() {
    Outcomes outcomes =
        outcomes(
            created("created", 1),
            deleted("before", 8.5),
            about("killing", "Killing", 10),
            deleted("after", 11));

    assertThat(outcomes.parentOf("killing")).isEqualTo("after");
  }

  /** 4.3b. */
  @Test
  void shouldConsiderDownCausesForEndingsOnly() {
    Outcomes outcomes =
        outcomes(
            created("created", 1),
            deleted("deleted", 2),
            about("pulled", "Pulled", 3),
            about("unhealthy", "Unhealthy", 3),
            about("evicted", "Evicted", 5));

    assertThat(outcomes.parentOf("pulled")).isEqualTo("created");
    assertThat(outcomes.parentOf("unhealthy")).isEqualTo("created");
    assertThat(outcomes.parentOf("evicted")).isEqualTo("deleted");
  }

  /** pick: the earliest of several that follow within a second, whatever their direction. */
  @ParameterizedTest
  @CsvSource({"3.2, 3.8, created", "3.8, 3.2, deleted"})
  void shouldTakeTheEarliestCauseThatFollows(double created, double deleted, String parent) {
    Outcomes outcomes =
        outcomes(
            about("evicted", "Evicted", 3),
            created("created", created),
            deleted("deleted", deleted));

    assertThat(outcomes.parentOf("evicted")).isEqualTo(parent);
  }

  /** 4.3b: nothing starts up because it is deleted. */
  @Test
  void shouldNotConsiderDownCausesForStartUpReasons() {
    Outcomes outcomes = outcomes(deleted("deleted", 2), about("pulled", "Pulled", 3));

    assertThat(outcomes.parentOf("pulled")).isEqualTo(ROOT);
  }

  /** 4.3b: anything about an object that is terminating by the receipt of the event. */
  @ParameterizedTest
  @CsvSource({"3, deleted", "3.001, created"})
  void shouldConsiderDownCausesOfATerminatingObject(double terminating, String parent) {
    Outcomes outcomes =
        outcomes(
            created("created", 1),
            deleted("deleted", 2),
            pod.again().received(terminating).terminating(),
            about("unhealthy", "Unhealthy", 3),
            about("pulled", "Pulled", 3));

    assertThat(outcomes.parentOf("unhealthy")).isEqualTo(parent);
    assertThat(outcomes.parentOf("pulled")).isEqualTo("created");
  }

  /** 4.3a: what had run to its end was not killed by a deletion after that. */
  @ParameterizedTest
  @CsvSource({"2, deleted", "1.999, created"})
  void shouldNotKillWhatHadRunToItsEnd(double terminated, String parent) {
    Outcomes outcomes =
        outcomes(
            created("created", 1),
            pod.again().received(terminated).status("{phase: 'Succeeded'}"),
            deleted("deleted", 2),
            about("killing", "Killing", 3));

    assertThat(outcomes.parentOf("killing")).isEqualTo(parent);
  }

  /** 4.3: a down cause counts from when the object was born, an up cause from a second before. */
  @ParameterizedTest
  @CsvSource({"0.4, 0.399, root", "0.4, 0.4, deleted", "7, 0.998, root", "7, 0.999, deleted"})
  void shouldNotDeleteASuccessorThatIsNotBorn(double received, double at, String parent) {
    Outcomes outcomes =
        Outcomes.of(
            deployment,
            replicaSet,
            pod.received(received),
            deleted("deleted", at),
            about("killing", "Killing", 1));

    assertThat(outcomes.parentOf("killing")).isEqualTo(parent);
  }

  /** 4.3c: no other cause is tried. */
  @Test
  void shouldTakeTheRootWhenTheDirectionsOfTwoCausesDiffer() {
    Outcomes outcomes =
        outcomes(scaled("up", "up", 1), scaled("down", "down", 2), created("created", 2.5));

    assertThat(outcomes.parentOf("created")).isEqualTo(ROOT);
  }

  /** 4.3d. */
  @ParameterizedTest
  @CsvSource({"up, 30, scaled", "up, 30.000001, root", "down, 1, root"})
  void shouldClimbToTheCauseOfTheOwnerWhenNoCauseNamesTheObject(
      String direction, double age, String parent) {
    Outcomes outcomes =
        outcomes(scaled("scaled", direction, 1), about("pulled", "Pulled", 1 + age));

    assertThat(outcomes.parentOf("pulled")).isEqualTo(parent);
  }

  /** 4.3d: the first owner for which there is a cause decides, even against. */
  @Test
  void shouldNotClimbFurtherThanTheFirstOwnerThatIsNamed() {
    Input set = object("StatefulSet", "db", "uid-s").ownedBy(deployment);
    Input job = object("Job", "prepare", "uid-j").ownedBy(set);
    Input worker = object("Pod", "worker", "uid-w").ownedBy(job);
    Input namesSet = event("set", deployment, "SuccessfulCreate").message("Created job db").at(1);
    Input jobDown = event("down", set, "SuccessfulDelete").message("Deleted job prepare").at(2);
    Input jobUp = event("up", set, "SuccessfulCreate").message("Created job prepare").at(2);
    Input started = event("started", worker, "Started").at(3);

    assertThat(outcomes(set, job, worker, namesSet, jobDown, started).parentOf("started"))
        .isEqualTo(ROOT);
    assertThat(outcomes(set, job, worker, namesSet, jobUp, started).parentOf("started"))
        .isEqualTo("up");
  }

  /** 4.3d goes up to but excluding the root. */
  @Test
  void shouldNotClimbToACauseThatNamesTheRoot() {
    Input other = event("other", replicaSet, "SuccessfulCreate").message("Created pod: solo").at(1);
    Input solo = object("Job", "solo", "uid-solo");
    Input worker = object("Pod", "worker", "uid-w").ownedBy(solo);
    Input namesRoot = event("names", worker, "SuccessfulCreate").message("Created job solo").at(1);
    Input started = event("started", worker, "Started").at(2);

    assertThat(outcomes(other, solo, worker, namesRoot, started).parentOf("started"))
        .isEqualTo(ROOT);
  }

  /** 4.3: a cause is of the same root. */
  @Test
  void shouldIgnoreCausesOfOtherRoots() {
    Input stranger = object("ReplicaSet", "stranger", "uid-x");
    Input named =
        event("named", stranger, "SuccessfulCreate").message("Created pod: web-1-a").at(1);

    assertThat(outcomes(stranger, named, about("pulled", "Pulled", 2)).parentOf("pulled"))
        .isEqualTo(ROOT);
  }

  /** 4.3: of a seen object only from its creation - 1 s to its deletion + 5 s. */
  @ParameterizedTest
  @CsvSource({"18.999999, 30, root", "19, 30, created", "24.0, 29.0, created"})
  void shouldIgnoreCausesFromBeforeTheObject(double cause, double event, String parent) {
    Input reborn = object("Pod", "db-0", "uid-new").ownedBy(replicaSet).created(20).received(20);
    Input created =
        event("created", replicaSet, "SuccessfulCreate").message("Created pod: db-0").at(cause);
    Input started = event("started", reborn, "Started").at(event);

    assertThat(outcomes(created, reborn, started).parentOf("started")).isEqualTo(parent);
  }

  /** 4.3: names are reused by the incarnations of a StatefulSet's pods. */
  @ParameterizedTest
  @CsvSource({"25, recreated", "25.000001, created"})
  void shouldIgnoreCausesFromLongAfterTheObjectWasDeleted(double cause, String parent) {
    Input old = object("Pod", "db-0", "uid-old").ownedBy(replicaSet).created(1);
    Input created =
        event("created", replicaSet, "SuccessfulCreate").message("Created pod: db-0").at(1);
    Input recreated =
        event("recreated", replicaSet, "SuccessfulCreate").message("Created pod: db-0").at(cause);
    Input late = event("late", old, "Unhealthy").at(26);

    Outcomes outcomes = outcomes(created, old, old.again().deleted().received(20), recreated, late);

    assertThat(outcomes.parentOf("late")).isEqualTo(parent);
  }

  /** 4.1. */
  @Test
  void shouldMakeTheAnnotatedEventTheRootSpanAndLaterOnesOrdinary() {
    Input first = event("first", deployment, "Deploying").annotated("topLevelSpan", "true").at(1);
    Input second = event("second", deployment, "Deploying").annotated("topLevelSpan", "true").at(2);

    Outcomes outcomes = outcomes(first, second, scaled("scaled", "up", 3), created("created", 4));

    assertThat(outcomes.parentOf("first")).isEqualTo("-");
    assertThat(outcomes.parentOf("second")).isEqualTo("first");
    assertThat(outcomes.parentOf("scaled")).isEqualTo("first");
    assertThat(outcomes.parentOf("created")).isEqualTo("scaled");
    assertThat(outcomes.all()).hasSize(1);
    assertThat(outcomes.rootAttributeOf("first", "kspan.origin")).isEqualTo("event");
  }

  /** 4.1: only about the root. */
  @Test
  void shouldTreatAnAnnotatedEventAboutAnotherObjectAsOrdinary() {
    Input annotated = about("annotated", "Started", 2).annotated("topLevelSpan", "true");

    Outcomes outcomes = outcomes(created("created", 1), annotated);

    assertThat(outcomes.parentOf("annotated")).isEqualTo("created");
    assertThat(outcomes.traceKindOf("annotated")).isEqualTo("change 1");
  }

  /** 4, causes: PersistentVolumeClaims and pods of a StatefulSet. */
  @Test
  void shouldHangClaimsAndPodsOfAStatefulSetUnderTheirCauses() {
    Input set = object("StatefulSet", "db", "uid-s").generation(1);
    Input claim = object("PersistentVolumeClaim", "data-db-0", "uid-c").ownedBy(set);
    Input member = object("Pod", "db-0", "uid-m").ownedBy(set);

    Outcomes outcomes =
        Outcomes.of(
            set,
            claim,
            member,
            event("claim", set, "SuccessfulCreate")
                .message("create Claim data-db-0 Pod db-0 in StatefulSet db success")
                .at(1),
            event("pod", set, "SuccessfulCreate")
                .message("create Pod db-0 in StatefulSet db successful")
                .at(2),
            event("bound", claim, "ProvisioningSucceeded").at(3),
            event("started", member, "Started").at(4),
            event("deleted", set, "SuccessfulDelete")
                .message("delete Pod db-0 in StatefulSet db successful")
                .at(5),
            event("killing", member, "Killing").at(6));

    assertThat(outcomes.parentOf("bound")).isEqualTo("claim");
    assertThat(outcomes.parentOf("started")).isEqualTo("pod");
    assertThat(outcomes.parentOf("killing")).isEqualTo("deleted");
  }

  /** 4, causes: Jobs; their CronJob is a boundary, so here another kind owns the Job. */
  @Test
  void shouldHangJobsUnderTheirCause() {
    Input set = object("JobSet", "nightly", "uid-s");
    Input job = object("Job", "nightly-1", "uid-j").ownedBy(set);

    Outcomes outcomes =
        Outcomes.of(
            set,
            job,
            event("made", set, "SuccessfulCreate").message("Created job nightly-1").at(1),
            event("done", job, "Completed").at(2),
            event("removed", set, "SuccessfulDelete").message("Deleted job nightly-1").at(3),
            event("again", job, "Completed").at(4),
            event("kept", job, "FailedDelete").at(5));

    assertThat(outcomes.parentOf("done")).isEqualTo("made");
    assertThat(outcomes.parentOf("again")).isEqualTo("made");
    assertThat(outcomes.parentOf("kept")).isEqualTo("removed");
  }

  /** 4, causes: NAME ends before the punctuation of its sentence; inner dots belong to it. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "Created pod: web-1-a. | created",
        "Created pod: web-1-a, really | created",
        "(combined from similar events): Created pod: web-1-a | created",
        "Created pod: web-1-a.b | root",
        "Created pod: web-1-ab | root"
      })
  void shouldFindTheNameInTheMessage(String message, String parent) {
    Input created = event("created", replicaSet, "SuccessfulCreate").message(message).at(1);

    assertThat(outcomes(created, about("pulled", "Pulled", 2)).parentOf("pulled"))
        .isEqualTo(parent);
  }

  /** 4, causes: ScalingReplicaSet counts for Deployments only. */
  @Test
  void shouldIgnoreACauseOfAnotherKind() {
    Input other = object("Rollout", "web", "uid-o").generation(1);
    Input owned = object("ReplicaSet", "web-1", "uid-or").ownedBy(other);

    Outcomes outcomes =
        Outcomes.of(
            other,
            owned,
            event("scaled", other, "ScalingReplicaSet")
                .message("Scaled up replica set web-1 to 1")
                .at(1),
            event("failed", owned, "FailedCreate").at(2));

    assertThat(outcomes.parentOf("failed")).isEqualTo(ROOT);
  }

  /** 1.1: a repeat has its own message, so its own cause and parent. */
  @Test
  void shouldPlaceEachRepeatByItsOwnMessage() {
    Input other = object("Pod", "web-1-b", "uid-q").ownedBy(replicaSet);
    Input first = created("created", 1).count(1);
    Input second =
        event("created", replicaSet, "SuccessfulCreate")
            .message("(combined from similar events): Created pod: web-1-b")
            .count(2)
            .at(2);

    Outcomes outcomes =
        outcomes(
            other, first, second, about("a", "Started", 3), event("b", other, "Started").at(3));

    assertThat(outcomes.parentOf("a")).isEqualTo("created#1");
    assertThat(outcomes.parentOf("b")).isEqualTo("created#2");
  }

  /** Ties of time are broken by receipt. */
  @Test
  void shouldBreakTiesByReceipt() {
    Input first = created("z", 1).received(1.001);
    Input second = created("a", 1).received(1.002);

    assertThat(outcomes(second, first, about("pulled", "Pulled", 2)).parentOf("pulled"))
        .isEqualTo("a");
  }
}
