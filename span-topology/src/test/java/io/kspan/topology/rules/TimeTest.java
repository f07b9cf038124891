package io.kspan.topology.rules;

import static io.kspan.testsupport.generate.Input.event;
import static io.kspan.testsupport.generate.Input.object;
import static org.assertj.core.api.Assertions.assertThat;

import io.kspan.testsupport.generate.Input;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Event time (4), times of spans (6), and the synonyms of events.k8s.io/v1 (3.1). */
class TimeTest {
  private final Input deployment = object("Deployment", "web", "uid-d").generation(1);
  private final Input replicaSet = object("ReplicaSet", "web-1", "uid-rs").ownedBy(deployment);

  private static long timeOf(Input event) {
    return Outcomes.of(event).spanOf("e").startEpochNanos() - Input.nanos(0);
  }

  private static Input stamped(double received) {
    return event("e", "Pod", "p", "uid-p")
        .with("lastTimestamp", Input.stamp(10))
        .received(received);
  }

  private static String suffix(long nanos) {
    return "p." + Long.toHexString(Input.nanos(0) + nanos);
  }

  /** Micro stamps are taken as they are. */
  @Test
  void shouldTakeMicroStampsAsTheyAre() {
    assertThat(timeOf(event("e", "Pod", "p", "uid-p").at(10.123456))).isEqualTo(10_123_456_000L);
  }

  /** Whole-second stamps are refined by the receipt, clamped into [t, t + 0.999]. */
  @ParameterizedTest
  @CsvSource({"10.25, 10250", "12, 10999", "9, 9000", "10.9999, 10999"})
  void shouldClampTheReceiptIntoTheSecond(double received, long millis) {
    assertThat(timeOf(stamped(received))).isEqualTo(millis * 1_000_000);
  }

  /** The hex suffix of the name is the nanosecond, if it lies in the second and count <= 1. */
  @ParameterizedTest
  @CsvSource({
    "10000000000, 0, 10000000000",
    "10500999999, 1, 10500999999",
    "10501000000, 1, 10500000000",
    "10123456789, 2, 10500000000",
    "9999999999, 0, 10500000000",
    "11000000000, 0, 10500000000"
  })
  void shouldTakeTheNanosecondFromTheName(long named, long count, long time) {
    Input event = stamped(10.5).named(suffix(named));
    Outcomes outcomes = Outcomes.of(count == 0 ? event : event.count(count));

    assertThat(outcomes.all().get(0).spans().get(1).startEpochNanos() - Input.nanos(0))
        .isEqualTo(time);
  }

  /** A suffix that is no hexadecimal number is a name. */
  @ParameterizedTest
  @CsvSource({"p.event", "p.", "p", "p.ffffffffffffffffffff", "p.-1"})
  void shouldNotMistakeANameForATime(String name) {
    assertThat(timeOf(stamped(10.5).named(name))).isEqualTo(10_500_000_000L);
  }

  /** The order of the stamps. */
  @Test
  void shouldPreferTheStampsInTheirOrder() {
    Input all =
        stamped(10.5)
            .withJson("series", "{count: 2, lastObservedTime: '%s'}".formatted(Input.stamp(20.1)))
            .with("eventTime", Input.stamp(30.1))
            .with("firstTimestamp", Input.stamp(8))
            .created(7)
            .received(40);

    long[] times = new long[5];
    String[] dropped = {"lastTimestamp", "series.lastObservedTime", "eventTime", "firstTimestamp"};
    times[0] = Outcomes.of(all).spanOf("e#2").startEpochNanos() - Input.nanos(0);
    for (int i = 0; i < dropped.length; i++) {
      all.without(dropped[i]);
      times[i + 1] = Outcomes.of(all).spanOf("e#2").startEpochNanos() - Input.nanos(0);
    }

    assertThat(times)
        .containsExactly(
            10_999_000_000L, 20_100_000_000L, 30_100_000_000L, 8_999_000_000L, 7_999_000_000L);
  }

  /** An Event without any stamp happened when it was received. */
  @Test
  void shouldTakeTheReceiptWhenThereIsNoStamp() {
    assertThat(timeOf(event("e", "Pod", "p", "uid-p").received(10.5))).isEqualTo(10_500_000_000L);
  }

