package io.kspan.topology.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kspan.topology.gather.RootMetaSerde;
import io.kspan.topology.place.PendingItemSerde;
import io.kspan.topology.wire.proto.Event;
import io.kspan.topology.wire.proto.ItemEntry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.stream.Stream;
import org.apache.kafka.common.errors.SerializationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What stores and internal topics hold. {@code stored-records.txt} has the bytes of one sample of
 * each record; it is rewritten with -Dgolden.update=true. A change of lines that were there before
 * is a change that other releases cannot read.
 */
class StoredRecordsTest {
  private static final Path WRITTEN = Path.of("src/test/resources/wire/stored-records.txt");

  /** Field 1000, a number: what only a later release knows. */
  private static final byte[] LATER_FIELD = HexFormat.of().parseHex("c03e05");

  static Stream<Samples.Sample<?>> samples() {
    return Samples.all().values().stream();
  }

  static Stream<StateSerde<?, ?>> serdesOfKinds() {
    return Stream.of(new GatherItemSerde(), new LineageRecordSerde(), new PendingItemSerde());
  }

  private static Object read(StateSerde<?, ?> serde, byte[] bytes) {
    return serde.deserializer().deserialize("", bytes);
  }

  @Test
  void shouldWriteTheSameBytesAsBefore() throws IOException {
    StringBuilder page = new StringBuilder();
    Samples.all()
        .forEach(
            (name, sample) ->
                page.append("== %s%n%s%s%n%n".formatted(name, sample.text(), sample.hex())));
    if (Boolean.getBoolean("golden.update")) {
      Files.writeString(WRITTEN, page);
    }
    assertThat(page).hasToString(Files.readString(WRITTEN));
  }

  @ParameterizedTest
  @MethodSource("samples")
  void shouldReadBackWhatItWrote(Samples.Sample<?> sample) {
    assertThat((Object) sample.read(sample.written())).isEqualTo(sample.value());
  }

  @ParameterizedTest
  @MethodSource("samples")
  void shouldSkipAFieldOfALaterRelease(Samples.Sample<?> sample) throws IOException {
    ByteArrayOutputStream later = new ByteArrayOutputStream();
    later.write(sample.written());
    later.write(LATER_FIELD);

    assertThat((Object) sample.read(later.toByteArray())).isEqualTo(sample.value());
  }

  @ParameterizedTest
  @MethodSource("serdesOfKinds")
  void shouldRefuseAKindOfALaterRelease(StateSerde<?, ?> serde) {
    assertThatThrownBy(() -> read(serde, LATER_FIELD))
        .isInstanceOf(SerializationException.class)
        .hasMessageMatching(
            "cannot read state: \\w+Entry has no known kind, but unknown fields \\[1000];"
                + " run the release that wrote it, or a later one");
  }

  @Test
  void shouldRefuseAConstantOfALaterRelease() {
    byte[] later =
        ItemEntry.newBuilder()
            .setOccurrence(
                ItemEntry.Occurrence.newBuilder().setEvent(Event.newBuilder().setStampValue(9)))
            .build()
            .toByteArray();

    assertThatThrownBy(() -> read(new GatherItemSerde(), later))
        .isInstanceOf(SerializationException.class)
        .hasMessage(
            "cannot read state: no StampPrecision is called UNRECOGNIZED;"
                + " run the release that wrote it, or a later one");
  }

  @Test
  void shouldRefuseWhatIsNoMessage() {
    assertThatThrownBy(() -> read(new RootMetaSerde(), new byte[] {9, 1}))
        .isInstanceOf(SerializationException.class)
        .hasMessageContaining("cannot read state: ")
        .hasMessageEndingWith("run the release that wrote it, or a later one");
  }

  @Test
  void shouldPassNullThrough() {
    assertThat(new RootMetaSerde().serializer().serialize("", null)).isNull();
    assertThat(read(new RootMetaSerde(), null)).isNull();
  }
}
