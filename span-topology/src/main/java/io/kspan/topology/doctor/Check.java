package io.kspan.topology.doctor;

import io.kspan.topology.ops.CheckResult;
import java.util.List;

/** How one link of the chain is checked, within a bounded time. */
@FunctionalInterface
interface Check {
  /**
   * Checks.
   *
   * @throws io.kspan.topology.ops.UnansweredException when a broker did not answer, or refused to
   */
  List<CheckResult> run(CheckContext context) throws InterruptedException;
}
