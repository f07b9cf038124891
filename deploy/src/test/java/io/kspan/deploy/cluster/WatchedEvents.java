package io.kspan.deploy.cluster;

import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * The occurrences that an informer of the administrator sees in the namespaces of a run, apart from
 * the connector. Thread-safe.
 */
final class WatchedEvents implements AutoCloseable {
  private final String prefix;
  private final Set<Occurrence> seen = new TreeSet<>();
  private final Cluster cluster;
  private SharedIndexInformer<Event> informer;

  /** Returns when it watches. */
  WatchedEvents(Cluster cluster) {
    this.cluster = cluster;
    prefix = cluster.name();
    reconnect();
  }

  /** With the client that the cluster has now. */
  void reconnect() {
    if (informer != null) {
      informer.close();
    }
    informer = cluster.client().v1().events().inAnyNamespace().inform(new Handler());
  }

  private final class Handler implements ResourceEventHandler<Event> {
    @Override
    public void onAdd(Event event) {
      add(event);
    }

    @Override
    public void onUpdate(Event before, Event now) {
      add(now);
    }

    @Override
    public void onDelete(Event event, boolean unknownFinalState) {
      // What happened has happened.
    }
  }

  private synchronized void add(Event event) {
    if (event.getMetadata().getNamespace().startsWith(prefix)) {
      seen.add(new Occurrence(event.getMetadata().getUid(), count(event)));
    }
  }

  private static long count(Event event) {
    if (event.getSeries() != null && event.getSeries().getCount() != null) {
      return event.getSeries().getCount();
    }
    return event.getCount() == null ? 0 : event.getCount();
  }

  synchronized Set<Occurrence> seen() {
    return new TreeSet<>(seen);
  }

  /** The greatest count of each Event. */
  static Map<String, Long> counts(Set<Occurrence> occurrences) {
    return occurrences.stream()
        .collect(
            Collectors.toMap(Occurrence::eventUid, Occurrence::count, Math::max, TreeMap::new));
  }

  @Override
  public void close() {
    informer.close();
  }
}
