package io.kspan.connect.watch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.kspan.connect.record.MappedRecord;
import io.kspan.connect.record.SourceOffset;
import io.kspan.connect.record.SourcePartition;
import io.kspan.connect.record.WatchScope;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.errors.RetriableException;
import org.junit.jupiter.api.Test;

class HandOverBufferTest {
  private static final Duration LONG = Duration.ofMinutes(1);
  private static final SourcePartition PARTITION =
      new SourcePartition("c", "u", WatchScope.parse("v1/pods"));

  @Test
  void shouldHandOverWholeBatchesInOrder() throws Exception {
    HandOverBuffer buffer = new HandOverBuffer(10, 1_000);
    buffer.put(batch("a", "b"));
    buffer.put(batch("c"));

    assertThat(keys(buffer.poll(1, LONG))).containsExactly("a", "b");
    assertThat(keys(buffer.poll(5, LONG))).containsExactly("c");
    assertThat(buffer.poll(5, Duration.ofMillis(1))).isEmpty();
  }

  @Test
  void shouldHoldBackTheFeedUntilThereIsRoom() throws Exception {
    HandOverBuffer byCount = new HandOverBuffer(1, 1_000);
    HandOverBuffer byWeight = new HandOverBuffer(10, 5);
    for (HandOverBuffer buffer : List.of(byCount, byWeight)) {
      buffer.put(batch("first"));
      Thread feed = new Thread(() -> putQuietly(buffer, batch("second")));
      feed.start();
      await().until(() -> feed.getState() == Thread.State.WAITING);

      assertThat(keys(buffer.poll(10, LONG))).containsExactly("first");
      feed.join();
      assertThat(keys(buffer.poll(10, LONG))).containsExactly("second");
    }
  }

  @Test
  void shouldTakeABatchThatIsLargerThanTheBufferWhenItIsEmpty() throws Exception {
    HandOverBuffer buffer = new HandOverBuffer(1, 1);
    buffer.put(batch("large", "larger"));

    assertThat(buffer.poll(1, LONG)).hasSize(2);
  }

  @Test
  void shouldThrowTheFirstFailureFromThenOn() throws Exception {
    HandOverBuffer buffer = new HandOverBuffer(10, 1_000);
    buffer.put(batch("a"));
    buffer.fail(new ConnectException("first"));
    buffer.fail(new ConnectException("second"));

    for (int i = 0; i < 2; i++) {
      assertThatThrownBy(() -> buffer.poll(1, LONG))
          .isInstanceOf(ConnectException.class)
          .hasMessage("first");
    }
  }

  @Test
  void shouldThrowAnOutageOnceAndLoseNothing() throws Exception {
    HandOverBuffer buffer = new HandOverBuffer(10, 1_000);
    buffer.put(batch("a"));
    buffer.report(new RetriableException("outage"));

    assertThatThrownBy(() -> buffer.poll(1, LONG)).isInstanceOf(RetriableException.class);
    assertThat(keys(buffer.poll(1, LONG))).containsExactly("a");
  }

  @Test
  void shouldReleaseAllThreadsWhenClosed() throws Exception {
    HandOverBuffer buffer = new HandOverBuffer(1, 1_000);
    buffer.put(batch("a"));
    Thread feed = new Thread(() -> putQuietly(buffer, batch("b")));
    feed.start();
    await().until(() -> feed.getState() == Thread.State.WAITING);

    buffer.close();

    feed.join();
    assertThat(buffer.poll(1, LONG)).isEmpty();
  }

  private static void putQuietly(HandOverBuffer buffer, List<FeedRecord> batch) {
    try {
      buffer.put(batch);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static List<FeedRecord> batch(String... keys) {
    List<FeedRecord> batch = new ArrayList<>();
    for (String key : keys) {
      batch.add(
          new FeedRecord(
              PARTITION, SourceOffset.LISTING, new MappedRecord("t", key, "", Map.of(), 0)));
    }
    return batch;
  }

  private static List<String> keys(List<FeedRecord> records) {
    return records.stream().map(record -> record.mapped().key()).toList();
  }
}
