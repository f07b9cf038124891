package io.kspan.topology.history;

/** Shows how far a replay has come. Called by the thread of the replay. */
public interface ReplayProgress extends AutoCloseable {

  /** Begins a phase of {@code total} steps. */
  void phase(String name, String unit, long total);

  /** Sets the number of steps done; {@code note}, which may be empty, is shown beside it. */
  void done(long steps, String note);

  void note(String line);

  @Override
  void close();
}
