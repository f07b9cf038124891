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
    items.add(root, item, item);
  }

  private void changes(String root, String uid) {
    GatherItem item =
        new GatherItem.Snapshot(
            ((InputRecord.Snapshot) READER.read(Input.object("Pod", uid, uid).envelope()))
                .object());
    items.add(root, item, item);
  }

  /**
   * A scan steps over all deleted entries up to the next one that is not deleted. Occurrences are
   * deleted with their session, so no other root's may follow them.
   */
  @Test
  void shouldKeepAllItemsOfARootTogether() {
    occurs("c/b");
    changes("c/a", "p");
    occurs("c/a");
    changes("c/b", "q");
    changes("c/a", "q");

    List<String> roots = new ArrayList<>();
    try (KeyValueIterator<String, GatherItem> entries = store.all()) {
      entries.forEachRemaining(entry -> roots.add(entry.key.substring(0, 3)));
    }
    assertThat(roots).containsExactly("c/a", "c/a", "c/a", "c/b", "c/b");
  }

  @Test
  void shouldLoadTheItemsOfOneRoot() {
    occurs("c/a");
    changes("c/a", "p");
    occurs("c/aa");
    changes("c/aa", "q");

    assertThat(items.stored().load("c/a", Cluster.named("c")))
        .satisfies(log -> assertThat(log.occurrences()).hasSize(1))
        .satisfies(log -> assertThat(log.snapshots()).hasSize(1));
  }
}
