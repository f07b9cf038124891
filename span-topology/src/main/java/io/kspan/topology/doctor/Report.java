package io.kspan.topology.doctor;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kspan.topology.ops.CheckResult;
import io.kspan.topology.ops.CheckResult.Verdict;
import java.io.PrintWriter;
import java.util.EnumMap;
import java.util.Map;

/**
 * Prints results as they are made, and counts them: as text, a line for each result and one for its
 * remedy, or as JSON, an object in a line for each result and one for the counts. For one thread.
 */
public final class Report {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final PrintWriter out;
  private final boolean json;
  private final Map<Verdict, Integer> counts = new EnumMap<>(Verdict.class);

  /** Prints to {@code out}, which stays open. */
  public Report(PrintWriter out, boolean json) {
    this.out = out;
    this.json = json;
  }

  /** The number of results with this verdict. */
  public int count(Verdict verdict) {
    return counts.getOrDefault(verdict, 0);
  }

  void add(String check, CheckResult result) {
    counts.merge(result.verdict(), 1, Integer::sum);
    if (json) {
      out.println(
          JSON.createObjectNode()
              .put("check", check)
              .put("verdict", result.verdict().toString())
              .put("what", result.what())
              .put("remedy", result.remedy()));
    } else {
      out.println("%-8s %-13s%s".formatted(result.verdict(), check, result.what()));
      if (!result.remedy().isEmpty()) {
        out.println("         → " + result.remedy());
      }
    }
    out.flush();
  }

  void end() {
    if (json) {
      ObjectNode numbers = JSON.createObjectNode();
      for (Verdict verdict : Verdict.values()) {
        numbers.put(verdict.toString(), count(verdict));
      }
      out.println(numbers);
    } else {
      int failed = count(Verdict.FAILED);
      out.println();
      out.println(
          "%s: %d ok, %s, %d failed, %d skipped"
              .formatted(
                  failed > 0 ? "Something is wrong" : "Nothing is known to be wrong",
                  count(Verdict.OK),
                  CheckResult.count(count(Verdict.WARNING), "warning"),
                  failed,
                  count(Verdict.SKIPPED)));
    }
    out.flush();
  }
}
