package io.kspan.topology.ops;

import java.util.Optional;

/** The answers to probes. Thread-safe; never waits. */
public interface Health {
  /** Why the process should be started again, if it should. */
  Optional<String> notAlive();

  /** What still has to happen before the process does its work, if anything. */
  Optional<String> notReady();
}
