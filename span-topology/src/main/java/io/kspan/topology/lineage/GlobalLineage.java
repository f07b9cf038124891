package io.kspan.topology.lineage;

import io.kspan.topology.model.Cluster;
import io.kspan.topology.model.Delivery;
import io.kspan.topology.model.Lineage;
import io.kspan.topology.model.Mention;
import io.kspan.topology.model.ObjectIdentity;
import io.kspan.topology.model.ObjectReference;
import io.kspan.topology.wire.LineageRecord;
import io.kspan.topology.wire.LineageRecordSerde;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.ReadOnlyKeyValueStore;

/**
 * Reads the global lineage store.
 *
 * <p>Used by one stream thread; the store itself is filled by the global thread and may be ahead of
 * the records that this thread has read.
 */
public final class GlobalLineage {
  private final ReadOnlyKeyValueStore<String, byte[]> store;
  private final Set<String> watchedKinds;
  private final Deserializer<LineageRecord> deserializer = new LineageRecordSerde().deserializer();
  private final Map<String, Optional<LineageRecord.Known>> looked = new HashMap<>();
  private final Map<String, Cluster> clusters = new HashMap<>();

  /**
   * A reader.
   *
   * @param watchedKinds kinds that are waited for besides the announced ones
   */
  public GlobalLineage(ReadOnlyKeyValueStore<String, byte[]> store, Set<String> watchedKinds) {
    this.store = store;
    this.watchedKinds = Set.copyOf(watchedKinds);
  }

  /** The lists that were received from {@code fromMillis} to {@code untilMillis}, both included. */
  public List<LineageRecord.WatchedKind> lists(long fromMillis, long untilMillis) {
    List<LineageRecord.WatchedKind> lists = new ArrayList<>();
    try (KeyValueIterator<String, byte[]> entries =
        store.range(LineageKeys.lists(fromMillis), LineageKeys.listsUntil(untilMillis))) {
      while (entries.hasNext()) {
        if (deserializer.deserialize("", entries.next().value)
            instanceof LineageRecord.WatchedKind list) {
          lists.add(list);
        }
      }
    }
    return lists;
  }

  /**
   * Whether objects of {@code kind} could turn up, as far as was known at {@code millis}; all kinds
   * could until the connector had announced the first.
   */
  public boolean isWaitedFor(String cluster, String kind, long millis) {
    return watchedKinds.contains(kind)
        || isAnnounced(LineageKeys.kind(cluster, kind), millis)
        || !isAnnounced(LineageKeys.kinds(cluster), millis);
  }

  private boolean isAnnounced(String prefix, long millis) {
    return scan(prefix).stream()
        .anyMatch(
            entry ->
                deserializer.deserialize("", entry.value) instanceof LineageRecord.WatchedKind w
                    && w.sinceMillis() <= millis);
  }

  /**
   * Forgets what {@link #of(String, long, long)} has read of objects by their UID, and {@link
   * #cluster}. To be called before decisions by a new watermark: what is read after that holds
   * everything up to the watermark, and what is beyond it is ignored.
   */
  public void refresh() {
    looked.clear();
    clusters.clear();
  }

  /**
   * The cluster of that name with all UIDs of its namespace {@code kube-system}: only a cluster
   * that was built anew has several. Read once until {@link #refresh}.
   */
  public Cluster cluster(String name) {
    return clusters.computeIfAbsent(name, this::read);
  }

  private Cluster read(String name) {
    SortedMap<Long, String> uids = new TreeMap<>();
    for (Lineage lineage :
        new ClusterView(name, Long.MIN_VALUE, Long.MIN_VALUE, false)
            .byReference(Cluster.IDENTITY)) {
      uids.put(lineage.firstSeenMillis(), lineage.identity().uid());
    }
    return new Cluster(name, uids);
  }

