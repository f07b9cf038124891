package io.kspan.topology.simulation;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * One partition as a read-committed consumer sees it: nothing behind the first open transaction,
 * nothing of an aborted one.
 *
 * <p>Not thread-safe.
 *
 * @param <T> what is written
 */
final class TransactionalLog<T> {
  private final List<Entry<T>> entries = new ArrayList<>();

  private record Entry<T>(Transaction transaction, T value) {}

  /** A record and the position behind it. */
  record Read<T>(T value, int next) {}

  void append(Transaction transaction, T value) {
    entries.add(new Entry<>(transaction, value));
  }

  /** The first record that can be read at {@code position} or behind it. */
  Optional<Read<T>> read(int position) {
    for (int i = position; i < entries.size(); i++) {
      Entry<T> entry = entries.get(i);
      if (entry.transaction.isOpen()) {
        return Optional.empty();
      }
      if (entry.transaction.isCommitted()) {
        return Optional.of(new Read<>(entry.value, i + 1));
      }
    }
    return Optional.empty();
  }

  List<T> committed() {
    return entries.stream().filter(e -> e.transaction.isCommitted()).map(Entry::value).toList();
  }

  int size() {
    return entries.size();
  }
}