  /** Stamps that are none are absent. */
  @Test
  void shouldIgnoreStampsThatAreNone() {
    Input broken =
        event("e", "Pod", "p", "uid-p")
            .with("lastTimestamp", "yesterday")
            .withJson("eventTime", "null")
            .received(10.5);

    assertThat(timeOf(broken)).isEqualTo(10_500_000_000L);
  }

  /** 6.1: down to the first child, but not below a whole-second stamp. */
  @Test
  void shouldStartWithTheFirstChildWithinTheSecond() {
    Outcomes outcomes = Outcomes.of(withChildAt(10.2));

    assertThat(outcomes.spanOf("cause").startEpochNanos()).isEqualTo(Input.nanos(10.2));
    assertThat(outcomes.attributeOf("cause", "kspan.start.adjusted_ms")).isNull();
  }

  /** 6.1: a child with a finer stamp still earlier takes it lower, and that is said. */
  @Test
  void shouldSayByHowMuchAStartLiesBeforeItsStamp() {
    Outcomes outcomes = Outcomes.of(withChildAt(9.9995));

    assertThat(outcomes.spanOf("cause").startEpochNanos()).isEqualTo(Input.nanos(9.9995));
    assertThat(outcomes.attributeOf("cause", "kspan.start.adjusted_ms")).isEqualTo(1L);
  }

  private Input[] withChildAt(double at) {
    Input pod = object("Pod", "web-1-a", "uid-p").ownedBy(replicaSet);
    Input cause =
        event("cause", replicaSet, "SuccessfulCreate")
            .message("Created pod: web-1-a")
            .with("lastTimestamp", Input.stamp(10))
            .received(10.7);
    return new Input[] {
      deployment, replicaSet, pod, cause, event("child", pod, "Scheduled").at(at)
    };
  }

  /** 6.2: until the next span about the same object, or the same container. */
  @Test
  void shouldEndWithTheNextSpanOfTheSameContainer() {
    Input pod = object("Pod", "solo", "uid-p");
    Outcomes outcomes =
        Outcomes.of(
            pod,
            inContainer(event("pulling", pod, "Pulling").at(1), "a"),
            inContainer(event("other", pod, "Pulling").at(2), "b"),
            inContainer(event("pulled", pod, "Pulled").at(5), "a"));

    assertThat(outcomes.spanOf("pulling").endEpochNanos()).isEqualTo(Input.nanos(5));
    assertThat(outcomes.attributeOf("pulling", "k8s.container.name")).isEqualTo("a");
  }

  private static Input inContainer(Input event, String container) {
    return event.involved("fieldPath", "spec.containers{" + container + "}");
  }

  /** 6.2: or that object's next change of state. */
  @Test
  void shouldEndWithTheNextChangeOfState() {
    Input pod = object("Pod", "solo", "uid-p");
    Input scheduled =
        pod.again().received(3).status("{conditions: [{type: 'PodScheduled', status: 'True'}]}");

    Outcomes outcomes =
        Outcomes.of(pod, event("waiting", pod, "FailedScheduling").at(1), scheduled);

    assertThat(outcomes.spanOf("waiting").endEpochNanos()).isEqualTo(Input.nanos(3));
  }

  /** 6.3: a change ends when it has settled. */
  @Test
  void shouldEndAChangeWhenItHasSettled() {
    Input settled =
        deployment
            .again()
            .received(8)
            .status(
                "{observedGeneration: 1, replicas: 1, updatedReplicas: 1, availableReplicas: 1}");

    Outcomes outcomes = Outcomes.of(deployment, event("e", deployment, "Any").at(2), settled);

    assertThat(outcomes.traceOf("e").root().endEpochNanos()).isEqualTo(Input.nanos(8));
    assertThat(outcomes.rootAttributeOf("e", "kspan.outcome")).isEqualTo("succeeded");
  }

