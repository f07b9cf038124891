package io.kspan.topology.history;

/** Is told how a replay goes on. Used by one thread. */
public interface ReplayProgress extends AutoCloseable {

  /** Begins a phase of {@code total} steps. */
  void phase(String name, String unit, long total);

  /**
   * How many of its steps are done.
   *
   * @param note what else there is to say, else empty
   */
  void done(long steps, String note);

  /** Something to know, in a line of its own. */
  void note(String line);

  @Override
  void close();
}
