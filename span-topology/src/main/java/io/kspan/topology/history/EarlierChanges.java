package io.kspan.topology.history;

import io.kspan.topology.gather.RootMeta;
import io.kspan.topology.gather.RootMetaSerde;
import io.kspan.topology.model.ObjectSnapshot;
import io.kspan.topology.model.RootLog;
import io.kspan.topology.model.WrittenChange;
import io.kspan.topology.model.WrittenGenerations;
import io.kspan.topology.wire.RootKeys;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;
import org.apache.kafka.common.serialization.Deserializer;

/**
 * The changes that the live application has written, from the changelog of its store of roots.
 * Activity in the range links to changes from before the range as it does live, and no record that
 * the replay reads holds them.
 *
 * <p>A generation counts if its root was seen with it, or a higher one, before the first record
 * that is read; the replay itself writes later ones. Filled by one thread, then immutable.
 */
final class EarlierChanges {
  static final EarlierChanges NONE = new EarlierChanges(Long.MIN_VALUE);

  private final long beforeMillis;
  private final Map<String, WrittenGenerations> byRoot = new HashMap<>();
  private final Deserializer<RootMeta> deserializer = new RootMetaSerde().deserializer();

  EarlierChanges(long beforeMillis) {
    this.beforeMillis = beforeMillis;
  }

  /** Adds a record of the changelog of that store, which replaces earlier ones of the same root. */
  void add(String rootKey, byte[] value) {
    RootMeta meta = value == null ? null : deserializer.deserialize("", value);
    if (meta == null || meta.written().equals(WrittenGenerations.NONE)) {
      byRoot.remove(rootKey);
    } else {
      byRoot.put(rootKey, meta.written());
    }
  }

  /** {@code written}, and the earlier generations of the root of {@code log}. */
  WrittenGenerations addTo(WrittenGenerations written, RootLog log) {
    WrittenGenerations before = byRoot.get(RootKeys.of(log.cluster().name(), log.root().key()));
    OptionalLong seen =
        log.snapshots().stream()
            .filter(s -> s.uid().equals(log.root().uid()) && s.receiptMillis() < beforeMillis)
            .mapToLong(ObjectSnapshot::generation)
            .max();
    if (before == null || seen.isEmpty()) {
      return written;
    }
    TreeMap<Long, WrittenChange> all = new TreeMap<>(written.newest());
    before
        .newest()
        .headMap(seen.getAsLong() + 1)
        .forEach(
            (generation, change) ->
                all.merge(generation, change, (own, old) -> old.exists() ? old : own));
    return new WrittenGenerations(
        all, Math.max(written.allUpTo(), Math.min(before.allUpTo(), seen.getAsLong())));
  }
}
