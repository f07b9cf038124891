package io.kspan.topology.place;

import io.kspan.topology.lineage.LineageKeys;
import io.kspan.topology.model.EventOccurrence;
import io.kspan.topology.wire.LineageRecord;
import io.kspan.topology.wire.LineageRecord.Sighting;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * The earliest events about objects of which there is no snapshot, from which their owners are
 * guessed (trace-model 3.2). Sole owner of the store {@code first-events}.
 *
 * <p>Called by the placing processor on its stream thread. Holds more than is needed, never less:
 * whether an object was really never seen is judged when an item is placed.
 */
final class FirstEvents {
  private final KeyValueStore<String, LineageRecord> store;
  private final ObjectIndex objects;
  private final long windowMillis;

  /**
   * First events over the task's store.
   *
   * @param windowMillis how long after its receipt an event counts
   */
  FirstEvents(KeyValueStore<String, LineageRecord> store, ObjectIndex objects, long windowMillis) {
    this.store = store;
    this.objects = objects;
    this.windowMillis = windowMillis;
  }

  /**
   * Adds an event.
   *
   * @return what to publish: the first events of its object, if that is unseen and the event is
   *     earlier than those before it
   */
  Optional<LineageRecord.FirstEvents> add(String cluster, EventOccurrence event) {
    if (objects.wasSeen(cluster, event.involvedUid(), event.receiptMillis())) {
      return Optional.empty();
    }
    String key = LineageKeys.firstEvents(cluster, event.involvedUid(), event.involved());
    List<Sighting> events = new ArrayList<>();
    if (store.get(key) instanceof LineageRecord.FirstEvents before) {
      events.addAll(before.events());
    }
    // An event outside the window must not matter, whether it has been forgotten or not.
    boolean isLater =
        events.stream()
            .anyMatch(
                e ->
                    e.receiptMillis() <= event.receiptMillis()
                        && e.receiptMillis() >= event.receiptMillis() - windowMillis
                        && e.timeNanos() <= event.timeNanos());
    if (isLater) {
      return Optional.empty();
    }
    events.removeIf(
        e -> e.receiptMillis() >= event.receiptMillis() && e.timeNanos() >= event.timeNanos());
    events.add(new Sighting(event.receiptMillis(), event.timeNanos()));
    LineageRecord.FirstEvents first =
        new LineageRecord.FirstEvents(
            cluster, event.involvedUid(), event.involved(), List.copyOf(events));
    store.put(key, first);
    return Optional.of(first);
  }

  /**
   * Forgets the events that were received more than a window before {@code dueMillis}.
   *
   * @return the later ones, null if there are none
   */
  LineageRecord forget(String key, long dueMillis) {
    if (store.get(key) instanceof LineageRecord.FirstEvents first) {
      List<Sighting> left =
          first.events().stream()
              .filter(e -> e.receiptMillis() + windowMillis >= dueMillis)
              .toList();
      if (!left.isEmpty()) {
        LineageRecord rest =
            new LineageRecord.FirstEvents(first.cluster(), first.uid(), first.reference(), left);
        store.put(key, rest);
        return rest;
      }
    }
    store.delete(key);
    return null;
  }
}
