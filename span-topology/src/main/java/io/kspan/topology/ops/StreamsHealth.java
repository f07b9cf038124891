package io.kspan.topology.ops;

import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.apache.kafka.streams.KafkaStreams;

/**
 * Alive unless it has failed; ready when it runs, so all state is restored, and its inputs are read
 * almost to their ends. Thread-safe.
 */
public final class StreamsHealth implements Health {
  private final Supplier<KafkaStreams> client;
  private final Supplier<Optional<RuntimeException>> failure;
  private final Supplier<InputEnds> inputEnds;
  private final long maxLag;

  /** Both suppliers give null before the start; {@code maxLag} is that of one partition. */
  public StreamsHealth(
      Supplier<KafkaStreams> client,
      Supplier<Optional<RuntimeException>> failure,
      Supplier<InputEnds> inputEnds,
      long maxLag) {
    this.client = client;
    this.failure = failure;
    this.inputEnds = inputEnds;
    this.maxLag = maxLag;
  }

  @Override
  public Optional<String> notAlive() {
    KafkaStreams streams = client.get();
    if (streams != null && streams.state() == KafkaStreams.State.ERROR) {
      return Optional.of("Kafka Streams is in state ERROR");
    }
    return failure.get().map(Throwable::toString);
  }

  @Override
  public Optional<String> notReady() {
    KafkaStreams streams = client.get();
    if (streams == null) {
      return Optional.of("not started yet");
    }
    if (notAlive().isPresent()) {
      return notAlive();
    }
    if (streams.state() != KafkaStreams.State.RUNNING) {
      return Optional.of("Kafka Streams is in state " + streams.state() + ", not RUNNING");
    }
    InputEnds ends = inputEnds.get();
    if (ends == null || ends.lags().isEmpty()) {
      return Optional.of("the brokers have not said yet how far the inputs are read");
    }
    return ends.lagsOf(streams).entrySet().stream()
        .max(Map.Entry.comparingByValue())
        .filter(worst -> worst.getValue() > maxLag)
        .map(
            worst ->
                "%s is %d records behind, more than readiness.max.lag (%d)"
                    .formatted(worst.getKey(), worst.getValue(), maxLag));
  }
}
