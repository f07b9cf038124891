package io.kspan.topology.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.kspan.topology.gather.RootMeta;
import io.kspan.topology.gather.RootMetaSerde;
import io.kspan.topology.model.Lineage;
import io.kspan.topology.model.Mention;
import io.kspan.topology.model.PlacedOccurrence;
import io.kspan.topology.model.WrittenChange;
import io.kspan.topology.model.WrittenGenerations;
import io.kspan.topology.place.IndexedObject;
import io.kspan.topology.place.IndexedObjectSerde;
import io.kspan.topology.place.PendingItem;
import io.kspan.topology.place.PendingItemSerde;
import io.kspan.topology.place.ReceivedVersion;
import java.util.List;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.apache.kafka.common.errors.SerializationException;

/** What is written to stores and internal topics is read back as it was. */
class StoredRecordsPropertyTest {
  private static final int TRIES = 200;

  private static <T> void shouldReadBack(StateSerde<T, ?> serde, T value) {
    byte[] bytes = serde.serializer().serialize("", value);
    assertThat(serde.deserializer().deserialize("", bytes)).isEqualTo(value);
  }

  @Property(tries = TRIES)
  void shouldReadBackItemsOfGather(@ForAll String text, @ForAll long number, @ForAll boolean flag) {
    for (PlacedOccurrence placed :
        List.of(
            new PlacedOccurrence(
                Samples.event(text, number, flag),
                Samples.identity(text, number, flag),
                flag ? List.of(Samples.identity(text + "o", number, true)) : List.of(),
                text,
                number),
            new PlacedOccurrence(
                Samples.event(text, number, flag),
                Samples.involved(text, number, flag),
                List.of(),
                "",
                0))) {
      shouldReadBack(new GatherItemSerde(), new GatherItem.Occurrence(placed));
    }
    shouldReadBack(
        new GatherItemSerde(), new GatherItem.Snapshot(Samples.snapshot(text, number, flag)));
    shouldReadBack(new GatherItemSerde(), new GatherItem.Watermark((int) number, number));
    shouldReadBack(new GatherItemSerde(), new GatherItem.Deletion(text, number));
  }

  @Property(tries = TRIES)
  void shouldReadBackLineage(@ForAll String text, @ForAll long number, @ForAll boolean flag) {
    Lineage lineage = Lineage.of(Samples.snapshot(text, number, flag));
    LineageRecordSerde serde = new LineageRecordSerde();
    shouldReadBack(serde, new LineageRecord.Known(text, lineage));
    shouldReadBack(
        serde,
        new LineageRecord.Mentioned(
            text,
            Samples.reference(text),
            new Mention(number, number + 1, text, Samples.identity(text, number, flag))));
    shouldReadBack(
        serde,
        new LineageRecord.FirstEvents(
            text,
            text + "u",
            Samples.reference(text),
            List.of(new LineageRecord.Sighting(number, number + 1))));
    shouldReadBack(
        serde,
        new LineageRecord.Watermarks((int) number, number, number + 1, number + 2, number + 3));
    shouldReadBack(
        serde,
        new LineageRecord.WatchedKind(
            text, text + "k", number, text + "g", text + "ns", number + 1));
    shouldReadBack(
        new IndexedObjectSerde(),
        new IndexedObject(
            lineage,
            List.of(new ReceivedVersion(text, flag, number, number + 1, number + 2, number + 3)),
            number + 4,
            number + 5));
  }

  @Property(tries = TRIES)
  void shouldReadBackWhatWaitsAndWhatIsKeptOfARoot(
      @ForAll String text, @ForAll long number, @ForAll boolean flag) {
    PendingItemSerde serde = new PendingItemSerde();
    shouldReadBack(
        serde, new PendingItem(text, Samples.event(text, number, flag), null, true, null));
    shouldReadBack(
        serde, new PendingItem(text, null, Samples.snapshot(text, number, flag), flag, null));
    shouldReadBack(
        serde,
        new PendingItem(
            text,
            null,
            null,
            true,
            new PendingItem.Deletion(Samples.identity(text, number, flag), number + 1)));
    shouldReadBack(
        new RootMetaSerde(),
        new RootMeta(
            number,
            WrittenGenerations.NONE.and(
                Map.of(number, flag ? new WrittenChange(text, text + "s") : WrittenChange.NONE)),
            number + 1,
            number - 1,
            number + 2,
            number + 3,
            flag));
  }

  @Property(tries = TRIES)
  void shouldReadOrRefuseAnyBytes(@ForAll byte[] bytes) {
    for (StateSerde<?, ?> serde :
        List.of(
            new GatherItemSerde(),
            new LineageRecordSerde(),
            new PendingItemSerde(),
            new IndexedObjectSerde(),
            new RootMetaSerde())) {
      try {
        serde.deserializer().deserialize("", bytes);
      } catch (SerializationException e) {
        assertThat(e).hasMessageEndingWith("run the release that wrote it, or a later one");
      }
    }
  }
}
