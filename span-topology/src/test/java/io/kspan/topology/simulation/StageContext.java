package io.kspan.topology.simulation;

import java.util.List;
import java.util.Properties;
import java.util.function.Consumer;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.processor.TaskId;
import org.apache.kafka.streams.processor.api.MockProcessorContext;
import org.apache.kafka.streams.processor.api.Record;

/**
 * The context of one processor, which hands over what is forwarded at once, as a running topology
 * does.
 *
 * @param <K> key of what is forwarded
 * @param <V> value of what is forwarded
 */
final class StageContext<K, V> extends MockProcessorContext<K, V> {
  private final Consumer<Record<K, V>> downstream;

  StageContext(TaskId task, Consumer<Record<K, V>> downstream) {
    super(properties(), task, null);
    setCurrentSystemTimeMs(0);
    this.downstream = downstream;
  }

  private static Properties properties() {
    Properties properties = new Properties();
    properties.put(StreamsConfig.APPLICATION_ID_CONFIG, "simulation");
    properties.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, "nowhere:9092");
    return properties;
  }

  @Override
  public <A extends K, B extends V> void forward(Record<A, B> record) {
    downstream.accept(new Record<>(record.key(), record.value(), record.timestamp()));
  }

  /** Has the wall-clock timers fire. */
  void punctuate(long wallClockMillis) {
    for (CapturedPunctuator schedule : List.copyOf(scheduledPunctuators())) {
      if (!schedule.cancelled()) {
        schedule.getPunctuator().punctuate(wallClockMillis);
      }
    }
  }
}
