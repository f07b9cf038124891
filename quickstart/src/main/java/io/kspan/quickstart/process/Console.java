package io.kspan.quickstart.process;

import java.io.PrintStream;
import java.util.Locale;

/**
 * The output of a command: progress on standard error, results on standard output. Thread-safe;
 * lines of different threads never mix.
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

  /** Prints a line of progress. */
  public synchronized void progress(String format, Object... arguments) {
    err.println(String.format(Locale.ROOT, format, arguments));
    err.flush();
  }

  /** Prints a result, a text of one or more lines. */
  public synchronized void result(String text) {
    out.print(text.endsWith("\n") ? text : text + "\n");
    out.flush();
  }

  public boolean colour() {
    return colour;
  }

  public int width() {
    return width;
  }

  /** Such as "1 trace" or "2 traces"; {@code noun} takes an s. */
  public static String count(long number, String noun) {
    return number + " " + noun + (number == 1 ? "" : "s");
  }

  /** The time since {@code startNanos} of {@link System#nanoTime}, such as "2.5 s". */
  public static String secondsSince(long startNanos) {
    return String.format(Locale.ROOT, "%.1f s", (System.nanoTime() - startNanos) / 1e9);
  }
}
