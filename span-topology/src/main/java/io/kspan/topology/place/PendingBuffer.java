package io.kspan.topology.place;

import io.kspan.topology.assemble.DeliveryRules;
import io.kspan.topology.lineage.GlobalLineage;
import io.kspan.topology.lineage.LineageView;
import io.kspan.topology.metrics.Metric;
import io.kspan.topology.metrics.Metrics;
import io.kspan.topology.model.ObjectIdentity;
import io.kspan.topology.model.PlacedOccurrence;
import io.kspan.topology.time.Watermark;
import io.kspan.topology.wire.GatherItem;
import io.kspan.topology.wire.RootKeys;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * Items that wait, in the order of their receipt, until their root can be decided: at the moment at
 * which everything on the way up has been seen, else when the orphan window is over. Sole owner of
 * the store {@code pending-items}.
 *
 * <p>Called by the placing processor on its stream thread. A key-value store with explicit deletes:
 * a WindowStore would lose old entries in catch-up, since its retention counts from the newest put.
 */
final class PendingBuffer {
  // Bounds the work of one punctuation; the rest is decided by the next.
  private static final int BUDGET = 5000;
  // Bounds what is in memory; in catch-up more can wait.
  private static final int FRONT = 2000;
  private static final long NANOS_PER_MILLI = 1_000_000L;

  private final KeyValueStore<String, PendingItem> store;
  private final GlobalLineage lineage;
  private final OwnerRules rules;
  private final PlaceSettings settings;
  private final Metrics counters;
  private final DeliveryRules deliveries;
  private final RetrySchedule retries;
  // Every item before it has been tried; it is in the retry schedule if it still waits.
  private String untried = "";
  // The first untried items, as the store has them: most need not be read back. Complete up to
  // frontEnd, excluding it; null if it holds all.
  private final NavigableMap<String, PendingItem> front = new TreeMap<>();
  private String frontEnd = "";
  private long knownMillis = Watermark.NONE;
  private boolean isUnchanged;

  /** An item with its root. */
  record Placed(String cluster, String rootKey, GatherItem item, long receiptMillis) {}

  PendingBuffer(
      KeyValueStore<String, PendingItem> store,
      GlobalLineage lineage,
      OwnerRules rules,
      PlaceSettings settings,
      Metrics counters) {
    this.store = store;
    this.lineage = lineage;
    this.rules = rules;
    this.settings = settings;
    this.counters = counters;
    this.deliveries = settings.deliveries();
    this.retries = new RetrySchedule(settings.orphanWindowMillis());
  }

  void add(PendingItem item) {
    String key = item.storeKey();
    store.put(key, item);
    isUnchanged = false;
    if (key.compareTo(untried) < 0) {
      retries.add(key, item.receiptMillis());
    } else {
      toFront(key, item);
    }
  }

  private void toFront(String key, PendingItem item) {
    if (frontEnd != null && key.compareTo(frontEnd) >= 0) {
      return;
    }
    front.put(key, item);
    if (front.size() > FRONT) {
      frontEnd = front.pollLastEntry().getKey();
    }
  }

  /** Takes back what was added; false if it was decided already. */
  boolean remove(String key) {
    isUnchanged = false;
    retries.remove(key);
    front.remove(key);
    return store.delete(key) != null;
  }

  /** Corrects whether a version is a change; without effect if it was decided already. */
  void reassess(String cluster, String uid, ReceivedVersion version, boolean isChange) {
    String key = PendingItem.versionKey(cluster, uid, version.receiptMillis(), version.sequence());
    PendingItem item = store.get(key);
    if (item != null) {
      PendingItem assessed = item.asChange(isChange);
      store.put(key, assessed);
      front.replace(key, assessed);
      isUnchanged = false;
    }
  }

  /**
   * Decides the items that can be decided when all lineage received up to {@code knownMillis} is
   * known.
   *
   * @return whether more can be decided at once
   */
  boolean decide(long knownMillis, Consumer<Placed> decided) {
    if (isUnchanged && knownMillis == this.knownMillis) {
      return false;
    }
    lineage.refresh();
    this.knownMillis = knownMillis;
    List<String> due = retries.due(knownMillis, BUDGET);
    for (String key : due) {
      attempt(key, store.get(key), decided);
    }
    isUnchanged = decideUntried(decided) && due.size() < BUDGET;
    return !isUnchanged;
  }

  /**
   * Tries the items that were received by now and have not been tried.
   *
   * @return whether none is left
   */
  private boolean decideUntried(Consumer<Placed> decided) {
    for (int i = 0; i < BUDGET; i++) {
      if (front.isEmpty() && frontEnd != null) {
        readFront();
      }
      if (front.isEmpty() || PendingItem.receiptOf(front.firstKey()) > knownMillis) {
        return true;
      }
      Map.Entry<String, PendingItem> next = front.firstEntry();
      attempt(next.getKey(), next.getValue(), decided);
      front.remove(next.getKey());
      // The least key after this one.
      untried = next.getKey() + '\0';
    }
    return false;
  }

