package io.kspan.topology.rules;

import static io.kspan.testsupport.generate.Input.event;
import static io.kspan.testsupport.generate.Input.object;
import static org.assertj.core.api.Assertions.assertThat;

import io.kspan.testsupport.generate.Input;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Wrong clocks and the bounds of the event time: trace-model 4, Event time, 1 and 3. */
class ClocksTest {
  private static final String ADJUSTED = "kspan.time.adjusted_ms";
  private final Input pod = object("Pod", "p", "uid-p");

  private static String second(double seconds) {
    return Input.START.plusSeconds((long) seconds).toString();
  }

  private static double startOf(Outcomes outcomes, String event) {
    return (outcomes.spanOf(event).startEpochNanos() - Input.nanos(0)) / 1e9;
  }

  /** The stamp is more than 60 s from the Event's creation, which takes its place. */
  @ParameterizedTest
  @CsvSource({
    // stamp, count, start, adjusted
    "40, 0, 40.999, 0",
    "39, 0, 100.3, 60301",
    "160, 1, 100.3, 59700",
    "161, 1, 100.3, 60700",
    "39, 2, 39.999, 0"
  })
  void shouldReplaceAStampThatIsMoreThanAMinuteOff(
      double stamp, long count, double start, long adjusted) {
    Input late =
        event("e", pod, "Any")
            .with("lastTimestamp", second(stamp))
            .count(count)
            .created(100)
            .received(100.3);

    Outcomes outcomes = Outcomes.of(pod, late);

    String id = count == 0 ? "e" : "e#" + count;
    assertThat(startOf(outcomes, id)).isEqualTo(start);
    assertThat(outcomes.attributeOf(id, ADJUSTED)).isEqualTo(adjusted == 0 ? null : adjusted);
  }

  /** A time at least a millisecond after the receipt becomes the receipt. */
  @ParameterizedTest
  @CsvSource({"10.000999, 10.000999, 0", "10.001, 10, 1", "11.5, 10, 1500"})
  void shouldNotHappenAfterTheReceipt(double at, double start, long adjusted) {
    Outcomes outcomes = Outcomes.of(pod, event("e", pod, "Any").at(at).received(10));

    assertThat(startOf(outcomes, "e")).isEqualTo(start);
    assertThat(outcomes.attributeOf("e", ADJUSTED)).isEqualTo(adjusted == 0 ? null : adjusted);
  }

  /** Nothing happens before the object is created, if that is known in time, nor after receipt. */
  @ParameterizedTest
  @CsvSource({
    // creation, receipt of the pod, start
    "12, 12.5, 12",
    "12, 23, 12",
    "12, 23.001, 10.5",
    "14, 14.1, 13",
    "10, 10.1, 10.5"
  })
  void shouldNotHappenBeforeItsObject(double created, double received, double start) {
    Input made = object("Pod", "q", "uid-q").created(created).received(received);

    Outcomes outcomes = Outcomes.of(event("e", made, "Any").at(10.5).received(13), made);

    assertThat(startOf(outcomes, "e")).isEqualTo(start);
  }

  /** A node whose clock is two hours ahead, and one that is two hours behind: one trace. */
  @Test
  void shouldKeepEventsOfWrongClocksInTheirTrace() {
    Input ahead =
        event("ahead", pod, "Pulled").with("lastTimestamp", second(7200)).created(3).received(3.2);
    Input behind =
        event("behind", pod, "Started")
            .with("lastTimestamp", second(-7200))
            .created(4)
            .received(4.2);
    Input right = event("right", pod, "Scheduled").at(2);

    Outcomes outcomes = Outcomes.of(pod, right, ahead, behind);

    assertThat(outcomes.all()).hasSize(1);
    assertThat(outcomes.spanOf("ahead").startEpochNanos()).isEqualTo(Input.nanos(3.2));
    assertThat(outcomes.spanOf("behind").startEpochNanos()).isEqualTo(Input.nanos(4.2));
  }

  /** What lies in the second refines it: both ends, and eventTime of the first occurrence only. */
  @ParameterizedTest
  @CsvSource({
    // field, stamp in it, count, start
    "series, 10, 0, 10",
    "series, 10.999999, 0, 10.999999",
    "series, 11, 0, 10.999",
    "eventTime, 10.25, 1, 10.25",
    "eventTime, 10.25, 2, 10.999"
  })
  void shouldRefineAWholeSecond(String field, double stamp, long count, double start) {
    Input input =
        event("e", pod, "Any").with("lastTimestamp", second(10)).count(count).received(12);
    if (field.equals("series")) {
      input.withJson("series", "{lastObservedTime: '%s'}".formatted(Input.stamp(stamp)));
    } else {
      input.with("eventTime", Input.stamp(stamp));
    }

    Outcomes outcomes = Outcomes.of(pod, input);

    assertThat(startOf(outcomes, count == 0 ? "e" : "e#" + count)).isEqualTo(start);
  }

  /**
   * A whole-second stamp stays one when the receipt bounds it, so 6.1 says how far a child lies
   * before its second; one that lies behind the receipt as a whole does not.
   */
  @ParameterizedTest
  @CsvSource({"10, 10.2, 9.9, 100", "10, 10, 9.9, 100", "11, 10.2, 10.1, ''"})
  void shouldKeepThePrecisionOfABoundedStamp(
      double stamp, double received, double child, String adjusted) {
    Input replicaSet = object("ReplicaSet", "rs", "uid-rs");
    Input made = object("Pod", "made", "uid-m").ownedBy(replicaSet);
    Input cause =
        event("e", replicaSet, "SuccessfulCreate")
            .message("Created pod: made")
            .with("lastTimestamp", second(stamp))
            .named("rs." + Long.toHexString(Input.nanos(stamp + 0.9)))
            .received(received);
    Outcomes outcomes =
        Outcomes.of(replicaSet, made, cause, event("child", made, "Scheduled").at(child));

    assertThat(outcomes.parentOf("child")).isEqualTo("e");
    assertThat(startOf(outcomes, "e")).isEqualTo(child);
    assertThat(outcomes.attributeOf("e", "kspan.start.adjusted_ms"))
        .isEqualTo(adjusted.isEmpty() ? null : Long.valueOf(adjusted));
  }
}
