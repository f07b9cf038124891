package io.kspan.topology.export;

import io.kspan.topology.ops.Health;
import java.util.Optional;

/**
 * Alive unless it has failed; ready when it has joined its group and the backend does not refuse
 * what it sends. Not whether it has caught up: more sinks help then, and they count as ready.
 *
 * <p>Thread-safe.
 */
public final class SinkHealth implements Health {
  private final OtlpSink sink;

  /** The health of {@code sink}. */
  public SinkHealth(OtlpSink sink) {
    this.sink = sink;
  }

  @Override
  public Optional<String> notAlive() {
    return sink.failure().map(Throwable::toString);
  }

  @Override
  public Optional<String> notReady() {
    if (notAlive().isPresent()) {
      return notAlive();
    }
    if (!sink.statistics().joined()) {
      return Optional.of("not in the consumer group yet");
    }
    String error = sink.statistics().lastError();
    return error.isEmpty() ? Optional.empty() : Optional.of("the backend: " + error);
  }
}
