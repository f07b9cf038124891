package io.kspan.topology.doctor;

/** A question to the brokers that got no answer, or a refusal. */
final class UnansweredException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  UnansweredException(Throwable cause) {
    super(cause);
  }
}