  /**
   * What is known of the objects of {@code cluster}, without objects deleted before {@code
   * deletedSinceMillis}, and without causes and events received before {@code unseenSinceMillis}.
   * Owners are looked up over and over, so objects are read once until {@link #refresh}.
   */
  public LineageView of(String cluster, long deletedSinceMillis, long unseenSinceMillis) {
    return new ClusterView(cluster, deletedSinceMillis, unseenSinceMillis, true);
  }

  private LineageRecord get(String key) {
    byte[] value = store.get(key);
    return value == null ? null : deserializer.deserialize("", value);
  }

  private List<KeyValue<String, byte[]>> scan(String prefix) {
    List<KeyValue<String, byte[]>> found = new ArrayList<>();
    try (KeyValueIterator<String, byte[]> entries =
        store.prefixScan(prefix, new StringSerializer())) {
      entries.forEachRemaining(found::add);
    }
    return found;
  }

  private final class ClusterView implements LineageView {
    private final String cluster;
    private final long deletedSinceMillis;
    private final long unseenSinceMillis;
    private final boolean remembered;

    ClusterView(
        String cluster, long deletedSinceMillis, long unseenSinceMillis, boolean remembered) {
      this.cluster = cluster;
      this.deletedSinceMillis = deletedSinceMillis;
      this.unseenSinceMillis = unseenSinceMillis;
      this.remembered = remembered;
    }

    @Override
    public Optional<Lineage> byUid(String uid) {
      String key = LineageKeys.object(cluster, uid);
      Optional<LineageRecord.Known> found =
          remembered ? looked.computeIfAbsent(key, this::known) : known(key);
      return found
          .filter(known -> known.cluster().equals(cluster))
          .map(LineageRecord.Known::lineage)
          .filter(lineage -> lineage.deletedMillis() >= deletedSinceMillis);
    }

    private Optional<LineageRecord.Known> known(String key) {
      return get(key) instanceof LineageRecord.Known known ? Optional.of(known) : Optional.empty();
    }

    @Override
    public List<Lineage> byReference(ObjectReference reference) {
      String prefix = LineageKeys.referenceEntries(cluster, reference);
      List<Lineage> lineages = new ArrayList<>();
      for (KeyValue<String, byte[]> entry : scan(prefix)) {
        byUid(entry.key.substring(prefix.length()))
            .filter(l -> l.identity().reference().equals(reference))
            .ifPresent(lineages::add);
      }
      return lineages;
    }

    @Override
    public List<Mention> mentions(ObjectReference reference) {
      List<Mention> mentions = new ArrayList<>();
      for (KeyValue<String, byte[]> entry : scan(LineageKeys.mentions(cluster, reference))) {
        if (deserializer.deserialize("", entry.value) instanceof LineageRecord.Mentioned m
            && m.named().equals(reference)
            && m.cluster().equals(cluster)
            && m.mention().receiptMillis() >= unseenSinceMillis) {
          mentions.add(m.mention());
        }
      }
      return mentions;
    }

    @Override
    public OptionalLong earliestEvent(ObjectIdentity object, long untilMillis) {
      String key = LineageKeys.firstEvents(cluster, object.uid(), object.reference());
      return get(key) instanceof LineageRecord.FirstEvents first
          ? first.events().stream()
              .filter(
                  e -> e.receiptMillis() >= unseenSinceMillis && e.receiptMillis() <= untilMillis)
              .mapToLong(LineageRecord.Sighting::timeNanos)
              .min()
          : OptionalLong.empty();
    }

    @Override
    public List<Delivery.Change> deliveries(String delivery, long fromMillis, long untilMillis) {
      List<Delivery.Change> changes = new ArrayList<>();
      try (KeyValueIterator<String, byte[]> entries =
          store.range(
              LineageKeys.deliveries(delivery, fromMillis),
              LineageKeys.deliveries(delivery, untilMillis + 1))) {
        while (entries.hasNext()) {
          if (deserializer.deserialize("", entries.next().value)
              instanceof LineageRecord.Delivered delivered) {
            changes.add(delivered.change());
          }
        }
      }
      return changes;
    }
  }
}
