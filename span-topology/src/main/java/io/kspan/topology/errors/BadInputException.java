package io.kspan.topology.errors;

/**
 * A file or option of the user cannot be used. The message is one line that names the value and the
 * remedy; it ends the command with exit code 2.
 */
public final class BadInputException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  public BadInputException(String message) {
    super(message);
  }

  public BadInputException(String message, Throwable cause) {
    super(message, cause);
  }
}
