package io.kspan.topology.ops;

import java.util.Locale;

/** The observation of a check and its remedy, a line each; the remedy is empty if there is none. */
public record CheckResult(Verdict verdict, String what, String remedy) {

  /** The outcome of a check. */
  public enum Verdict {
    OK,
    /** Works, but not as well as it could; or nothing is known to be wrong. */
    WARNING,
    /** No spans, or not all of them, until this is repaired. */
    FAILED,
    /** Not checked; the result says why. */
    SKIPPED;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  public static CheckResult ok(String what) {
    return new CheckResult(Verdict.OK, what, "");
  }

  public static CheckResult warning(String what, String remedy) {
    return new CheckResult(Verdict.WARNING, what, remedy);
  }

  public static CheckResult failed(String what, String remedy) {
    return new CheckResult(Verdict.FAILED, what, remedy);
  }

  public static CheckResult skipped(String why, String remedy) {
    return new CheckResult(Verdict.SKIPPED, why, remedy);
  }

  /** A number with its noun, such as "1 broker" or "2 brokers". */
  public static String count(long count, String noun) {
    return count + " " + noun + (count == 1 ? "" : "s");
  }
}
