package io.kspan.topology.history;

import java.io.PrintWriter;
import java.lang.reflect.Method;
import java.util.function.Supplier;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.DelegatingProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarConsumer;
import me.tongfei.progressbar.ProgressBarStyle;

/**
 * Shows how far a replay has come: a bar with rate and remaining time on a terminal, else a line
 * every few seconds. For one thread.
 */
public final class ReplayProgress implements AutoCloseable {
  private static final int BAR_MILLIS = 200;
  private static final int LINE_MILLIS = 5_000;
  private static final int LINE_WIDTH = 100;

  private final PrintWriter lines;
  private final Supplier<ProgressBarConsumer> consumers;
  private final int intervalMillis;
  private ProgressBar bar;

  private ReplayProgress(
      PrintWriter lines, Supplier<ProgressBarConsumer> consumers, int intervalMillis) {
    this.lines = lines;
    this.consumers = consumers;
    this.intervalMillis = intervalMillis;
  }

  /** Shows progress on standard error if that is a terminal, else in lines of {@code lines}. */
  public static ReplayProgress on(PrintWriter lines) {
    return isTerminal()
        ? new ReplayProgress(lines, () -> new ConsoleProgressBarConsumer(System.err), BAR_MILLIS)
        : new ReplayProgress(
            lines,
            () -> new DelegatingProgressBarConsumer(lines::println, LINE_WIDTH),
            LINE_MILLIS);
  }

  /** Since JDK 22 there is a console without terminal, too, and it says so. */
  private static boolean isTerminal() {
    if (System.console() == null) {
      return false;
    }
    try {
      Method isTerminal = java.io.Console.class.getMethod("isTerminal");
      return Boolean.TRUE.equals(isTerminal.invoke(System.console()));
    } catch (NoSuchMethodException e) {
      return true;
    } catch (ReflectiveOperationException e) {
      return false;
    }
  }

  /** Begins a phase of {@code total} steps. */
  void phase(String name, String unit, long total) {
    close();
    bar =
        new ProgressBarBuilder()
            .setTaskName(name)
            .setInitialMax(total)
            .setUnit(" " + unit, 1)
            .setStyle(ProgressBarStyle.ASCII)
            .setUpdateIntervalMillis(intervalMillis)
            .setConsumer(consumers.get())
            .showSpeed()
            .build();
  }

  /** Sets the number of steps done; {@code note}, which may be empty, is shown beside it. */
  void done(long steps, String note) {
    bar.stepTo(steps);
    bar.setExtraMessage(note.isEmpty() ? "" : " " + note);
  }

  /** Shows a message on a line of its own. */
  public void note(String line) {
    close();
    lines.println(line);
    lines.flush();
  }

  @Override
  public void close() {
    if (bar != null) {
      bar.close();
      bar = null;
    }
  }
}
