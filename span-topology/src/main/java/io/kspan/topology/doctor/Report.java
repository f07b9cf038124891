package io.kspan.topology.doctor;

import java.util.EnumMap;
import java.util.Map;

/** Receives findings as they are made, and counts them. One thread only. */
public abstract class Report {
  private final Map<Verdict, Integer> counts = new EnumMap<>(Verdict.class);

  final void add(String check, Finding finding) {
    counts.merge(finding.verdict(), 1, Integer::sum);
    show(check, finding);
  }

  /** How many findings have this verdict. */
  public final int count(Verdict verdict) {
    return counts.getOrDefault(verdict, 0);
  }

  /** Shows one finding. */
  protected abstract void show(String check, Finding finding);

  /** Shows what comes of all of them. */
  protected abstract void end();
}
