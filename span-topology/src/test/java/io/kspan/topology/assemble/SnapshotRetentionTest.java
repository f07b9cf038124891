package io.kspan.topology.assemble;

import static org.assertj.core.api.Assertions.assertThat;

import io.kspan.testsupport.generate.Input;
import io.kspan.topology.assemble.Session.FinishedBy;
import io.kspan.topology.assemble.SnapshotRetention.Pruned;
import io.kspan.topology.envelope.EnvelopeReader;
import io.kspan.topology.envelope.InputRecord;
import io.kspan.topology.model.ObjectSnapshot;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Which older snapshots a session may use, and which are pruned. Times are seconds after the first
 * of them; the rules reach 300 s back.
 */
class SnapshotRetentionTest {
  private static final long ROOT_RETENTION_SECONDS = 3600;

  private static final long START_MILLIS = Input.START.toEpochMilli();

  private final Input root = Input.object("Deployment", "web", "root").generation(1);
  private final Input pod = Input.object("Pod", "web-a", "pod").ownedBy(root);
  private final Input other = Input.object("Pod", "web-b", "other").ownedBy(root);

  private static List<ObjectSnapshot> log(Input... input) {
    EnvelopeReader reader = new EnvelopeReader("c", "topLevelSpan", List.of());
    return Stream.of(input)
        .map(t -> ((InputRecord.Snapshot) reader.read(t.envelope())).object())
        .toList();
  }

  private static List<ObjectSnapshot> from(double seconds, List<ObjectSnapshot> log) {
    return SnapshotRetention.from(log, "root", millis(seconds));
  }

  private static List<Double> from(double seconds, Input... input) {
    return receipts(from(seconds, log(input)));
  }

  private static long millis(double seconds) {
    return START_MILLIS + Math.round(seconds * 1000);
  }

  private static List<Double> receipts(List<ObjectSnapshot> snapshots) {
    return snapshots.stream().map(s -> (s.receiptMillis() - START_MILLIS) / 1000.0).toList();
  }

  private Input root(long generation, double received) {
    return root.again().generation(generation).received(received);
  }

  private Input pod(double received) {
    return pod.again().received(received);
  }

  @Test
  void shouldKeepEverythingWithinReach() {
    assertThat(from(301, pod(1), pod(2), pod(3))).containsExactly(1.0, 2.0, 3.0);
  }

  @Test
  void shouldKeepOnlyTheLastBeforeThat() {
    assertThat(from(302.001, pod(1), pod(2), pod(3))).containsExactly(2.0, 3.0);
    assertThat(from(1000, pod(1), pod(2), pod(3))).containsExactly(3.0);
  }

  @Test
  void shouldKeepTheLastOfEachObject() {
    assertThat(from(1000, pod(1), other.again().received(2), pod(3), other.again().received(4)))
        .containsExactly(3.0, 4.0);
  }

  @Test
  void shouldNotKeepWhatWasDeletedBeforeTheReach() {
    assertThat(from(302, pod(1), pod(2).deleted())).containsExactly(1.0, 2.0);
    assertThat(from(302.001, pod(1), pod(2).deleted())).isEmpty();
  }

  /** A change span names what differs between the last versions of two generations. */
  @Test
  void shouldKeepTheFirstAndLastOfTheGenerationsOfTheRoot() {
    assertThat(from(1000, root(1, 1), root(1, 2), root(1, 3), root(2, 4), root(2, 5), root(2, 6)))
        .containsExactly(1.0, 3.0, 4.0, 6.0);
  }

  @Test
  void shouldKeepTheGenerationsOfADeletedRoot() {
    assertThat(from(1000, root(1, 1), root(1, 2), root(1, 3).deleted())).containsExactly(1.0, 3.0);
  }

  /** Only the state of a child matters. */
  @Test
  void shouldNotKeepTheGenerationsOfOthers() {
    assertThat(from(1000, pod(1).generation(1), pod(2).generation(2))).containsExactly(2.0);
  }

  @Test
  void shouldKeepTheEightNewestGenerations() {
    Input[] ten = IntStream.rangeClosed(1, 10).mapToObj(g -> root(g, g)).toArray(Input[]::new);

    assertThat(from(1000, ten)).containsExactly(3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0, 10.0);
  }

  /** Those within reach do not count: they are there anyway. */
  @Test
  void shouldKeepEightGenerationsBeforeTheReach() {
    Input[] ten = IntStream.rangeClosed(1, 10).mapToObj(g -> root(g, g)).toArray(Input[]::new);

    assertThat(from(310, ten)).hasSize(9).startsWith(2.0).endsWith(10.0);
  }

