package io.kspan.topology.simulation;

/** What one task writes between two commits. Not thread-safe. */
final class Transaction {
  private enum State {
    OPEN,
    COMMITTED,
    ABORTED
  }

  private State state = State.OPEN;

  void commit() {
    state = State.COMMITTED;
  }

  void abort() {
    state = State.ABORTED;
  }

  boolean isOpen() {
    return state == State.OPEN;
  }

  boolean isCommitted() {
    return state == State.COMMITTED;
  }
}
