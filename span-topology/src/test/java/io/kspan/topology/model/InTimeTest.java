package io.kspan.topology.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** As sorting with a comparator, whatever the times are. */
class InTimeTest {
  private record Item(long time, int rank, int number) {}

  @Property
  void shouldSortByTimeThenOrderAndKeepEqualItemsInTheirOrder(@ForAll("times") List<Long> times) {
    List<Item> items = new ArrayList<>();
    for (int i = 0; i < times.size(); i++) {
      items.add(new Item(times.get(i), (int) (times.get(i) % 3) * i % 5, i));
    }
    Comparator<Item> byRank = Comparator.comparingInt(Item::rank);

    List<Item> expected = new ArrayList<>(items);
    expected.sort(Comparator.comparingLong(Item::time).thenComparing(byRank));
    assertThat(InTime.sorted(items, Item::time, byRank)).isEqualTo(expected);
  }

  @Property
  void shouldFindTheFirstThatIsNotBefore(
      @ForAll("times") List<Long> times, @ForAll("time") long wanted) {
    long[] sorted = times.stream().mapToLong(t -> t).sorted().toArray();

    int found = InTime.firstNotBefore(sorted, wanted);

    assertThat(found == sorted.length || sorted[found] >= wanted).isTrue();
    assertThat(found == 0 || sorted[found - 1] < wanted).isTrue();
  }

  /** Equal ones, near ones, and some that are as far apart as can be. */
  @Provide
  Arbitrary<List<Long>> times() {
    return Arbitraries.oneOf(
        Arbitraries.longs().between(-3, 3).list().ofMaxSize(60), time().list().ofMaxSize(60));
  }

  @Provide
  Arbitrary<Long> time() {
    return Arbitraries.oneOf(
        Arbitraries.longs().between(0, 1_000_000_000_000L),
        Arbitraries.of(Long.MIN_VALUE, -1L, 0L, Long.MAX_VALUE - 1, Long.MAX_VALUE));
  }
}
