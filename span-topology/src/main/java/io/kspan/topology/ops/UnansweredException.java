package io.kspan.topology.ops;

import java.util.concurrent.TimeoutException;
import org.apache.kafka.common.errors.AuthorizationException;

/** A request to the brokers that got no answer, or was refused. */
public final class UnansweredException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  UnansweredException(Throwable cause) {
    super(cause);
  }

  /** Whether the principal has no right to the request. */
  public boolean isDenied() {
    return getCause() instanceof AuthorizationException;
  }

  /** Whether there was no answer at all. */
  public boolean isTimeout() {
    return getCause() instanceof TimeoutException
        || getCause() instanceof org.apache.kafka.common.errors.TimeoutException;
  }
}
