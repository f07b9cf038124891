package io.kspan.topology.rules;

import static io.kspan.testsupport.generate.Input.event;
import static io.kspan.testsupport.generate.Input.object;
import static org.assertj.core.api.Assertions.assertThat;

import io.kspan.testsupport.generate.Input;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which change an event belongs to, and when that began: generation(e) of 4, and 5.5, 5.6. */
class GenerationTest {
  private final Input first =
      object("Deployment", "web", "uid-d").generation(1).resourceVersion("11").received(1);
  private final Input second = first.again().generation(2).resourceVersion("22").received(5);

  private static Input scaled(double at) {
    return event("e", "Deployment", "web", "uid-d").reason("ScalingReplicaSet").at(at);
  }

  private static double startOfChange(Outcomes outcomes) {
    long nanos = outcomes.traceOf("e").root().startEpochNanos() - Input.nanos(0);
    return nanos / 1e9;
  }

  /** The snapshot with the very resourceVersion tells, whatever the times say. */
  @Test
  void shouldTakeTheGenerationOfTheSnapshotWithTheSameResourceVersion() {
    assertThat(Outcomes.of(first, second, scaled(6).involvedVersion("11")).traceKindOf("e"))
        .isEqualTo("change 1");
    assertThat(Outcomes.of(first, second, scaled(2).involvedVersion("22")).traceKindOf("e"))
        .isEqualTo("change 2");
  }

  /** Equality only; and repeats carry the first occurrence's version. */
  @Test
  void shouldIgnoreOtherResourceVersionsAndThoseOfRepeats() {
    assertThat(Outcomes.of(first, second, scaled(6).involvedVersion("12")).traceKindOf("e"))
        .isEqualTo("change 2");
    assertThat(
            Outcomes.of(first, second, scaled(6).involvedVersion("11").count(2)).traceKindOf("e#2"))
        .isEqualTo("change 2");
    assertThat(
            Outcomes.of(first, second, scaled(6).involvedVersion("11").count(1)).traceKindOf("e#1"))
        .isEqualTo("change 1");
  }

  /** Within 5 min of the receipt, before or after. */
  @ParameterizedTest
  @CsvSource({"301, change 1", "301.001, change 2"})
  void shouldIgnoreSnapshotsWithTheSameVersionFromLongBefore(double at, String kind) {
    // In the same session, so that generation 1 has begun in time.
    Input earlier = event("f", "Deployment", "web", "uid-d").reason("Any").at(2);

    assertThat(
            Outcomes.of(first, second, earlier, scaled(at).involvedVersion("11")).traceKindOf("e"))
        .isEqualTo(kind);
  }

  /** Otherwise the highest that began at or before event time + 100 ms. */
  @ParameterizedTest
  @CsvSource({"4.9, change 2", "4.899999, change 1", "0, change 1"})
  void shouldTakeTheHighestGenerationThatHadBegun(double at, String kind) {
    assertThat(Outcomes.of(first, second, scaled(at)).traceKindOf("e")).isEqualTo(kind);
  }

  /** A generation begins at the end of its spec second if it is received later than that. */
  @ParameterizedTest
  @CsvSource({"3.9, change 2", "3.899999, change 1"})
  void shouldLetAGenerationBeginAtTheEndOfItsSpecSecond(double at, String kind) {
    Input changed = second.again().specChangedAt(3, "kubectl", "Update");

    assertThat(Outcomes.of(first, changed, scaled(at)).traceKindOf("e")).isEqualTo(kind);
  }

  /** An occurrence about another object never takes the resourceVersion. */
  @Test
  void shouldIgnoreTheResourceVersionOfOtherObjects() {
    Input pod = object("Pod", "web-a", "uid-p").ownedBy(first);

    assertThat(
            Outcomes.of(first, second, pod, event("e", pod, "Any").involvedVersion("11").at(6))
                .traceKindOf("e"))
        .isEqualTo("change 2");
  }

  /** Nothing is known of a root that was never seen. */
  @Test
  void shouldTakeGenerationZeroForARootNeverSeen() {
    Outcomes outcomes = Outcomes.of(scaled(6));

    assertThat(outcomes.traceKindOf("e")).isEqualTo("change 0");
    assertThat(outcomes.traceOf("e").root().name()).isEqualTo("Deployment.Change");
    assertThat(startOfChange(outcomes)).isEqualTo(6);
  }

  /** 5.6: t without a previous generation. */
  @Test
  void shouldStartTheChangeAtItsSpecSecond() {
    Outcomes outcomes = Outcomes.of(first.again().specChangedAt(1, "kubectl", "Update"), scaled(6));

    assertThat(startOfChange(outcomes)).isEqualTo(1);
    assertThat(outcomes.traceOf("e").root().name()).isEqualTo("Deployment.Update");
    assertThat(outcomes.traceOf("e").root().resource()).containsEntry("service.name", "kubectl");
  }

