package io.kspan.topology.history;

import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.common.KafkaFuture;

/** Waits for the answers of the brokers. Stateless. */
final class AdminAnswer {
  static final int TIMEOUT_SECONDS = 10;

  private AdminAnswer() {}

  /**
   * The result of {@code answer}.
   *
   * @param action what the brokers were asked to do, for the message
   * @throws IllegalStateException when they refuse, or do not answer in time
   */
  static <T> T of(KafkaFuture<T> answer, String action) throws InterruptedException {
    try {
      return answer.get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      throw new IllegalStateException("cannot " + action + ": " + e.getCause().getMessage(), e);
    } catch (TimeoutException e) {
      throw new IllegalStateException(
          "cannot %s: no answer from the brokers within %d s".formatted(action, TIMEOUT_SECONDS),
          e);
    }
  }
}