  private void readFront() {
    try (KeyValueIterator<String, PendingItem> items = store.range(frontEnd, null)) {
      while (items.hasNext() && front.size() < FRONT) {
        KeyValue<String, PendingItem> item = items.next();
        front.put(item.key, item.value);
      }
      frontEnd = items.hasNext() ? items.peekNextKey() : null;
    }
  }

  /**
   * No item that waits was received before that moment; {@link Watermark#END_OF_INPUT} if none
   * waits. Known after {@link #decide} only.
   */
  long oldestMillis() {
    String nextUntried = front.isEmpty() ? frontEnd : front.firstKey();
    String oldest = retries.first() == null ? nextUntried : retries.first();
    return oldest == null ? Watermark.END_OF_INPUT : PendingItem.receiptOf(oldest);
  }

  private void attempt(String key, PendingItem item, Consumer<Placed> decided) {
    if (decide(item, decided)) {
      retries.remove(key);
      // Not delete, which reads and decodes the value.
      store.put(key, null);
    } else {
      retries.postpone(key, kindOf(item), item.receiptMillis(), knownMillis);
    }
  }

  /** How many items wait although their time has come, by kind. */
  Map<String, Long> waitingByKind() {
    return retries.waitingByKind();
  }

  private static String kindOf(PendingItem item) {
    return item.named().reference().kind();
  }

  /** Decides the item if its moment has come; false if it has to wait. */
  private boolean decide(PendingItem item, Consumer<Placed> decided) {
    if (!item.isChange()) {
      return true;
    }
    OptionalLong asOf = moment(item);
    if (asOf.isEmpty()) {
      return false;
    }
    if (item.event() == null) {
      placeObject(item, asOf.getAsLong(), decided);
    } else {
      PlacedOccurrence placed = rules.decide(item.event(), view(item), asOf.getAsLong());
      decided.accept(placed(item, placed.root().key(), new GatherItem.Occurrence(placed)));
    }
    return true;
  }

  /**
   * As of when the item is decided, if that moment has come; how much more is known already does
   * not matter.
   */
  private OptionalLong moment(PendingItem item) {
    if (item.deletion() != null && item.receiptMillis() <= knownMillis) {
      return OptionalLong.of(item.receiptMillis());
    }
    long windowEnd = item.receiptMillis() + settings.orphanWindowMillis();
    boolean mayBeEarly =
        !settings.wholeLog()
            && item.hasUid()
            // What it points to may be received, and get a new generation, until then.
            && (item.event() == null || !LinkRules.mayPoint(item.event()));
    if (mayBeEarly) {
      Optional<Long> complete =
          rules.completeAt(
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
    if (mayBeEarly) {
      counters.count(Metric.TIMED_OUT_ORPHANS, kindOf(item));
    }
    return OptionalLong.of(windowEnd);
  }

  /** A snapshot counts in the tree that it would be in as an event (trace-model 5.4). */
  private void placeObject(PendingItem item, long asOfMillis, Consumer<Placed> decided) {
    LineageView view = view(item);
    ObjectIdentity object = item.named();
    OwnerRules.AsOf asOf = new OwnerRules.AsOf(item.receiptMillis(), asOfMillis);
    OwnerRules.Chain chain =
        rules.climb(object, view, asOf, item.receiptMillis() * NANOS_PER_MILLI);
    GatherItem here = inTree(item, view);
    decided.accept(placed(item, chain.rootOf(object).key(), here));
    for (String former : rules.formerRoots(object, chain, view, asOf)) {
      // A root always counts in its own tree.
      boolean isOwn = former.equals(object.key());
      decided.accept(placed(item, former, isOwn ? here : inTree(item, null)));
    }
  }

  /** The item in a tree that it is in; in one that it has left, without a view. */
  private GatherItem inTree(PendingItem item, LineageView view) {
    if (item.deletion() != null) {
      return new GatherItem.Deletion(item.named().uid(), item.deletion().millis());
    }
    return new GatherItem.Snapshot(
        view == null
            ? item.object().leaving()
            : deliveries.decide(item.cluster(), item.object(), view::deliveries));
  }

  /** Hides lineage that is due to be forgotten, whether it is still stored or not. */
  private LineageView view(PendingItem item) {
    return settings.wholeLog()
        ? lineage.of(item.cluster(), Long.MIN_VALUE, Long.MIN_VALUE)
        : lineage.of(
            item.cluster(),
            item.receiptMillis() - settings.deletedRetentionMillis(),
            item.receiptMillis() - settings.unseenLookbackMillis());
  }

  private static Placed placed(PendingItem item, String root, GatherItem placed) {
    return new Placed(
        item.cluster(), RootKeys.of(item.cluster(), root), placed, item.receiptMillis());
  }
}
