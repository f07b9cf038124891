package io.kspan.topology.doctor;

import java.util.List;

/** One link of the chain. For one thread. */
interface Check {
  /** One word. */
  String name();

  /**
   * Looks, within a bounded time.
   *
   * @throws UnansweredException when a broker did not answer or refused to
   */
  List<Finding> run() throws InterruptedException;
}
