package io.kspan.topology.simulation;

import java.util.Arrays;
import java.util.Map;
import org.apache.kafka.common.utils.Bytes;

/**
 * A task under exactly-once semantics: stores, output and positions in the inputs are committed
 * together, and a restart begins at the last commit.
 *
 * <p>Not thread-safe.
 */
abstract class SimulatedTask {
  private Map<String, Map<Bytes, byte[]>> committedStores = Map.of();
  private int[] committedPositions;
  private int[] positions;
  private TaskStores stores;
  private Transaction transaction = new Transaction();

  SimulatedTask(int inputs) {
    committedPositions = new int[inputs];
  }

  /** New processors over {@code contents}, on {@code instance}. */
  abstract TaskStores open(SimulatedInstance instance, Map<String, Map<Bytes, byte[]>> contents);

  /** Reads at most {@code limit} records of one input; the number read. */
  abstract int read(int input, int limit);

  /** Has the wall-clock timers fire. */
  abstract void look(long wallClockMillis);

  final void start(SimulatedInstance instance) {
    positions = committedPositions.clone();
    stores = open(instance, committedStores);
  }

  /** Dies and begins again at the last commit. */
  final void restart(SimulatedInstance instance) {
    transaction.abort();
    transaction = new Transaction();
    start(instance);
  }

  final void commit() {
    committedStores = stores.copy();
    committedPositions = positions.clone();
    transaction.commit();
    transaction = new Transaction();
  }

  final int inputs() {
    return committedPositions.length;
  }

  final Transaction transaction() {
    return transaction;
  }

  final int position(int input) {
    return positions[input];
  }

  final void position(int input, int next) {
    positions[input] = next;
  }

  final int committedPosition(int input) {
    return committedPositions[input];
  }

  final long progress() {
    return Arrays.stream(positions).sum();
  }
}
