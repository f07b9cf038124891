package io.kspan.topology.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.kafka.common.errors.SerializationException;
import org.junit.jupiter.api.Test;

/**
 * What one release writes, those before and after it read.
 *
 * <p>{@code format-2.txt} is what this release writes, rewritten only with -Dgolden.update=true;
 * {@code format-2-first.txt} is what the first release with this format wrote, and stays.
 */
class FormatRuleTest {
  private static final Path WRITTEN = Path.of("src/test/resources/wire/format-2.txt");
  private static final Path FIRST = Path.of("src/test/resources/wire/format-2-first.txt");

  /** A record before it grew. */
  public record Small(String text, Inner inner) {}

  public record Inner(long number) {}

  /** The same in a later release. */
  public record Grown(
      String text,
      GrownInner inner,
      @Appended(number = -7) long number,
      @Appended(number = 3) int small,
      @Appended(number = 1) boolean flag,
      @Appended String name,
      @Appended Inner more,
      @Appended List<String> list,
      @Appended SortedMap<Long, String> map) {}

  public record GrownInner(long number, @Appended(number = Long.MAX_VALUE) long until) {}

  public record Misplaced(@Appended long later, long before) {}

  public record Undeclared(String text, Inner inner, long number) {}

  private static <T> byte[] write(Class<T> type, T value) {
    return new VersionedSerde<>(type).serializer().serialize("", value);
  }

  private static <T> T read(Class<T> type, byte[] bytes) {
    return new VersionedSerde<>(type).deserializer().deserialize("", bytes);
  }

  private static Map<String, byte[]> fixture(Path file) throws IOException {
    Map<String, byte[]> fixture = new LinkedHashMap<>();
    for (String line : Files.readAllLines(file)) {
      String[] entry = line.split(" ");
      fixture.put(entry[0], HexFormat.of().parseHex(entry[1]));
    }
    return fixture;
  }

  @Test
  void shouldGiveARecordOfAnOlderReleaseWhatItsNewFieldsDeclare() {
    byte[] old = write(Small.class, new Small("t", new Inner(5)));

    assertThat(read(Grown.class, old))
        .isEqualTo(
            new Grown(
                "t",
                new GrownInner(5, Long.MAX_VALUE),
                -7,
                3,
                true,
                null,
                null,
                List.of(),
                new TreeMap<>()));
  }

  @Test
  void shouldSkipWhatANewerReleaseHasAppended() {
    Grown grown =
        new Grown(
            "t",
            new GrownInner(5, 6),
            1,
            2,
            false,
            "name",
            new Inner(3),
            List.of("a", "b"),
            new TreeMap<>(Map.of(1L, "x")));

    assertThat(read(Small.class, write(Grown.class, grown)))
        .isEqualTo(new Small("t", new Inner(5)));
    assertThat(read(Grown.class, write(Grown.class, grown))).isEqualTo(grown);
  }

  @Test
  void shouldRefuseAFieldThatIsMissingWithoutADeclaration() {
    byte[] old = write(Small.class, new Small("t", new Inner(5)));

    assertThatThrownBy(() -> read(Undeclared.class, old))
        .isInstanceOf(SerializationException.class);
  }

  @Test
  void shouldRefuseATypeWhoseNewFieldIsNotTheLast() {
    assertThatThrownBy(() -> new VersionedSerde<>(Misplaced.class))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("'before' comes behind 'later'");
  }

  @Test
  void shouldSayWhatToDoAboutAnotherFormat() {
    byte[] newer = write(Inner.class, new Inner(1));
    newer[0] = 3;
    byte[] older = newer.clone();
    older[0] = 1;

    assertThatThrownBy(() -> read(Inner.class, newer))
        .isInstanceOf(SerializationException.class)
        .hasMessage(
            "format version 3, but this release reads 2: run the release that wrote it, or a later one");
    assertThatThrownBy(() -> read(Inner.class, older))
        .isInstanceOf(SerializationException.class)
        .hasMessage(
            "format version 1, but this release reads 2: begin anew with another application.id, or run the release that wrote it");
    assertThatThrownBy(() -> read(Inner.class, new byte[0]))
        .isInstanceOf(SerializationException.class)
        .hasMessage("cannot read: no bytes, not even a format version");
  }

  @Test
  void shouldWriteWhatItWroteBefore() throws IOException {
    StringBuilder page = new StringBuilder();
    Samples.all()
        .forEach(
            (name, sample) ->
                page.append(name)
                    .append(' ')
                    .append(HexFormat.of().formatHex(sample.written()))
                    .append('\n'));
    if (Boolean.getBoolean("golden.update")) {
      Files.writeString(WRITTEN, page);
    }
    assertThat(page).hasToString(Files.readString(WRITTEN));
  }

  /** Whatever is appended, the samples have in it what records before it have. */
  @Test
  void shouldReadWhatTheFirstReleaseWrote() throws IOException {
    Map<String, Samples.Sample<?>> samples = Samples.all();
    Map<String, byte[]> first = fixture(FIRST);

    assertThat(samples.keySet()).containsAll(first.keySet());
    first.forEach(
        (name, bytes) ->
            assertThat((Object) samples.get(name).read(bytes))
                .as(name)
                .isEqualTo(samples.get(name).value()));
  }
}
