package io.kspan.topology.doctor;

/**
 * One thing that a check has found.
 *
 * @param what in one line
 * @param remedy what to do about it, in one line; empty if there is nothing to do
 */
public record Finding(Verdict verdict, String what, String remedy) {
  static Finding ok(String what) {
    return new Finding(Verdict.OK, what, "");
  }

  static Finding warning(String what, String remedy) {
    return new Finding(Verdict.WARNING, what, remedy);
  }

  static Finding failed(String what, String remedy) {
    return new Finding(Verdict.FAILED, what, remedy);
  }

  static Finding skipped(String why, String remedy) {
    return new Finding(Verdict.SKIPPED, why, remedy);
  }
}
