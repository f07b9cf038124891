package io.kspan.topology.place;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kspan.topology.InMemoryStores;
import io.kspan.topology.lineage.GlobalLineage;
import io.kspan.topology.metrics.Metrics;
import io.kspan.topology.model.ObjectIdentity;
import io.kspan.topology.model.ObjectReference;
import io.kspan.topology.time.Watermark;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.LongStream;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.processor.api.MockProcessorContext;
import org.apache.kafka.streams.state.KeyValueStore;
import org.junit.jupiter.api.Test;

/** More items wait than are kept in memory. */
class PendingBufferTest {
  private static final int ITEMS = 5000;

  private final MockProcessorContext<String, Object> context = new MockProcessorContext<>();
  private final KeyValueStore<String, byte[]> lineage = store("lineage", Serdes.ByteArray());
  private final KeyValueStore<String, PendingItem> items = store("items", new PendingItemSerde());
  private final List<Long> decided = new ArrayList<>();

  private <V> KeyValueStore<String, V> store(String name, Serde<V> values) {
    return InMemoryStores.open(context, name, Serdes.String(), values);
  }

  private PendingBuffer buffer() {
    PendingBuffer buffer =
        new PendingBuffer(
            items,
            new GlobalLineage(lineage, Set.of()),
            new OwnerRules(Set.of()),
            PlaceTestSettings.with(0),
            new Metrics());
    decide(buffer, 0);
    return buffer;
  }

  private static PendingItem item(long millis) {
    ObjectIdentity object =
        ObjectIdentity.named("uid", new ObjectReference("Pod", "ns", "pod"), "v1");
    return PendingItem.deletion("c", object, millis);
  }

  private void decide(PendingBuffer buffer, long knownMillis) {
    while (buffer.decide(knownMillis, placed -> decided.add(placed.receiptMillis()))) {
      continue;
    }
  }

  private static List<Long> upTo(long millis) {
    return LongStream.rangeClosed(1, millis).boxed().toList();
  }

  @Test
  void shouldDecideAllInTheOrderOfReceiptWhicheverWayTheyCame() {
    PendingBuffer buffer = buffer();
    for (long even = 2; even <= ITEMS; even += 2) {
      buffer.add(item(even));
    }
    for (long odd = ITEMS - 1; odd > 0; odd -= 2) {
      buffer.add(item(odd));
    }
    decide(buffer, ITEMS / 2);
    assertThat(buffer.oldestMillis()).isEqualTo(ITEMS / 2 + 1);
    decide(buffer, ITEMS);
    assertThat(decided).isEqualTo(upTo(ITEMS));
    assertThat(buffer.oldestMillis()).isEqualTo(Watermark.END_OF_INPUT);
  }

  @Test
  void shouldDecideWhatATaskBeforeHasStored() {
    PendingBuffer before = buffer();
    upTo(ITEMS).forEach(millis -> before.add(item(millis)));
    PendingBuffer after = buffer();
    decide(after, ITEMS);
    assertThat(decided).isEqualTo(upTo(ITEMS));
  }

  @Test
  void shouldNotDecideWhatWasTakenBack() {
    PendingBuffer buffer = buffer();
    upTo(3).forEach(millis -> buffer.add(item(millis)));
    assertThat(buffer.remove(item(2).storeKey())).isTrue();
    decide(buffer, ITEMS);
    assertThat(decided).containsExactly(1L, 3L);
  }

  @Test
  void shouldTryAnItemAgainThatCouldNotBeSentOn() {
    PendingBuffer buffer = buffer();
    buffer.add(item(1));
    assertThatThrownBy(
            () ->
                buffer.decide(
                    1,
                    placed -> {
                      throw new IllegalStateException("full");
                    }))
        .hasMessage("full");
    decide(buffer, 1);
    assertThat(decided).containsExactly(1L);
  }
}