  /** 5.6: max(t, first receipt of the previous generation) if t + 1 s is after that receipt. */
  @ParameterizedTest
  @CsvSource({
    "1.5, 3, 3", // t is later
    "3.5, 3, 3.5", // within the same second: the receipt
    "4, 3, 5" // t + 1 s is not after the receipt: first receipt of its own
  })
  void shouldStartTheChangeAfterThePreviousGeneration(
      double previousReceipt, double specSecond, double start) {
    Outcomes outcomes =
        Outcomes.of(
            first.again().received(previousReceipt),
            second.again().specChangedAt(specSecond, "kubectl", "Apply"),
            scaled(6));

    assertThat(startOfChange(outcomes)).isEqualTo(start);
    assertThat(outcomes.traceKindOf("e")).isEqualTo("change 2");
  }

  /** 5.6: a spec second after the receipt, or not newer than a lower generation's, is none. */
  @ParameterizedTest
  @CsvSource({"6", "1", "0"})
  void shouldIgnoreASpecSecondThatCannotBe(double specSecond) {
    Outcomes outcomes =
        Outcomes.of(
            first.again().specChangedAt(1, "kubectl", "Update"),
            second
                .again()
                .without("metadata.managedFields")
                .specChangedAt(specSecond, "x", "Apply"),
            scaled(6));

    assertThat(outcomes.traceOf("e").root().name()).isEqualTo("Deployment.Change");
    assertThat(outcomes.traceOf("e").root().resource()).containsEntry("service.name", "unknown");
    assertThat(startOfChange(outcomes)).isEqualTo(5);
  }

  /** 5.6: the newest entry that owns the spec; ties: last in the list. */
  @Test
  void shouldTakeTheNewestEntryThatOwnsTheSpec() {
    Input changed =
        first
            .again()
            .received(3)
            .specChangedAt(2, "first", "Update")
            .specChangedAt(2, "last", "Apply")
            .specChangedAt(1, "old", "Update");

    assertThat(Outcomes.of(changed, scaled(6)).traceOf("e").root().resource())
        .containsEntry("service.name", "last");
  }

  /** 5.6: creation for generation <= 1, else first receipt. */
  @Test
  void shouldStartAChangeWithoutSpecSecondAtCreationOrFirstReceipt() {
    assertThat(startOfChange(Outcomes.of(first.again().received(3), scaled(6)))).isEqualTo(0);
    assertThat(startOfChange(Outcomes.of(second.again(), scaled(6)))).isEqualTo(5);
  }

  /** 5.6: never after its first child. */
  @Test
  void shouldNotStartTheChangeAfterItsFirstChild() {
    assertThat(startOfChange(Outcomes.of(second, scaled(4.95)))).isEqualTo(4.95);
  }

  /** 5.5: a change trace starts at most trace.inactivity after the change. */
  @ParameterizedTest
  @CsvSource({"305, change 2", "305.000001, activity 2"})
  void shouldCallItActivityWhenItComesLongAfterTheChange(double at, String kind) {
    Outcomes outcomes = Outcomes.of(second, scaled(at));

    assertThat(outcomes.traceKindOf("e")).isEqualTo(kind);
    assertThat(outcomes.traceOf("e").root().links()).isEmpty();
  }

  /** 5.5: a second session of a generation is activity, linked to the change trace. */
  @Test
  void shouldLinkActivityToTheChangeThatWasWritten() {
    Input later = event("later", "Deployment", "web", "uid-d").reason("Any").at(1000);

    Outcomes outcomes = Outcomes.of(second, scaled(6), later);

    assertThat(outcomes.traceKindOf("later")).isEqualTo("activity 2");
    assertThat(outcomes.traceOf("later").root().name()).isEqualTo("Deployment.Activity");
    assertThat(outcomes.traceOf("later").root().startEpochNanos()).isEqualTo(Input.nanos(1000));
    assertThat(outcomes.traceOf("later").root().links())
        .singleElement()
        .satisfies(link -> assertThat(link.traceId()).isEqualTo(outcomes.traceOf("e").traceId()));
  }

  /** 5.5: also if the earlier session of the generation was itself activity; then without link. */
  @Test
  void shouldNotLinkToAChangeThatWasNeverWritten() {
    Input later = event("later", "Deployment", "web", "uid-d").reason("Any").at(2000);

    Outcomes outcomes = Outcomes.of(second, scaled(1000), later);

    assertThat(outcomes.traceKindOf("e")).isEqualTo("activity 2");
    assertThat(outcomes.traceKindOf("later")).isEqualTo("activity 2");
    assertThat(outcomes.traceOf("later").root().links()).isEmpty();
  }

  /** 5.5: one session, two generations, two traces. */
  @Test
  void shouldSplitASessionByGeneration() {
    Input early = event("early", "Deployment", "web", "uid-d").reason("Any").at(2);

    Outcomes outcomes = Outcomes.of(first, second, early, scaled(6));

    assertThat(outcomes.traceKindOf("early")).isEqualTo("change 1");
    assertThat(outcomes.traceKindOf("e")).isEqualTo("change 2");
    assertThat(outcomes.rootAttributeOf("early", "kspan.outcome")).isEqualTo("overtaken");
  }
}
