package io.kspan.topology.doctor;

import java.io.PrintWriter;

/** A line for each finding, a second one for its remedy. */
public final class TextReport extends Report {
  private final PrintWriter out;

  public TextReport(PrintWriter out) {
    this.out = out;
  }

  @Override
  protected void show(String check, Finding finding) {
    out.println("%-8s %-13s%s".formatted(finding.verdict(), check, finding.what()));
    if (!finding.remedy().isEmpty()) {
      out.println("         → " + finding.remedy());
    }
    out.flush();
  }

  @Override
  protected void end() {
    int failed = count(Verdict.FAILED);
    int warnings = count(Verdict.WARNING);
    out.println();
    out.println(
        "%s: %d ok, %s, %d failed, %d skipped"
            .formatted(
                failed > 0 ? "Something is wrong" : "Nothing is known to be wrong",
                count(Verdict.OK),
                Text.count(warnings, "warning"),
                failed,
                count(Verdict.SKIPPED)));
    out.flush();
  }
}
