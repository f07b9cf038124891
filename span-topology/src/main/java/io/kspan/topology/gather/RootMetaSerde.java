package io.kspan.topology.gather;

import io.kspan.topology.model.ChangeNotice;
import io.kspan.topology.model.WrittenChange;
import io.kspan.topology.model.WrittenGenerations;
import io.kspan.topology.wire.StateSerde;
import io.kspan.topology.wire.proto.RootEntry;
import java.util.TreeMap;

/** Values of the store {@code roots}. Thread-safe. */
public final class RootMetaSerde extends StateSerde<RootMeta, RootEntry> {
  /** A serde. */
  public RootMetaSerde() {
    super(RootEntry.parser());
  }

  @Override
  protected RootEntry toMessage(RootMeta meta) {
    RootEntry.Builder entry = RootEntry.newBuilder();
    if (meta.closedUntilNanos() != Long.MIN_VALUE) {
      entry.setClosedUntilNanos(meta.closedUntilNanos());
    }
    if (meta.written().allUpTo() != Long.MIN_VALUE) {
      entry.setForgottenUpTo(meta.written().allUpTo());
    }
    if (meta.nextCheckMillis() != RootMeta.NO_TIMER) {
      entry.setNextCheckMillis(meta.nextCheckMillis());
    }
    if (meta.begunUpTo() != Long.MIN_VALUE) {
      entry.setBegunUpTo(meta.begunUpTo());
    }
    if (meta.failedSinceNanos() != ChangeNotice.NOT_FAILED) {
      entry.setFailedSinceNanos(meta.failedSinceNanos());
    }
    if (meta.provisionalMillis() != Long.MIN_VALUE) {
      entry.setProvisionalMillis(meta.provisionalMillis());
    }
    entry.setOpen(meta.open());
    meta.written()
        .newest()
        .forEach(
            (generation, change) ->
                entry.addGenerations(
                    RootEntry.Generation.newBuilder()
                        .setNumber(generation)
                        .setTraceId(change.traceId())
                        .setRootSpanId(change.rootSpanId())));
    return entry.build();
  }

  @Override
  protected RootMeta fromMessage(RootEntry entry) {
    TreeMap<Long, WrittenChange> newest = new TreeMap<>();
    for (RootEntry.Generation g : entry.getGenerationsList()) {
      newest.put(g.getNumber(), new WrittenChange(g.getTraceId(), g.getRootSpanId()));
    }
    return new RootMeta(
        entry.hasClosedUntilNanos() ? entry.getClosedUntilNanos() : Long.MIN_VALUE,
        new WrittenGenerations(
            newest, entry.hasForgottenUpTo() ? entry.getForgottenUpTo() : Long.MIN_VALUE),
        entry.hasNextCheckMillis() ? entry.getNextCheckMillis() : RootMeta.NO_TIMER,
        entry.hasBegunUpTo() ? entry.getBegunUpTo() : Long.MIN_VALUE,
        entry.hasFailedSinceNanos() ? entry.getFailedSinceNanos() : ChangeNotice.NOT_FAILED,
        entry.hasProvisionalMillis() ? entry.getProvisionalMillis() : Long.MIN_VALUE,
        entry.getOpen());
  }
}
