package io.kspan.topology.assemble;

/**
 * A text in which a regular expression may look at a bounded number of characters: one of a user
 * can take exponentially long, and a time limit would make traces depend on the machine.
 *
 * <p>Not thread-safe.
 */
final class BoundedText implements CharSequence {
  private final String text;
  private int steps;

  BoundedText(String text, int steps) {
    this.text = text;
    this.steps = steps;
  }

  /** The expression takes too long for this text. */
  static final class TooMuchWorkException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    TooMuchWorkException() {
      super("too many steps", null, false, false);
    }
  }

  @Override
  public char charAt(int index) {
    if (steps-- <= 0) {
      throw new TooMuchWorkException();
    }
    return text.charAt(index);
  }

  @Override
  public int length() {
    return text.length();
  }

  @Override
  public CharSequence subSequence(int start, int end) {
    return text.subSequence(start, end);
  }

  @Override
  public String toString() {
    return text;
  }
}
