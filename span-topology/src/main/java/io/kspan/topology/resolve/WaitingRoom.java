package io.kspan.topology.resolve;

import io.kspan.topology.lineage.GlobalLineage;
import io.kspan.topology.metrics.Metric;
import io.kspan.topology.metrics.Metrics;
import io.kspan.topology.model.ObjectIdentity;
import io.kspan.topology.model.PlacedOccurrence;
import io.kspan.topology.wire.GatherItem;
import io.kspan.topology.wire.RootKeys;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * Where items wait, by receipt, until their root can be decided: at the moment at which everything
 * on the way up has been seen, else when the orphan window is over.
 *
 * <p>A key-value store with explicit deletes: a WindowStore would lose old entries in catch-up,
 * since its retention counts from the newest put. Not thread-safe.
 */
final class WaitingRoom {
  // Bounds the work of one look; what is left is decided by the next.
  private static final int BUDGET = 5000;
  private static final long NANOS_PER_MILLI = 1_000_000L;

  private final KeyValueStore<String, WaitingItem> store;
  private final GlobalLineage lineage;
  private final Resolver resolver;
  private final long windowMillis;
  private final long deletedRetentionMillis;
  private final long unseenLookbackMillis;
  private final boolean wholeLog;
  private final Undecided undecided;
  private final Metrics counters;
  // Whatever waits before it is among the undecided.
  private String unasked = "";

  /** An item with its root. */
  record Placed(String cluster, String rootKey, GatherItem item, long receiptMillis) {}

  WaitingRoom(
      KeyValueStore<String, WaitingItem> store,
      GlobalLineage lineage,
      Resolver resolver,
      ResolveSettings settings,
      Metrics counters) {
    this.store = store;
    this.lineage = lineage;
    this.resolver = resolver;
    this.windowMillis = settings.orphanWindowMillis();
    this.deletedRetentionMillis = settings.deletedRetentionMillis();
    this.unseenLookbackMillis = settings.unseenLookbackMillis();
    this.wholeLog = settings.wholeLog();
    this.undecided = new Undecided(windowMillis);
    this.counters = counters;
  }

  void add(WaitingItem item) {
    String key = item.storeKey();
    store.put(key, item);
    if (key.compareTo(unasked) < 0) {
      undecided.add(key);
    }
  }

  /** Takes back what was added; false if it was decided already. */
  boolean remove(WaitingItem item) {
    String key = item.storeKey();
    undecided.remove(key);
    return store.delete(key) != null;
  }

  /** Corrects whether a version counts; without effect if it was decided already. */
  void reassess(ResolveInput.Reassessed version) {
    String key =
        WaitingItem.versionKey(
            version.cluster(), version.uid(), version.receiptMillis(), version.sequence());
    WaitingItem waits = store.get(key);
    if (waits != null) {
      store.put(key, waits.withNews(version.isNews()));
    }
  }

  /**
   * Decides what can be decided when all lineage received up to {@code knownMillis} is known.
   *
   * @return the receipt of the oldest item that still waits, {@link Long#MAX_VALUE} if none does
   */
  long decide(long knownMillis, Consumer<Placed> decided) {
    for (String key : undecided.due(knownMillis, BUDGET)) {
      ask(key, store.get(key), knownMillis, decided);
    }
    String next = askNew(knownMillis, decided);
    String oldest = undecided.first() == null ? next : undecided.first();
    return oldest == null ? Long.MAX_VALUE : WaitingItem.receiptOf(oldest);
  }

  /**
   * Asks what was received by now and has not been asked.
   *
   * @return the first that is left, null if none is
   */
  private String askNew(long knownMillis, Consumer<Placed> decided) {
    try (KeyValueIterator<String, WaitingItem> items = store.range(unasked, null)) {
      for (int i = 0; items.hasNext(); i++) {
        String key = items.peekNextKey();
        if (i == BUDGET || WaitingItem.receiptOf(key) > knownMillis) {
          unasked = key;
          return key;
        }
        ask(key, items.next().value, knownMillis, decided);
        // The least key after this one.
        unasked = key + '\0';
      }
    }
    return null;
  }

  private void ask(String key, WaitingItem item, long knownMillis, Consumer<Placed> decided) {
    if (settle(item, knownMillis, decided)) {
      undecided.remove(key);
      // Not delete, which reads and decodes what was there.
      store.put(key, null);
    } else {
      undecided.postpone(key, kindOf(item), item.receiptMillis(), knownMillis);
    }
  }

  /** How many items wait although their time has come, by kind. */
  Map<String, Long> held() {
    return undecided.held();
  }

  private static String kindOf(WaitingItem item) {
    return item.named().reference().kind();
  }

  /** Whether the item does not have to wait any longer. */
  private boolean settle(WaitingItem item, long knownMillis, Consumer<Placed> decided) {
    if (!item.isNews()) {
      return true;
    }
    OptionalLong asOf = moment(item, knownMillis);
    asOf.ifPresent(millis -> decided.accept(place(item, millis)));
    return asOf.isPresent();
  }

  /**
   * As of when the item is decided, if that has come; how much more is known already does not
   * matter.
   */
  private OptionalLong moment(WaitingItem item, long knownMillis) {
    if (item.gone() != null && item.receiptMillis() <= knownMillis) {
      return OptionalLong.of(item.receiptMillis());
    }
    long windowEnd = item.receiptMillis() + windowMillis;
    if (!wholeLog && item.hasUid()) {
      Optional<Long> complete =
          resolver.completeAt(
              item.named(),
              view(item),
              kind -> lineage.isWaitedFor(item.cluster(), kind, item.receiptMillis()),
              item.receiptMillis(),
              Math.min(windowEnd, knownMillis));
      if (complete.isPresent()) {
        return OptionalLong.of(complete.get());
      }
    }
    if (windowEnd > knownMillis) {
      return OptionalLong.empty();
    }
    if (!wholeLog && item.hasUid()) {
      counters.count(Metric.TIMED_OUT_ORPHANS, kindOf(item));
    }
    return OptionalLong.of(windowEnd);
  }

  private Placed place(WaitingItem item, long asOfMillis) {
    LineageView view = view(item);
    if (item.event() != null) {
      PlacedOccurrence placed = resolver.decide(item.event(), view, asOfMillis);
      return placed(item, placed.root(), new GatherItem.Occurrence(placed));
    }
    ObjectIdentity object = item.named();
    List<ObjectIdentity> owners =
        resolver.climb(object, view, asOfMillis, item.receiptMillis() * NANOS_PER_MILLI).owners();
    ObjectIdentity root = owners.isEmpty() ? object : owners.get(owners.size() - 1);
    return placed(
        item,
        root,
        item.gone() == null
            ? new GatherItem.Snapshot(item.object())
            : new GatherItem.Gone(object.uid(), item.gone().millis()));
  }

  /** What was over long before the item is forgotten, whether it is still stored or not. */
  private LineageView view(WaitingItem item) {
    return wholeLog
        ? lineage.of(item.cluster(), Long.MIN_VALUE, Long.MIN_VALUE)
        : lineage.of(
            item.cluster(),
            item.receiptMillis() - deletedRetentionMillis,
            item.receiptMillis() - unseenLookbackMillis);
  }

  private static Placed placed(WaitingItem item, ObjectIdentity root, GatherItem placed) {
    return new Placed(
        item.cluster(), RootKeys.of(item.cluster(), root.key()), placed, item.receiptMillis());
  }
}
