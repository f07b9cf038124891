package io.kspan.topology.doctor;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kspan.topology.ops.CheckResult;
import io.kspan.topology.ops.CheckResult.Verdict;
import java.io.PrintWriter;
import java.util.EnumMap;
import java.util.Map;

/** Prints results as they are made, and counts them. One thread only. */
public abstract class Report {
  private final Map<Verdict, Integer> counts = new EnumMap<>(Verdict.class);

  /** A line for each result, a second one for its remedy. */
  public static Report text(PrintWriter out) {
    return new Text(out);
  }

  /** A JSON object in a line for each result, and one that counts them. */
  public static Report json(PrintWriter out) {
    return new Json(out);
  }

  final void add(String check, CheckResult result) {
    counts.merge(result.verdict(), 1, Integer::sum);
    show(check, result);
  }

  /** The number of results with this verdict. */
  public final int count(Verdict verdict) {
    return counts.getOrDefault(verdict, 0);
  }

  /** Shows one result. */
  abstract void show(String check, CheckResult result);

  /** Shows the numbers of all. */
  abstract void end();

  private static final class Text extends Report {
    private final PrintWriter out;

    Text(PrintWriter out) {
      this.out = out;
    }

    @Override
    void show(String check, CheckResult result) {
      out.println("%-8s %-13s%s".formatted(result.verdict(), check, result.what()));
      if (!result.remedy().isEmpty()) {
        out.println("         → " + result.remedy());
      }
      out.flush();
    }

    @Override
    void end() {
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
      out.flush();
    }
  }

  private static final class Json extends Report {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final PrintWriter out;

    Json(PrintWriter out) {
      this.out = out;
    }

    @Override
    void show(String check, CheckResult result) {
      print(
          JSON.createObjectNode()
              .put("check", check)
              .put("verdict", result.verdict().toString())
              .put("what", result.what())
              .put("remedy", result.remedy()));
    }

    @Override
    void end() {
      ObjectNode counts = JSON.createObjectNode();
      for (Verdict verdict : Verdict.values()) {
        counts.put(verdict.toString(), count(verdict));
      }
      print(counts);
    }

    private void print(ObjectNode line) {
      out.println(line);
      out.flush();
    }
  }
}
