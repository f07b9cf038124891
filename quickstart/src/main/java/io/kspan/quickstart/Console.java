package io.kspan.quickstart;

import java.io.PrintStream;
import java.util.Locale;

/**
 * What the user sees: progress on standard error, results on standard output.
 *
 * <p>Thread-safe; lines of different threads never mix.
 */
public final class Console {

  private final PrintStream out;
  private final PrintStream err;
  private final boolean colour;
  private final int width;

  /**
   * @param colour whether results may be coloured
   * @param width columns of the terminal, for results that are laid out
   */
  public Console(PrintStream out, PrintStream err, boolean colour, int width) {
    this.out = out;
    this.err = err;
    this.colour = colour;
    this.width = width;
  }

  /** The same, without colour. */
  public Console withoutColour() {
    return new Console(out, err, false, width);
  }

  /** Tells what happens. */
  public void progress(String format, Object... arguments) {
    String line = String.format(Locale.ROOT, format, arguments);
    synchronized (this) {
      err.println(line);
      err.flush();
    }
  }

  /** Hands over a result, a text of one or more lines. */
  public void result(String text) {
    synchronized (this) {
      out.print(text.endsWith("\n") ? text : text + "\n");
      out.flush();
    }
  }

  public boolean colour() {
    return colour;
  }

  public int width() {
    return width;
  }
}
