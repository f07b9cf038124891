package io.kspan.topology.resolve;

import io.kspan.topology.assemble.CauseRules;
import io.kspan.topology.index.IndexedObject;
import io.kspan.topology.lineage.LineageKeys;
import io.kspan.topology.model.EventOccurrence;
import io.kspan.topology.model.Mention;
import io.kspan.topology.model.ObjectIdentity;
import io.kspan.topology.wire.LineageRecord;
import io.kspan.topology.wire.LineageRecord.Sighting;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * What events say about objects of which there is no snapshot, for whoever has to guess their
 * owners (trace-model 3.2).
 *
 * <p>Writes more than will be needed, never less: whether an object was really never seen is judged
 * later. Not thread-safe.
 */
final class UnseenObjects {
  private final KeyValueStore<String, LineageRecord> firstEvents;
  private final KeyValueStore<String, IndexedObject> objects;
  private final long windowMillis;

  /**
   * @param windowMillis how long after its receipt an event is asked for
   */
  UnseenObjects(
      KeyValueStore<String, LineageRecord> firstEvents,
      KeyValueStore<String, IndexedObject> objects,
      long windowMillis) {
    this.firstEvents = firstEvents;
    this.objects = objects;
    this.windowMillis = windowMillis;
  }

  /**
   * The mention that {@code event} is, if it is one; also of an object that was seen: whether that
   * was deleted before may not be known yet, and then the mention is needed.
   */
  static Optional<LineageRecord> mention(String cluster, EventOccurrence event, CauseRules rules) {
    return rules
        .causeOf(event)
        .map(
            cause ->
                new LineageRecord.Mentioned(
                    cluster,
                    cause.named(),
                    new Mention(
                        event.timeNanos(),
                        event.receiptMillis(),
                        event.id(),
                        ObjectIdentity.named(
                            event.involvedUid(), event.involved(), event.involvedApiVersion()))));
  }

  /** The first events of an unseen object, if {@code event} is earlier than those before it. */
  Optional<LineageRecord> firstEvents(String cluster, EventOccurrence event) {
    IndexedObject known = objects.get(cluster + "/" + event.involvedUid());
    if (known != null && known.lineage().firstSeenMillis() <= event.receiptMillis()) {
      return Optional.empty();
    }
    String key = LineageKeys.firstEvents(cluster, event.involvedUid(), event.involved());
    List<Sighting> events = new ArrayList<>();
    if (firstEvents.get(key) instanceof LineageRecord.FirstEvents before) {
      events.addAll(before.events());
    }
    // What nobody asks for any more must not matter, whether it has been forgotten or not.
    boolean toldBefore =
        events.stream()
            .anyMatch(
                e ->
                    e.receiptMillis() <= event.receiptMillis()
                        && e.receiptMillis() >= event.receiptMillis() - windowMillis
                        && e.timeNanos() <= event.timeNanos());
    if (toldBefore) {
      return Optional.empty();
    }
    events.removeIf(
        e -> e.receiptMillis() >= event.receiptMillis() && e.timeNanos() >= event.timeNanos());
    events.add(new Sighting(event.receiptMillis(), event.timeNanos()));
    LineageRecord first =
        new LineageRecord.FirstEvents(
            cluster, event.involvedUid(), event.involved(), List.copyOf(events));
    firstEvents.put(key, first);
    return Optional.of(first);
  }

  /**
   * Forgets what was received more than a window before {@code dueMillis}.
   *
   * @return what is left, since more was received later; null if nothing is
   */
  LineageRecord forget(String key, long dueMillis) {
    if (firstEvents.get(key) instanceof LineageRecord.FirstEvents first) {
      List<Sighting> left =
          first.events().stream()
              .filter(e -> e.receiptMillis() + windowMillis >= dueMillis)
              .toList();
      if (!left.isEmpty()) {
        LineageRecord rest =
            new LineageRecord.FirstEvents(first.cluster(), first.uid(), first.reference(), left);
        firstEvents.put(key, rest);
        return rest;
      }
    }
    firstEvents.delete(key);
    return null;
  }
}
