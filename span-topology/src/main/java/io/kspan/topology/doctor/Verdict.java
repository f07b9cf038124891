package io.kspan.topology.doctor;

import java.util.Locale;

/** What became of a check. */
public enum Verdict {
  OK,
  /** Works, but not as well as it could; or nothing is known to be wrong. */
  WARNING,
  /** No spans, or not all of them, until this is repaired. */
  FAILED,
  /** Not asked; the finding says why. */
  SKIPPED;

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
