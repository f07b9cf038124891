package io.kspan.topology.history;

import static org.assertj.core.api.Assertions.assertThat;

import io.kspan.testsupport.generate.Input;
import io.kspan.topology.envelope.EnvelopeReader;
import io.kspan.topology.envelope.InputRecord;
import io.kspan.topology.gather.RootMeta;
import io.kspan.topology.gather.RootMetaSerde;
import io.kspan.topology.model.Cluster;
import io.kspan.topology.model.ObjectSnapshot;
import io.kspan.topology.model.RootLog;
import io.kspan.topology.model.WrittenChange;
import io.kspan.topology.model.WrittenGenerations;
import io.kspan.topology.wire.RootKeys;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The first record that is read was received at 100 s. */
class EarlierChangesTest {
  private static final String KEY = RootKeys.of("c", "root");
  private static final WrittenChange FIRST = new WrittenChange("1".repeat(32), "1".repeat(16));
  private static final WrittenChange SECOND = new WrittenChange("2".repeat(32), "2".repeat(16));

  private final EarlierChanges earlier =
      new EarlierChanges(Input.START.plusSeconds(100).toEpochMilli());

  private static ObjectSnapshot snapshot(double received, long generation) {
    Input input =
        Input.object("Deployment", "web", "root").generation(generation).received(received);
    return ((InputRecord.Snapshot)
            new EnvelopeReader("c", "topLevelSpan", List.of()).read(input.envelope()))
        .object();
  }

  private static RootLog log(ObjectSnapshot... snapshots) {
    return new RootLog(
        Cluster.named("c"), snapshot(0, 1).identity(), List.of(), List.of(snapshots));
  }

  private static byte[] meta(Map<Long, WrittenChange> written) {
    return new RootMetaSerde()
        .serializer()
        .serialize(
            "",
            new RootMeta(
                5,
                WrittenGenerations.NONE.and(written),
                Long.MAX_VALUE,
                Long.MIN_VALUE,
                Long.MIN_VALUE,
                Long.MIN_VALUE,
                false));
  }

  @Test
  void shouldKnowChangesOfGenerationsThatWereSeenBefore() {
    earlier.add(KEY, meta(Map.of(1L, FIRST, 2L, SECOND)));

    WrittenGenerations known =
        earlier.addTo(WrittenGenerations.NONE, log(snapshot(99, 1), snapshot(100, 2)));

    assertThat(known.changeOf(1)).isEqualTo(FIRST);
    assertThat(known.contains(2)).isFalse();
  }

  @Test
  void shouldKeepTheChangesOfTheReplay() {
    earlier.add(KEY, meta(Map.of(1L, FIRST)));
    WrittenGenerations own = WrittenGenerations.NONE.and(Map.of(2L, SECOND));

    WrittenGenerations known = earlier.addTo(own, log(snapshot(99, 1)));

    assertThat(known.newest()).isEqualTo(Map.of(1L, FIRST, 2L, SECOND));
  }

  @Test
  void shouldPreferAChangeToActivity() {
    earlier.add(KEY, meta(Map.of(1L, FIRST)));
    WrittenGenerations own = WrittenGenerations.NONE.and(Map.of(1L, WrittenChange.NONE));

    assertThat(earlier.addTo(own, log(snapshot(99, 1))).changeOf(1)).isEqualTo(FIRST);
  }

  @Test
  void shouldKnowNothingOfARootThatWasNotSeenOrIsForgotten() {
    earlier.add(KEY, meta(Map.of(1L, FIRST)));

    assertThat(earlier.addTo(WrittenGenerations.NONE, log(snapshot(100, 1))))
        .isEqualTo(WrittenGenerations.NONE);

    earlier.add(KEY, null);
    assertThat(earlier.addTo(WrittenGenerations.NONE, log(snapshot(99, 1))))
        .isEqualTo(WrittenGenerations.NONE);
  }
}
