package io.kspan.topology.place;

import static org.assertj.core.api.Assertions.assertThat;

import io.kspan.topology.InMemoryStores;
import io.kspan.topology.lineage.GlobalLineage;
import io.kspan.topology.lineage.LineageKeys;
import io.kspan.topology.model.Lineage;
import io.kspan.topology.model.ObjectIdentity;
import io.kspan.topology.model.ObjectReference;
import io.kspan.topology.names.Names;
import io.kspan.topology.time.Watermark;
import io.kspan.topology.wire.LineageRecord;
import io.kspan.topology.wire.LineageRecordSerde;
import io.kspan.topology.wire.PlaceOutput;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.processor.api.MockProcessorContext;
import org.apache.kafka.streams.state.KeyValueStore;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A list that began at 1000 and was received at {@link #LISTED}. */
class MissingObjectsTest {
  private static final long DELAY = 100_000;
  private static final long BEGAN = 1000;
  private static final long LISTED = 2000;
  private static final long LATER = 5000;

  private final Serde<LineageRecord> lineageRecords = new LineageRecordSerde();
  private final MockProcessorContext<String, PlaceOutput> context = new MockProcessorContext<>();
  private final KeyValueStore<String, byte[]> lineage =
      store(Names.LINEAGE_STORE, Serdes.ByteArray());
  private final KeyValueStore<String, Long> searched = store(Names.MISSING_STORE, Serdes.Long());
  private final KeyValueStore<String, IndexedObject> objects =
      store(Names.OBJECTS_STORE, new IndexedObjectSerde());
  private final List<String> found = new ArrayList<>();
  private ObjectIndex index;
  private MissingObjects missing;

  private <V> KeyValueStore<String, V> store(String name, Serde<V> values) {
    return InMemoryStores.open(context, name, Serdes.String(), values);
  }

  @BeforeEach
  void start() {
    index = new ObjectIndex(objects, Set.of());
    missing = new MissingObjects(index, searched, new GlobalLineage(lineage, Set.of()), DELAY);
  }

  private void object(String cluster, String uid, String kind, String apiVersion, long seen) {
    ObjectIdentity identity =
        new ObjectIdentity(uid, new ObjectReference(kind, "ns", uid), apiVersion, true, 0);
    objects.put(
        cluster + "/" + uid,
        new IndexedObject(
            new Lineage(identity, seen, Lineage.NEVER, List.of(), List.of(), List.of()),
            List.of(new ReceivedVersion("1", false, seen, 0, 0, 0)),
            0,
            0));
  }

  private void listed(long receipt, String group, String kind, String namespace, long began) {
    lineage.put(
        LineageKeys.list(receipt, "c", group, kind, namespace),
        lineageRecords
            .serializer()
            .serialize(
                "", new LineageRecord.WatchedKind("c", kind, receipt, group, namespace, began)));
  }

  private List<String> search(long millis) {
    found.clear();
    for (MissingObjects.Missing object : missing.search(millis)) {
      found.add(object.cluster() + " " + object.key() + " " + object.deletedMillis());
      index.missing(object.key(), object.deletedMillis());
    }
    return found;
  }

  @Test
  void shouldFindWhatWasReceivedBeforeTheListAndNotSince() {
    object("c", "missing", "Pod", "v1", BEGAN - 1);
    object("c", "listed", "Pod", "v1", BEGAN);
    object("c", "new", "Pod", "v1", LATER);
    listed(LISTED, "", "Pod", "", BEGAN);

    assertThat(search(LATER)).containsExactly("c c/missing " + (LISTED + DELAY));
    assertThat(search(LATER + 1)).isEmpty();
  }

  @Test
  void shouldFindNothingOutsideOfTheScope() {
    object("c", "other-kind", "Node", "v1", 1);
    object("c", "other-group", "Service", "serving.knative.dev/v1", 1);
    object("d", "other-cluster", "Service", "v1", 1);
    object("c", "service", "Service", "v1", 1);
    listed(LISTED, "", "Service", "other-namespace", BEGAN);

    assertThat(search(LATER)).isEmpty();

    listed(LATER + 1, "", "Service", "ns", BEGAN);

    assertThat(search(LATER + 1)).containsExactly("c c/service " + (LATER + 1 + DELAY));
  }

  /** The first list that does not contain it says when it counts as deleted. */
  @Test
  void shouldGoByTheFirstListOfSeveral() {
    object("c", "missing", "Pod", "v1", 1);
    listed(LISTED, "", "Pod", "", BEGAN);
    listed(LISTED + 1, "", "Pod", "ns", BEGAN);

    assertThat(search(LATER)).containsExactly("c c/missing " + (LISTED + DELAY));
  }

  /** As the connector announces the kinds that it fetches one by one. */
  @Test
  void shouldFindNothingByAListThatBeganBeforeEverything() {
    object("c", "pod", "Pod", "v1", 0);
    listed(LISTED, "", "Pod", "", 0);

    assertThat(search(LATER)).isEmpty();
  }

  @Test
  void shouldNotKnowOfListsThatOtherTasksMayStillPublish() {
    object("c", "missing", "Pod", "v1", 1);
    listed(LISTED, "", "Pod", "", BEGAN);

    assertThat(missing.bound()).isEqualTo(Watermark.NONE);
    assertThat(search(LISTED - 1)).isEmpty();
    assertThat(missing.bound()).isEqualTo(LISTED - 1 + DELAY);
    assertThat(search(LISTED)).hasSize(1);
    assertThat(missing.bound()).isEqualTo(LISTED + DELAY);
  }

  @Test
  void shouldSpreadALongSearchAndHoldTheWatermarkUntilItIsOver() {
    int all = 3000;
    for (int i = 0; i < all; i++) {
      object("c", "pod-" + i, "Pod", "v1", 1);
    }
    listed(LISTED, "", "Pod", "", BEGAN);

    int sum = search(LATER).size();
    while (sum < all) {
      assertThat(missing.bound()).isEqualTo(LISTED - 1 + DELAY);
      int now = search(LATER).size();
      assertThat(now).isBetween(1, all / 10);
      sum += now;
    }
    search(LATER);
    assertThat(missing.bound()).isEqualTo(LATER + DELAY);
  }

  @Test
  void shouldBeginAnewAfterARestart() {
    listed(LISTED, "", "Pod", "", BEGAN);
    object("c", "missing", "Pod", "v1", 1);
    search(LATER);
    object("c", "found-in-vain", "Pod", "v1", 1);

    start();

    assertThat(search(LATER + 1)).isEmpty();
    assertThat(missing.bound()).isEqualTo(LATER + 1 + DELAY);
  }
}
