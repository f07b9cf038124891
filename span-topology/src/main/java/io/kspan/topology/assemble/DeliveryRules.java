package io.kspan.topology.assemble;

import io.kspan.topology.model.Delivery;
import io.kspan.topology.model.Lineage;
import io.kspan.topology.model.ObjectSnapshot;
import io.kspan.topology.model.SpecChange;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Rule 8.4: which changes of several roots are one delivery. Changes are ordered by receipt, so
 * that what is received later does not alter what was decided. Immutable and thread-safe.
 */
public final class DeliveryRules {
  /** The labels that it reads besides those of {@link DeliveryContext}. */
  public static final List<String> LABELS =
      List.of("app.kubernetes.io/part-of", "app.kubernetes.io/instance");

  private static final Comparator<Delivery.Change> BY_RECEIPT =
      Comparator.comparingLong(Delivery.Change::receiptMillis)
          .thenComparing(change -> change.root().key())
          .thenComparingLong(Delivery.Change::generation);

  private final long windowMillis;
  private final long periodMillis;

  /** What changes have in common; {@code byTime} if it does not tell one release from the next. */
  private record Key(String id, boolean byTime) {}

  /** Finds the changes with a key that were received in a range of time, both ends included. */
  @FunctionalInterface
  public interface Lookup {
    /** In any order; a change can be there with several receipts, of which the first counts. */
    List<Delivery.Change> changes(String key, long fromMillis, long untilMillis);
  }

  /**
   * The rules.
   *
   * @param windowMillis {@code trace.delivery.window}; with 0 only revisions tell a release
   * @param rememberedMillis how long changes are remembered at least
   */
  public DeliveryRules(long windowMillis, long rememberedMillis) {
    this.windowMillis = windowMillis;
    this.periodMillis = Math.max(1, Math.max(windowMillis, rememberedMillis));
  }

  /** How long after its receipt a change is looked up at most. */
  public long periodMillis() {
    return periodMillis;
  }

  /**
   * The version, with what it has in common with the other changes of its release if it begins a
   * generation and belongs to one.
   *
   * @param lineage of the object with that version; null if the version did not change it
   */
  public ObjectSnapshot begin(String cluster, ObjectSnapshot version, Lineage lineage) {
    Key key = lineage != null && lineage.begins(version) ? key(cluster, version) : null;
    return key == null ? version : version.withDelivery(new Delivery(key.id(), null));
  }

  /**
   * The version that {@link #begin} returned, with its delivery, when all changes received up to it
   * are known.
   */
  public ObjectSnapshot decide(String cluster, ObjectSnapshot version, Lookup lookup) {
    if (version.delivery() == null) {
      return version;
    }
    Key key = key(cluster, version);
    long receipt = version.receiptMillis();
    Delivery.Change own = Delivery.Change.of(version);
    Delivery.Change first = null;
    Set<String> known = new HashSet<>();
    for (Delivery.Change next :
        Stream.concat(
                lookup.changes(key.id(), receipt - receipt % periodMillis, receipt).stream(),
                Stream.of(own))
            .sorted(BY_RECEIPT)
            .toList()) {
      if (!known.add(name(next))) {
        continue;
      }
      if (first == null
          || key.byTime() && next.receiptMillis() - first.receiptMillis() >= windowMillis) {
        first = next;
      }
      if (name(next).equals(name(own))) {
        break;
      }
    }
    return version.withDelivery(
        new Delivery(
            key.byTime() ? Ids.ofText(key.id(), name(first)) : key.id(),
            name(first).equals(name(own)) ? null : first));
  }

  private static String name(Delivery.Change change) {
    return change.root().key() + " " + change.generation();
  }

  private Key key(String cluster, ObjectSnapshot version) {
    if (!version.owners().isEmpty() || version.deleted() || version.terminating()) {
      return null;
    }
    DeliveryContext context = DeliveryContext.of(version.labels());
    boolean byTime = context.revision().isEmpty();
    if (byTime && !isMadeWithinWindow(version)) {
      return null;
    }
    if (!context.name().isEmpty()) {
      return new Key(
          Ids.ofText(
              cluster,
              context.tool(),
              context.kind(),
              context.namespace(),
              context.name(),
              context.revision()),
          byTime);
    }
    String partOf = version.labels().getOrDefault(ObjectSnapshot.LABEL + LABELS.get(0), "");
    String instance = version.labels().getOrDefault(ObjectSnapshot.LABEL + LABELS.get(1), "");
    return partOf.isEmpty() && instance.isEmpty()
        ? null
        : new Key(
            Ids.ofText(
                cluster, version.reference().namespace(), partOf, instance, context.revision()),
            byTime);
  }

  /** A list brings what was changed long ago, as if it were all changed now. */
  private boolean isMadeWithinWindow(ObjectSnapshot version) {
    long receipt = Times.ofMillis(version.receiptMillis());
    SpecChange spec = version.specChange();
    long made = receipt;
    if (spec != null) {
      made = spec.timeNanos();
    } else if (version.generation() <= 1 && version.creationNanos() > 0) {
      made = version.creationNanos();
    }
    return windowMillis > 0 && (receipt - made) / Times.MILLI <= windowMillis;
  }
}
