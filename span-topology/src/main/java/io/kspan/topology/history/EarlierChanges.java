package io.kspan.topology.history;

import io.kspan.topology.Names;
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
 * Which changes the live application has written, so that activity in the range links to changes
 * from before it as it does live: nothing that is read for the range tells of them.
 *
 * <p>Of what the application knows by now, a generation counts if its root was seen with it, or a
 * higher one, before what is read; later ones are written by the replay itself. Immutable once it
 * is filled.
 */
final class EarlierChanges {
  /** Where nothing was written before. */
  static final EarlierChanges NONE = new EarlierChanges(Long.MIN_VALUE);

  private final long beforeMillis;
  private final Map<String, WrittenGenerations> byRoot = new HashMap<>();
  private final Deserializer<RootMeta> deserializer = new RootMetaSerde().deserializer();

  /** Changes of generations that were seen before {@code beforeMillis}. */
  EarlierChanges(long beforeMillis) {
    this.beforeMillis = beforeMillis;
  }

  /** The topic in which an application keeps them. */
  static String topicOf(String applicationId) {
    return applicationId + "-" + Names.ROOTS_STORE + "-changelog";
  }

  /** Takes in a record of that topic; a later one of the same root replaces it. */
  void add(String rootKey, byte[] value) {
    RootMeta meta = value == null ? null : deserializer.deserialize("", value);
    if (meta == null || meta.written().equals(WrittenGenerations.NONE)) {
      byRoot.remove(rootKey);
    } else {
      byRoot.put(rootKey, meta.written());
    }
  }

  /** {@code written}, and what was written before of the root of {@code log}. */
  WrittenGenerations and(RootLog log, WrittenGenerations written) {
    WrittenGenerations before = byRoot.get(RootKeys.of(log.cluster().name(), log.root().key()));
    if (before == null) {
      return written;
    }
    OptionalLong seen =
        log.snapshots().stream()
            .filter(s -> s.uid().equals(log.root().uid()) && s.receiptMillis() < beforeMillis)
            .mapToLong(ObjectSnapshot::generation)
            .max();
    if (seen.isEmpty()) {
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
        all, Math.max(written.forgottenUpTo(), Math.min(before.forgottenUpTo(), seen.getAsLong())));
  }
}
