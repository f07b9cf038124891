package io.kspan.topology.doctor;

import java.util.concurrent.TimeoutException;
import org.apache.kafka.common.errors.AuthorizationException;

/** A question to the brokers that got no answer, or a refusal. */
final class UnansweredException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  UnansweredException(Throwable cause) {
    super(cause);
  }

  /** Whether the principal may not ask. */
  boolean isDenied() {
    return getCause() instanceof AuthorizationException;
  }

  /** Whether there was no answer at all. */
  boolean isSilence() {
    return getCause() instanceof TimeoutException
        || getCause() instanceof org.apache.kafka.common.errors.TimeoutException;
  }
}
