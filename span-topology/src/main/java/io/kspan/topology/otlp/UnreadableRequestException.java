package io.kspan.topology.otlp;

/** The bytes are no OTLP trace request; the message says why. */
public final class UnreadableRequestException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  UnreadableRequestException(String message, Throwable cause) {
    super(message, cause);
  }
}
