package io.kspan.topology.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kspan.topology.gather.RootMeta;
import io.kspan.topology.index.IndexedObject;
import io.kspan.topology.index.ReceivedVersion;
import io.kspan.topology.model.Lineage;
import io.kspan.topology.model.Mention;
import io.kspan.topology.model.PlacedOccurrence;
import io.kspan.topology.model.WrittenChange;
import io.kspan.topology.model.WrittenGenerations;
import io.kspan.topology.resolve.WaitingItem;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.apache.kafka.common.errors.SerializationException;

/** What is written to stores and internal topics is read back as it was. */
class VersionedSerdePropertyTest {
  private static final int TRIES = 200;

  private static <T> void shouldReadBack(Class<T> type, T value) {
    VersionedSerde<T> serde = new VersionedSerde<>(type);
    byte[] bytes = serde.serializer().serialize("", value);
    assertThat(serde.deserializer().deserialize("", bytes)).isEqualTo(value);
  }

  @Property(tries = TRIES)
  void shouldReadBackItemsOfGather(@ForAll String text, @ForAll long number, @ForAll boolean flag) {
    shouldReadBack(
        GatherItem.class,
        new GatherItem.Occurrence(
            new PlacedOccurrence(
                Samples.event(text, number, flag),
                Samples.identity(text, number, flag),
                flag ? List.of(Samples.identity(text + "o", number, true)) : List.of(),
                text,
                number)));
    shouldReadBack(GatherItem.class, new GatherItem.ClusterUid(text, text, number));
    shouldReadBack(GatherItem.class, new GatherItem.Snapshot(Samples.snapshot(text, number, flag)));
    shouldReadBack(GatherItem.class, new GatherItem.Watermark((int) number, number));
  }

  @Property(tries = TRIES)
  void shouldReadBackLineage(@ForAll String text, @ForAll long number, @ForAll boolean flag) {
    Lineage lineage = Lineage.of(Samples.snapshot(text, number, flag));
    shouldReadBack(LineageRecord.class, new LineageRecord.Known(text, lineage));
    shouldReadBack(
        LineageRecord.class,
        new LineageRecord.Mentioned(
            text,
            Samples.reference(text),
            new Mention(number, number, text, Samples.identity(text, number, flag))));
    shouldReadBack(
        LineageRecord.class,
        new LineageRecord.FirstEvents(
            text,
            text,
            Samples.reference(text),
            List.of(new LineageRecord.Sighting(number, number))));
    shouldReadBack(LineageRecord.class, new LineageRecord.Watermark((int) number, number));
    shouldReadBack(LineageRecord.class, new LineageRecord.WatchedKind(text, text, number));
    shouldReadBack(
        IndexedObject.class,
        new IndexedObject(
            lineage, List.of(new ReceivedVersion(text, flag, number, number, number, number))));
  }

  @Property(tries = TRIES)
  void shouldReadBackWhatWaitsAndWhatIsKeptOfARoot(
      @ForAll String text, @ForAll long number, @ForAll boolean flag) {
    shouldReadBack(
        WaitingItem.class,
        new WaitingItem(text, Samples.event(text, number, flag), null, true, null));
    shouldReadBack(
        WaitingItem.class,
        new WaitingItem(text, null, Samples.snapshot(text, number, flag), flag, null));
    shouldReadBack(
        RootMeta.class,
        new RootMeta(
            number,
            WrittenGenerations.NONE.and(
                Map.of(number, flag ? new WrittenChange(text, text) : WrittenChange.NONE)),
            number));
  }

  @Property(tries = TRIES)
  void shouldRefuseWhatIsNoRecordOfThisVersion(@ForAll byte[] bytes) {
    assertThatThrownBy(
            () -> new VersionedSerde<>(RootMeta.class).deserializer().deserialize("", bytes))
        .isInstanceOf(SerializationException.class);
  }

  @Example
  void shouldPassNullThrough() {
    VersionedSerde<RootMeta> serde = new VersionedSerde<>(RootMeta.class);
    assertThat(serde.serializer().serialize("", null)).isNull();
    assertThat(serde.deserializer().deserialize("", null)).isNull();
  }
}
