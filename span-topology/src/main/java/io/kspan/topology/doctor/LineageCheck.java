package io.kspan.topology.doctor;

import io.kspan.topology.lineage.LineageKeys;
import io.kspan.topology.names.Topics;
import io.kspan.topology.ops.CheckResult;
import io.kspan.topology.waterfall.HumanDuration;
import io.kspan.topology.wire.LineageRecord;
import io.kspan.topology.wire.LineageRecordSerde;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.ToLongFunction;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Deserializer;

/** Whether all tasks publish watermarks: each trace waits for the oldest of them. */
final class LineageCheck {
  /** Enough of the end of the topic to hold the newest watermark of each task. */
  private static final int LAST_RECORDS = 20_000;

  // While nothing is read, a task publishes once a minute.
  private static final long STALE_MILLIS = 180_000;
  private static final long BEHIND_MILLIS = 60_000;

  private LineageCheck() {}

  static List<CheckResult> run(CheckContext context) throws InterruptedException {
    Topics topics = context.config().topics();
    if (context.config().topology().latenessMillis() == Long.MAX_VALUE) {
      return List.of(
          CheckResult.skipped(
              "because watermark.lateness.ms=infinite decides nothing before the end markers",
              "it is for captures: remove it to have traces of a living cluster"));
    }
    Map<Integer, Published> published = new TreeMap<>();
    Deserializer<LineageRecord> deserializer = new LineageRecordSerde().deserializer();
    AtomicInteger read = new AtomicInteger();
    context.readLast(
        topics.lineage(),
        LAST_RECORDS,
        record -> {
          read.incrementAndGet();
          note(record, deserializer, published);
        });
    return judge(
        topics.lineage(),
        read.get(),
        published,
        context.inputs().orElseThrow().tasks(),
        context.offsets().newestMillis(context.partitionsOf(topics.events(), topics.objects())),
        context.nowMillis());
  }

  record Published(long millis, long writtenMillis) {}

  private static void note(
      ConsumerRecord<byte[], byte[]> record,
      Deserializer<LineageRecord> deserializer,
      Map<Integer, Published> published) {
    LineageRecord value;
    try {
      value = deserializer.deserialize("", record.value());
    } catch (SerializationException e) {
      // Written by another release; the application itself fails with that message.
      return;
    }
    if (value instanceof LineageRecord.Watermarks watermarks
        && LineageKeys.task(watermarks.source())
            .equals(new String(record.key(), StandardCharsets.UTF_8))) {
      published.put(watermarks.source(), new Published(watermarks.complete(), record.timestamp()));
    }
  }

  /**
   * Judges the end of the topic.
   *
   * @param records that were read
   * @param published the newest watermark by task
   */
  static List<CheckResult> judge(
      String topic,
      int records,
      Map<Integer, Published> published,
      int tasks,
      Optional<Long> newestInputMillis,
      long nowMillis) {
    if (records == 0) {
      return List.of(
          CheckResult.failed(
              topic + " is empty: no task has read anything",
              "start span-topology run; if it runs, its log says what it waits for"));
    }
    List<Integer> silent =
        IntStream.range(0, tasks).filter(task -> !published.containsKey(task)).boxed().toList();
    if (!silent.isEmpty()) {
      return List.of(
          CheckResult.failed(
              "%s: tasks %s of %d have never published a watermark; no trace is finished before"
                  .formatted(topic, silent, tasks),
              "wait a minute after the first start; then see that all instances together have all partitions (kafka.streams.client_state RUNNING), and that topics and application.id belong together"));
    }
    List<CheckResult> results = new ArrayList<>();
    Map.Entry<Integer, Published> stalest = first(published, Published::writtenMillis);
    long silence = nowMillis - stalest.getValue().writtenMillis();
    if (silence > STALE_MILLIS) {
      results.add(
          CheckResult.failed(
              "%s: task %d has published no watermark for %s"
                  .formatted(topic, stalest.getKey(), HumanDuration.ofMillis(silence)),
              "see the line of the application; if it runs, one of its tasks hangs: restart the instance that has it"));
    }
    Map.Entry<Integer, Published> slowest = first(published, Published::millis);
    long newest = Math.min(newestInputMillis.orElse(0L), nowMillis);
    long behind = newest - slowest.getValue().millis();
    if (behind > BEHIND_MILLIS) {
      results.add(
          CheckResult.warning(
              "%s: task %d is %s behind the newest record; no trace is finished meanwhile"
                  .formatted(topic, slowest.getKey(), HumanDuration.ofMillis(behind)),
              "wait while it catches up: kspan.topology.watermark_lag falls; if it does not, start more instances"));
    }
    if (results.isEmpty()) {
      results.add(
          CheckResult.ok(
              "all %s publish watermarks, the slowest is %s behind the newest record"
                  .formatted(CheckResult.count(tasks, "task"), HumanDuration.ofMillis(behind))));
    }
    return results;
  }

  private static Map.Entry<Integer, Published> first(
      Map<Integer, Published> published, ToLongFunction<Published> by) {
    return published.entrySet().stream()
        .min(Comparator.comparingLong(entry -> by.applyAsLong(entry.getValue())))
        .orElseThrow();
  }
}
