package io.kspan.topology.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.kspan.testsupport.generate.Input;
import io.kspan.topology.model.FinishedTrace;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What {@link OrderIndependencePropertyTest} once found, as small as it could be made. */
class ShrunkFailuresTest {
  private static final int SCHEDULES = 60;
  private static final int BATCH = 8;

  private static List<Message> log(Input... input) {
    return Stream.of(input).map(t -> Message.of(t.envelope())).toList();
  }

  private static void shouldBeAsInOrder(List<Message> log, Map<String, String> settings) {
    List<FinishedTrace> expected = Runs.inOrder(log, settings, 1);
    for (int seed = 0; seed < SCHEDULES; seed++) {
      assertThat(Runs.difference(Runs.catchUp(log, settings, seed, BATCH), expected))
          .as("schedule %d", seed)
          .isEmpty();
    }
  }

  @Test
  void shouldNotFindWhatNobodyWatchesByBeingSlow() {
    Input widget = Input.object("Widget", "n1", "widget");
    Message listed =
        Message.of(
            "{\"type\":\"LISTED\",\"cluster\":\"c\",\"observedAt\":\"%s\",\"scope\":{\"kind\":\"Node\"}}"
                .formatted(Input.START.plusSeconds(99))
                .getBytes(StandardCharsets.UTF_8));
    List<Message> input =
        log(
            Input.event("early", widget, "Scheduled").at(100).received(100),
            widget.again().created(101).received(101.5),
            // Now whoever is quick may decide, and does not know the widget.
            Input.event("next", Input.object("Pod", "p", "pod"), "Started").at(102).received(102.2),
            Input.object("Pod", "p", "pod").created(102).received(102.3),
            Input.event("other", Input.object("Pod", "p", "pod"), "Started").at(140).received(140));

    shouldBeAsInOrder(Stream.concat(Stream.of(listed), input.stream()).toList(), Runs.LIVE);
  }

  @Test
  void shouldNotRememberForAStragglerWhatMayBeForgotten() {
    Input job = Input.object("Job", "n1", "job");
    Input pod = Input.object("Pod", "n2", "pod").ownedBy(job).created(0);

    shouldBeAsInOrder(
        log(
            pod.again().status("{phase: 'Pending'}").received(108),
            Input.event("first", job, "Pulled").at(108.5).received(108.5),
            pod.again().status("{phase: 'Running'}").received(116),
            Input.event("straggler", pod, "Other").at(0).received(1203),
            Input.event("other", Input.object("Pod", "p", "p"), "Other").at(1500).received(1500)),
        Runs.LIVE);
  }

  @Test
  void shouldNotCallARootByANameThatIsToldLater() {
    shouldBeAsInOrder(
        log(
            Input.event("b", "CronJob", "n0", "n0").at(0).received(300),
            Input.event("a", "Job", "n0", "n0").at(0).received(616)),
        Runs.LIVE);
  }

  @Test
  void shouldKeepAllVersionsOfAnObjectThatOwnsItself() {
    Input self = Input.object("ReplicaSet", "n0", "self").created(98);
    self.ownedBy(self);

    shouldBeAsInOrder(
        log(
            self.again().generation(1).resourceVersion("v1").received(118),
            self.again().generation(2).resourceVersion("v2").received(118.5),
            Input.event("e", self, "Killing").at(128).received(128)),
        Runs.WHOLE_LOG);
  }

  @Test
  void shouldSeeThatAnAdoptedObjectChangesAlsoWhenItsAdoptionChangedNothingElse() {
    Input pod = Input.object("Pod", "n2", "pod");
    Input job = Input.object("Job", "n2", "job").created(95).status("{phase: 'Pending'}");
    Input adopted = job.again().ownedBy(pod);

    shouldBeAsInOrder(
        log(
            job.again().resourceVersion("v1").received(100),
            adopted.again().resourceVersion("v2").received(100.5),
            Input.event("e", adopted, "Pulled").at(130).received(130),
            adopted.again().resourceVersion("v3").status("{phase: 'Failed'}").received(140),
            Input.event("other", Input.object("Pod", "p", "p"), "Other").at(900).received(900)),
        Runs.LIVE);
  }

  @Test
  void shouldNotDependOnWhichRepeatOfAPodWasReadFirstWhenItsOwnerMoves() {
    Input a = Input.object("Deployment", "a", "a");
    Input b = Input.object("Deployment", "b", "b");
    Input replicaSet = Input.object("ReplicaSet", "rs", "rs");
    Input pod = Input.object("Pod", "q", "q").ownedBy(replicaSet).status("{phase: 'Pending'}");

    shouldBeAsInOrder(
        log(
            a.again().received(80),
            b.again().received(80),
            replicaSet.again().ownedBy(a).resourceVersion("r1").received(90),
            pod.again().resourceVersion("q1").received(100),
            replicaSet.again().ownedBy(b).resourceVersion("r2").received(100.25),
            pod.again().resourceVersion("q2").received(100.5),
            Input.event("e", pod, "Pulled").at(130).received(130),
            pod.again()
                .resourceVersion("q3")
                .status("{phase: 'Running', conditions: [{type: 'Ready', status: 'True'}]}")
                .received(140),
            Input.event("other", Input.object("Pod", "p", "p"), "Other").at(900).received(900)),
        Runs.LIVE);
  }

  @Test
  void shouldNotOverflowBecauseOfWhatIsReportedLater() {
    Input job = Input.object("Job", "j", "j");

    shouldBeAsInOrder(
        log(
            Input.event("a", job, "Pulled").at(169).received(169.5),
            job.again().created(208).received(208),
            Input.event("b", job, "FailedMount").at(207).received(208.1),
            Input.event("old", job, "Other").at(222).received(680),
            Input.event("other", Input.object("Pod", "p", "p"), "Other").at(1500).received(1500)),
        Runs.STORM);
  }

  @Test
  void shouldForgetTheOwnerInACopyThatIsReadBeforeItsOriginal() {
    Input job = Input.object("Job", "j", "j");
    Input own = Input.object("Deployment", "d", "d");
    Input first = own.again().ownedBy(own).generation(4).resourceVersion("v1");
    Input second = own.again().ownedBy(job).generation(5).resourceVersion("v2");
    second.specChangedAt(99, "kubectl", "Update");

    shouldBeAsInOrder(
        log(
            Input.event("e", own, "ScalingReplicaSet").at(100).received(100.5),
            first.again().received(110.5),
            second.received(110.501),
            first.again().received(110.75)),
        Runs.LIVE);
  }
}
