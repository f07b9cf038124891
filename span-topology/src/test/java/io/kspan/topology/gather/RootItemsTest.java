package io.kspan.topology.gather;

import static org.assertj.core.api.Assertions.assertThat;

import io.kspan.testsupport.generate.Input;
import io.kspan.topology.InMemoryStores;
import io.kspan.topology.envelope.EnvelopeReader;
import io.kspan.topology.envelope.InputRecord;
import io.kspan.topology.model.Cluster;
import io.kspan.topology.model.EventOccurrence;
import io.kspan.topology.model.ObjectIdentity;
import io.kspan.topology.model.PlacedOccurrence;
import io.kspan.topology.names.Names;
import io.kspan.topology.wire.GatherItem;
import io.kspan.topology.wire.GatherItemSerde;
import io.kspan.topology.wire.RootKeys;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.processor.api.MockProcessorContext;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.junit.jupiter.api.Test;

class RootItemsTest {
  private static final EnvelopeReader READER = new EnvelopeReader("c", "topLevelSpan", List.of());

  private final KeyValueStore<String, GatherItem> store =
      InMemoryStores.open(
          new MockProcessorContext<String, Object>(),
          Names.ITEMS_STORE,
          Serdes.String(),
          new GatherItemSerde());
  private final RootItems items = new RootItems(store);

  private void occurs(String root) {
    EventOccurrence event =
        ((InputRecord.Occurrence) READER.read(Input.event("e", "Pod", "p", "p").envelope()))
            .event();
    GatherItem item =
        new GatherItem.Occurrence(
            new PlacedOccurrence(
                event, ObjectIdentity.named(root, event.involved(), ""), List.of(), "", 0));
    items.add(RootKeys.of("c", root), item, item);
  }

  private void changes(String root, String uid) {
    GatherItem item =
        new GatherItem.Snapshot(
            ((InputRecord.Snapshot) READER.read(Input.object("Pod", uid, uid).envelope()))
                .object());
    items.add(RootKeys.of("c", root), item, item);
  }

  /**
   * A scan steps over all deleted entries up to the next one that is not deleted. Occurrences are
   * deleted with their session, so those of all roots must not stand in one range.
   */
  @Test
  void shouldKeepAllItemsOfARootTogether() {
    occurs("b");
    changes("a", "p");
    occurs("a");
    changes("b", "q");
    changes("a", "q");

    List<String> roots = new ArrayList<>();
    try (KeyValueIterator<String, GatherItem> entries = store.all()) {
      entries.forEachRemaining(entry -> roots.add(RootKeys.rootOf(entry.key).substring(0, 1)));
    }
    assertThat(roots).containsExactly("a", "a", "a", "b", "b");
  }

  @Test
  void shouldLoadTheItemsOfOneRoot() {
    occurs("a");
    changes("a", "p");
    occurs("aa");
    changes("aa", "q");

    assertThat(items.stored().load(RootKeys.of("c", "a"), Cluster.named("c")))
        .satisfies(log -> assertThat(log.occurrences()).hasSize(1))
        .satisfies(log -> assertThat(log.snapshots()).hasSize(1));
  }
}
