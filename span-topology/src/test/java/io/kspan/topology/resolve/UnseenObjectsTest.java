package io.kspan.topology.resolve;

import static org.assertj.core.api.Assertions.assertThat;

import io.kspan.testsupport.generate.Input;
import io.kspan.topology.envelope.EnvelopeReader;
import io.kspan.topology.envelope.InputRecord;
import io.kspan.topology.index.IndexedObjectSerde;
import io.kspan.topology.lineage.LineageKeys;
import io.kspan.topology.model.EventOccurrence;
import io.kspan.topology.model.ObjectReference;
import io.kspan.topology.wire.LineageRecord;
import io.kspan.topology.wire.LineageRecordSerde;
import java.util.List;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.processor.api.MockProcessorContext;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.Stores;
import org.junit.jupiter.api.Test;

/** What is remembered of a pod that nobody has seen, for a minute. */
class UnseenObjectsTest {
  private static final long WINDOW = 60_000;
  private static final long START = Input.START.toEpochMilli();
  private static final String KEY =
      LineageKeys.firstEvents("c", "uid", new ObjectReference("Pod", "ns", "ghost"));

  private final EnvelopeReader reader = new EnvelopeReader("c", "topLevelSpan", List.of());
  private final MockProcessorContext<String, Resolved> context = new MockProcessorContext<>();
  private final KeyValueStore<String, LineageRecord> firstEvents =
      store("first-events", new LineageRecordSerde());
  private final UnseenObjects unseen =
      new UnseenObjects(firstEvents, store("objects", new IndexedObjectSerde()), WINDOW);

  private <V> KeyValueStore<String, V> store(String name, Serde<V> values) {
    KeyValueStore<String, V> store =
        Stores.keyValueStoreBuilder(Stores.inMemoryKeyValueStore(name), Serdes.String(), values)
            .withLoggingDisabled()
            .build();
    store.init(context.getStateStoreContext(), store);
    return store;
  }

  /** Whether there is something to tell about an event of that time, received then. */
  private boolean tells(double atSeconds, double receivedSeconds) {
    Input told =
        Input.event("e" + receivedSeconds, "Pod", "ghost", "uid")
            .reason("Any")
            .at(atSeconds)
            .received(receivedSeconds);
    EventOccurrence event = ((InputRecord.Occurrence) reader.read(told.envelope())).event();
    return unseen.firstEvents("c", event).isPresent();
  }

  @Test
  void shouldTellOfAnEarlierEventOnly() {
    assertThat(tells(20, 20)).isTrue();
    assertThat(tells(21, 30)).isFalse();
    assertThat(tells(10, 40)).isTrue();
  }

  /** It was received before the window of whoever asks now, and may be forgotten already. */
  @Test
  void shouldTellAnewWhenTheEarlierEventWasReceivedTooLongAgo() {
    assertThat(tells(0, 0)).isTrue();
    assertThat(tells(60, 60)).isFalse();
    assertThat(tells(60.001, 60.001)).isTrue();
  }

  /** The first is due when the second is still asked for. */
  @Test
  void shouldForgetOnlyWhatIsDue() {
    tells(20, 0);
    tells(10, 30);

    LineageRecord rest = unseen.forget(KEY, START + WINDOW + 1);

    assertThat(((LineageRecord.FirstEvents) rest).events())
        .extracting(LineageRecord.Sighting::receiptMillis)
        .containsExactly(START + 30_000);
    assertThat(firstEvents.get(KEY)).isEqualTo(rest);
    assertThat(unseen.forget(KEY, START + 30_000 + WINDOW)).isEqualTo(rest);
    assertThat(unseen.forget(KEY, START + 30_000 + WINDOW + 1)).isNull();
    assertThat(firstEvents.get(KEY)).isNull();
  }
}
