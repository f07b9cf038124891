package io.kspan.topology.doctor;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.PrintWriter;

/** A JSON object in a line for each finding, and one that counts them. */
public final class JsonReport extends Report {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final PrintWriter out;

  public JsonReport(PrintWriter out) {
    this.out = out;
  }

  @Override
  protected void show(String check, Finding finding) {
    print(
        JSON.createObjectNode()
            .put("check", check)
            .put("verdict", finding.verdict().toString())
            .put("what", finding.what())
            .put("remedy", finding.remedy()));
  }

  @Override
  protected void end() {
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