  /** 3.1: events.k8s.io/v1 names everything differently. */
  @Test
  void shouldReadTheNewApiAsSynonyms() {
    Input old =
        event("e", "Pod", "p", "uid-p")
            .reason("Pulled")
            .message("text")
            .count(3)
            .with("lastTimestamp", Input.stamp(10))
            .with("firstTimestamp", Input.stamp(9))
            .withJson("source", "{component: 'kubelet', host: 'n1'}")
            .received(11);
    Input young =
        event("e", "Pod", "p", "uid-p")
            .with("apiVersion", "events.k8s.io/v1")
            .without("involvedObject")
            .withJson("regarding", "{kind: 'Pod', namespace: 'ns', name: 'p', uid: 'uid-p'}")
            .reason("Pulled")
            .with("note", "text")
            .withJson("deprecatedCount", "3")
            .with("deprecatedLastTimestamp", Input.stamp(10))
            .with("deprecatedFirstTimestamp", Input.stamp(9))
            .withJson("deprecatedSource", "{component: 'kubelet', host: 'n1'}")
            .received(11);

    assertThat(Outcomes.of(young).all()).isEqualTo(Outcomes.of(old).all());
  }

  /** 3.1: and the reporter. */
  @Test
  void shouldTakeTheReportingControllerAsComponent() {
    Input young =
        event("e", "Pod", "p", "uid-p")
            .with("reportingController", "default-scheduler")
            .with("reportingInstance", "scheduler-0")
            .at(1);

    assertThat(Outcomes.of(young).spanOf("e").resource())
        .containsEntry("service.name", "default-scheduler")
        .containsEntry("service.instance.id", "scheduler-0");
  }

  /** Words: count = series.count, else count, else 0; below 0 counts as 0. */
  @Test
  void shouldReadTheCount() {
    Input plain = event("e", "Pod", "p", "uid-p").at(1);

    assertThat(Outcomes.of(plain).attributeOf("e", "k8s.event.count")).isNull();
    assertThat(Outcomes.of(plain.again().count(-1)).attributeOf("e", "k8s.event.count")).isNull();
    assertThat(Outcomes.of(plain.again().count(2)).attributeOf("e#2", "k8s.event.count"))
        .isEqualTo(2L);
    assertThat(
            Outcomes.of(plain.again().count(2).withJson("series", "{count: 5}"))
                .attributeOf("e#5", "k8s.event.count"))
        .isEqualTo(5L);
  }

  /** 7: how many occurrences the count jumped over, and when it first happened. */
  @Test
  void shouldSayHowManyOccurrencesWereNotSeen() {
    Input first = event("e", "Pod", "p", "uid-p").count(1).at(1);
    Input fifth = first.again().count(5).with("firstTimestamp", Input.stamp(1)).at(9);

    Outcomes outcomes = Outcomes.of(first, fifth);

    assertThat(outcomes.attributeOf("e#1", "kspan.event.unseen")).isNull();
    assertThat(outcomes.attributeOf("e#5", "kspan.event.unseen")).isEqualTo(3L);
    assertThat(outcomes.attributeOf("e#5", "k8s.event.start_time"))
        .isEqualTo("2026-01-01T10:00:01Z");
  }

  /** 7: a series of events.k8s.io/v1 first happened at its eventTime. */
  @Test
  void shouldTakeTheStartOfASeriesFromItsEventTime() {
    Input series =
        event("e", "Pod", "p", "uid-p")
            .withJson("series", "{count: 2, lastObservedTime: '%s'}".formatted(Input.stamp(20)))
            .at(1)
            .received(20);

    assertThat(Outcomes.of(series).attributeOf("e#2", "k8s.event.start_time"))
        .isEqualTo("2026-01-01T10:00:01Z");
  }

  /** Times far off are no reason to stop. */
  @ParameterizedTest
  @CsvSource({"1970-01-01T00:00:00Z", "1815-06-18T00:00:00Z", "2999-12-31T23:59:59Z"})
  void shouldSurviveStampsFarOff(String stamp) {
    Input far = event("e", "Pod", "p", "uid-p").with("lastTimestamp", stamp).received(5);
    Input near = event("f", "Pod", "p", "uid-p").at(5);

    for (List<Input> log : List.of(List.of(far, near), List.of(near, far))) {
      assertThat(Outcomes.of(log.toArray(new Input[0])).spanOf("e").name())
          .isEqualTo("Pod.Unknown");
    }
  }
}
