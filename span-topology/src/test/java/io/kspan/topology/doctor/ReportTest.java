package io.kspan.topology.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import io.kspan.topology.ops.CheckResult;
import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;

/** What is printed. */
class ReportTest {
  private final StringWriter out = new StringWriter();

  private void print(Report report) {
    report.add("brokers", CheckResult.ok("1 broker at b:9092"));
    report.add("sink", CheckResult.failed("group \"s\" has no member", "start one"));
    report.end();
  }

  @Test
  void shouldPrintALineForEachResultAndOneForItsRemedy() {
    print(new Report(new PrintWriter(out), false));
    assertThat(out.toString().lines())
        .containsExactly(
            "ok       brokers      1 broker at b:9092",
            "failed   sink         group \"s\" has no member",
            "         → start one",
            "",
            "Something is wrong: 1 ok, 0 warnings, 1 failed, 0 skipped");
  }

  @Test
  void shouldPrintJsonLines() {
    print(new Report(new PrintWriter(out), true));
    assertThat(out.toString().lines())
        .containsExactly(
            "{\"check\":\"brokers\",\"verdict\":\"ok\",\"what\":\"1 broker at b:9092\",\"remedy\":\"\"}",
            "{\"check\":\"sink\",\"verdict\":\"failed\",\"what\":\"group \\\"s\\\" has no member\",\"remedy\":\"start one\"}",
            "{\"ok\":1,\"warning\":0,\"failed\":1,\"skipped\":0}");
  }
}
