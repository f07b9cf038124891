package io.kspan.topology.place;

import static org.assertj.core.api.Assertions.assertThat;

import io.kspan.testsupport.generate.Input;
import io.kspan.topology.InMemoryStores;
import io.kspan.topology.envelope.EnvelopeReader;
import io.kspan.topology.envelope.InputRecord;
import io.kspan.topology.lineage.LineageKeys;
import io.kspan.topology.model.EventOccurrence;
import io.kspan.topology.model.ObjectReference;
import io.kspan.topology.wire.LineageRecord;
import io.kspan.topology.wire.LineageRecordSerde;
import io.kspan.topology.wire.PlaceOutput;
import java.util.List;
import java.util.Set;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.processor.api.MockProcessorContext;
import org.apache.kafka.streams.state.KeyValueStore;
import org.junit.jupiter.api.Test;

/** Events about a pod without snapshot, kept for a minute. */
class FirstEventsTest {
  private static final long WINDOW = 60_000;
  private static final long START = Input.START.toEpochMilli();
  private static final String KEY =
      LineageKeys.firstEvents("c", "uid", new ObjectReference("Pod", "ns", "ghost"));

  private final EnvelopeReader reader = new EnvelopeReader("c", "topLevelSpan", List.of());
  private final MockProcessorContext<String, PlaceOutput> context = new MockProcessorContext<>();
  private final KeyValueStore<String, LineageRecord> firstEvents =
      store("first-events", new LineageRecordSerde());
  private final FirstEvents first =
      new FirstEvents(
          firstEvents,
          new ObjectIndex(store("objects", new IndexedObjectSerde()), Set.of()),
          WINDOW);

  private <V> KeyValueStore<String, V> store(String name, Serde<V> values) {
    return InMemoryStores.open(context, name, Serdes.String(), values);
  }

  /** Whether an event of that time, received then, is published. */
  private boolean isPublished(double atSeconds, double receivedSeconds) {
    Input told =
        Input.event("e" + receivedSeconds, "Pod", "ghost", "uid")
            .reason("Any")
            .at(atSeconds)
            .received(receivedSeconds);
    EventOccurrence event = ((InputRecord.Occurrence) reader.read(told.envelope())).event();
    return first.add("c", event).isPresent();
  }

  @Test
  void shouldPublishAnEarlierEventOnly() {
    assertThat(isPublished(20, 20)).isTrue();
    assertThat(isPublished(21, 30)).isFalse();
    assertThat(isPublished(10, 40)).isTrue();
  }

  /** It was received before the window and may be forgotten already. */
  @Test
  void shouldPublishAgainWhenTheEarlierEventWasReceivedTooLongAgo() {
    assertThat(isPublished(0, 0)).isTrue();
    assertThat(isPublished(60, 60)).isFalse();
    assertThat(isPublished(60.001, 60.001)).isTrue();
  }

  /** The first is due while the second still counts. */
  @Test
  void shouldForgetOnlyWhatIsDue() {
    isPublished(-10, 0);
    isPublished(-20, 30);

    LineageRecord rest = first.forget(KEY, START + WINDOW + 1);

    assertThat(((LineageRecord.FirstEvents) rest).events())
        .extracting(LineageRecord.Sighting::receiptMillis)
        .containsExactly(START + 30_000);
    assertThat(firstEvents.get(KEY)).isEqualTo(rest);
    assertThat(first.forget(KEY, START + 30_000 + WINDOW)).isEqualTo(rest);
    assertThat(first.forget(KEY, START + 30_000 + WINDOW + 1)).isNull();
    assertThat(firstEvents.get(KEY)).isNull();
  }
}
