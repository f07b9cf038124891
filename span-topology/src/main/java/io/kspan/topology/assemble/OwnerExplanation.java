package io.kspan.topology.assemble;

import io.kspan.topology.model.ObjectIdentity;
import io.kspan.topology.model.ObjectSnapshot;
import io.kspan.topology.model.PlacedOccurrence;
import io.kspan.topology.model.RootLog;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Which object an event is about and how its root was found, as text: for {@link Explanation}. */
final class OwnerExplanation {
  private final RootLog log;
  private final long orphanWindowMillis;

  OwnerExplanation(RootLog log, long orphanWindowNanos) {
    this.log = log;
    this.orphanWindowMillis = orphanWindowNanos / Times.MILLI;
  }

  /** The object, each owner and the root, a line for each. */
  List<String> of(PlacedOccurrence occurrence) {
    List<String> lines = new ArrayList<>();
    lines.add("object: " + objectOrigin(occurrence));
    ObjectIdentity child = occurrence.object();
    boolean inferred = false;
    for (ObjectIdentity owner : occurrence.owners()) {
      inferred |= !child.seen();
      String why =
          child.seen()
              ? ownership(child, owner, occurrence.event().receiptMillis())
              : "rule 3.2: guessed by " + occurrence.inferred();
      String seen = owner.seen() ? ", " : " (never seen), ";
      lines.add("owner: " + Explanation.name(owner) + seen + why);
      child = owner;
    }
    lines.add("root: " + Explanation.name(child) + ", " + top(child, occurrence, inferred));
    return lines;
  }

  private static String objectOrigin(PlacedOccurrence occurrence) {
    ObjectIdentity object = occurrence.object();
    if (!object.seen()) {
      return Explanation.name(object) + ", never seen (rule 3.1: stays as the event names it)";
    }
    return object.uid().equals(occurrence.event().involvedUid())
        ? Explanation.name(object) + ", the one with the UID of the event (rule 3.1)"
        : Explanation.name(object)
            + ", UID "
            + object.uid()
            + ": the event has no known UID, the incarnation that was born last (rule 3.1)";
  }

  private String ownership(ObjectIdentity child, ObjectIdentity owner, long receiptMillis) {
    return versionOwnedBy(child, receiptMillis)
        .filter(s -> s.owners().stream().anyMatch(o -> o.uid().equals(owner.uid())))
        .map(s -> "rule 3.3: ownerReferences in the snapshot received " + at(s))
        .orElse("rule 3.3: ownerReferences in a snapshot that is no longer kept");
  }

  /** The newest with owners received up to the receipt, else the first in the orphan window. */
  private Optional<ObjectSnapshot> versionOwnedBy(ObjectIdentity child, long receiptMillis) {
    long known = receiptMillis + orphanWindowMillis;
    ObjectSnapshot owned = null;
    for (ObjectSnapshot snapshot : log.snapshots()) {
      boolean counts =
          snapshot.uid().equals(child.uid())
              && !snapshot.owners().isEmpty()
              && snapshot.receiptMillis() <= known;
      if (counts && (owned == null || snapshot.receiptMillis() <= receiptMillis)) {
        owned = snapshot;
      }
    }
    return Optional.ofNullable(owned);
  }

  private String top(ObjectIdentity top, PlacedOccurrence occurrence, boolean inferred) {
    if (!top.seen()) {
      return inferred || occurrence.inferred().isEmpty()
          ? "rule 3.4: never seen, so its owner is not known"
          : "rule 3.2: never seen, and guessed by "
              + occurrence.inferred()
              + " (none: no namesake has an owner, and no cause names it)";
    }
    return versionOwnedBy(top, occurrence.event().receiptMillis())
        .map(
            s ->
                "the climb stops below its owner %s %s: a boundary kind or a cycle (rule 3.4), or in another namespace (rule 3.3)"
                    .formatted(s.owners().get(0).kind(), s.owners().get(0).name()))
        .orElse("rule 3.4: it had no owner");
  }

  private static String at(ObjectSnapshot snapshot) {
    return Explanation.millis(snapshot.receiptMillis())
        + ", resourceVersion "
        + snapshot.resourceVersion();
  }
}
