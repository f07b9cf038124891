package io.kspan.connect.watch;

/** A token that cannot be read or sent; the message does not contain it. */
final class UnusableTokenException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  UnusableTokenException(String message) {
    super(message);
  }
}