  /** So it does not matter whether an instance has pruned already. */
  @Test
  void shouldPruneTheSameInOneStepAsInTwo() {
    List<ObjectSnapshot> log =
        log(
            root(1, 1),
            pod(2),
            root(2, 3),
            pod(4),
            other.again().received(5),
            other.again().received(6).deleted(),
            root(2, 7));

    for (double early = 302; early < 308; early += 0.5) {
      List<ObjectSnapshot> kept = from(early, log);
      assertThat(from(400, kept)).isEqualTo(from(400, log));
    }
  }

  @Test
  void shouldSayWhenMoreCanBePruned() {
    assertThat(prune(2, pod(1)).nextMillis()).as("lives").isEqualTo(Long.MAX_VALUE);
    assertThat(prune(3, pod(1), pod(2)).nextMillis()).as("replaced").isEqualTo(millis(302.001));
    assertThat(prune(3, pod(1).deleted()).nextMillis()).as("gone").isEqualTo(millis(301.001));
  }

  @Test
  void shouldKeepADeletedRootThatIsWithinReach() {
    List<ObjectSnapshot> log = log(root(1, 10).deleted());

    assertThat(SnapshotRetention.prune(log, "root", millis(310), 0).pruned()).isEmpty();
    assertThat(SnapshotRetention.prune(log, "root", millis(310.001), 0).kept()).isEmpty();
  }

  private static Session session(double knownFrom, long closingNanos) {
    return session(Times.ofMillis(millis(knownFrom)), closingNanos);
  }

  private static Session session(long knownFromNanos, long closingNanos) {
    return new Session(
        List.of(), Long.MIN_VALUE, 0, FinishedBy.QUIET, knownFromNanos, closingNanos);
  }

  @Test
  void shouldNotUseWhatCameAfterTheClosingMoment() {
    Session closed = session(302.001, Times.ofMillis(millis(400)));

    assertThat(
            receipts(
                SnapshotRetention.of(
                    log(pod(1), pod(2), pod(399), pod(400), pod(400.001)), "root", closed)))
        .containsExactly(2.0, 399.0, 400.0);
  }

  /** Replay of captures: nothing is pruned. */
  @Test
  void shouldUseAllOfAWholeLogUpToTheHorizon() {
    List<ObjectSnapshot> log = log(pod(1), pod(2), pod(399), pod(4000));
    Session session = session(Long.MIN_VALUE, Times.ofMillis(millis(399)));

    assertThat(SnapshotRetention.of(log, "root", session)).isEqualTo(log.subList(0, 3));
  }

  private static Pruned prune(double from, Input... input) {
    return SnapshotRetention.prune(log(input), "root", millis(from), ROOT_RETENTION_SECONDS * 1000);
  }

  /** Until then nothing more can be pruned. */
  private static double next(Pruned pruned) {
    return (pruned.nextMillis() - START_MILLIS) / 1000.0;
  }

  @Test
  void shouldPruneWhatIsNotKept() {
    Input[] versions = {pod(1), pod(2), pod(400)};

    Pruned pruned = prune(310, versions);

    assertThat(receipts(pruned.pruned())).containsExactly(1.0);
    assertThat(receipts(pruned.kept())).containsExactly(2.0, 400.0);
    assertThat(next(pruned)).isEqualTo(700.001);
    assertThat(prune(701, versions).kept()).hasSize(1);
  }

  @Test
  void shouldPruneADeletedChildAfterTheReach() {
    Input[] versions = {pod(1), pod(2).deleted()};

    Pruned within = prune(302, versions);
    assertThat(within.pruned()).isEmpty();
    assertThat(next(within)).isEqualTo(302.001);
    assertThat(prune(302.001, versions).kept()).isEmpty();
  }

  @Test
  void shouldPruneTheGenerationsOfADeletedRootAfterItsRetention() {
    Input[] versions =
        IntStream.range(0, 31).mapToObj(i -> root(1 + i / 3, i)).toArray(Input[]::new);
    Pruned living = prune(100_000, Arrays.copyOf(versions, 30));
    // First and last of eight generations.
    assertThat(living.kept()).hasSize(16);
    assertThat(living.nextMillis()).isEqualTo(Long.MAX_VALUE);

    versions[30] = root(10, 30).deleted();
    Pruned deleted = prune(3000, versions);
    assertThat(deleted.kept()).hasSize(16);
    assertThat(next(deleted)).isEqualTo(30.0 + ROOT_RETENTION_SECONDS);
    assertThat(prune(3630, versions).kept()).isEmpty();
  }
}
