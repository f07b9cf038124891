package io.kspan.topology.gather;

import static org.assertj.core.api.Assertions.assertThat;

import io.kspan.testsupport.generate.Input;
import io.kspan.topology.envelope.EnvelopeReader;
import io.kspan.topology.envelope.InputRecord;
import io.kspan.topology.gather.SnapshotPruning.Pruned;
import io.kspan.topology.model.ObjectSnapshot;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class SnapshotPruningTest {
  private static final long RETENTION = 3_600_000;
  private static final long REACH = 300_000;
  private static final long START = Input.START.toEpochMilli();

  private final SnapshotPruning pruning = new SnapshotPruning(RETENTION);
  private final Input root = Input.object("Deployment", "web", "root").generation(1);
  private final Input pod = Input.object("Pod", "web-a", "pod").ownedBy(root);

  private Pruned prune(double neededFrom, Input... told) {
    List<ObjectSnapshot> snapshots =
        Stream.of(told)
            .map(t -> new EnvelopeReader("c", "topLevelSpan", List.of()).read(t.envelope()))
            .map(r -> ((InputRecord.Snapshot) r).object())
            .toList();
    return pruning.prune(snapshots, "root", START + (long) (neededFrom * 1000));
  }

  private static List<Long> receipts(List<ObjectSnapshot> snapshots) {
    return snapshots.stream().map(s -> s.receiptMillis() - START).toList();
  }

  @Test
  void shouldKeepWhatALivingObjectWasWhenTheSessionBegins() {
    Input[] versions = {
      pod.again().received(1), pod.again().received(2), pod.again().received(400)
    };

    Pruned pruned = prune(310, versions);

    assertThat(receipts(pruned.superfluous())).containsExactly(1000L);
    assertThat(receipts(pruned.kept())).containsExactly(2000L, 400_000L);
    assertThat(pruned.nextMillis()).isEqualTo(START + 400_000 + REACH + 1);
    assertThat(prune(701, versions).kept()).hasSize(1);
  }

  @Test
  void shouldKeepEverythingWithinTheReachOfTheRules() {
    Input[] versions = {pod.again().received(1), pod.again().received(2)};

    assertThat(prune(301, versions).superfluous()).isEmpty();
    assertThat(prune(302.001, versions).superfluous()).hasSize(1);
  }

  @Test
  void shouldForgetADeletedChildAfterTheReach() {
    Input[] versions = {pod.again().received(1), pod.again().received(2).deleted()};

    Pruned within = prune(302, versions);
    assertThat(within.superfluous()).isEmpty();
    assertThat(within.nextMillis()).isEqualTo(START + 2000 + REACH + 1);
    assertThat(prune(302.001, versions).kept()).isEmpty();
  }

  @Test
  void shouldKeepTheEndsOfTheNewestGenerationsUntilTheRootIsForgotten() {
    Input[] versions = new Input[31];
    for (int i = 0; i < 30; i++) {
      versions[i] = root.again().generation(1 + i / 3).received(i);
    }
    versions[30] = root.again().generation(10).received(30).deleted();

    Pruned living = prune(100_000, Arrays.copyOf(versions, 30));
    // First and last of eight generations.
    assertThat(living.kept()).hasSize(16);
    assertThat(living.nextMillis()).isEqualTo(Long.MAX_VALUE);
    Pruned deleted = prune(3000, versions);
    assertThat(deleted.kept()).hasSize(16);
    assertThat(deleted.nextMillis()).isEqualTo(START + 30_000 + RETENTION);
    assertThat(prune(3630, versions).kept()).isEmpty();
  }
}
