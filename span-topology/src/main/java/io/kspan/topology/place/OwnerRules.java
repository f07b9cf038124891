package io.kspan.topology.place;

import io.kspan.topology.lineage.LineageView;
import io.kspan.topology.model.EventOccurrence;
import io.kspan.topology.model.Lineage;
import io.kspan.topology.model.Mention;
import io.kspan.topology.model.ObjectIdentity;
import io.kspan.topology.model.ObjectReference;
import io.kspan.topology.model.OwnerReference;
import io.kspan.topology.model.PlacedOccurrence;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Which object an event is about, and which root it hangs under (trace-model 3).
 *
 * <p>Pure and thread-safe: decides from a {@link LineageView} as of a given moment, and ignores
 * what was received later.
 */
public final class OwnerRules {
  private static final long NANOS_PER_MILLI = 1_000_000L;
  private static final long CREATION_MARGIN_NANOS = 1_000_000_000L;
  private static final long DELETION_MARGIN_NANOS = 5_000_000_000L;
  // Kinds without namespace that own namespaced objects; others are found by UID.
  private static final Set<String> CLUSTER_SCOPED =
      Set.of("Node", "Namespace", "PersistentVolume", "StorageClass", "ClusterRole");

  private final Set<String> boundaryKinds;

  /**
   * Rules.
   *
   * @param boundaryKinds {@code trace.boundary.kinds}: owners of these kinds are not climbed into
   */
  public OwnerRules(Set<String> boundaryKinds) {
    this.boundaryKinds = Set.copyOf(boundaryKinds);
  }

  /**
   * How far a chain of owners is known.
   *
   * @param owners from the object's owner to the root inclusive
   * @param inferred {@code namesake}, {@code mention}, {@code none}, or empty if nothing had to be
   *     guessed
   */
  public record Chain(List<ObjectIdentity> owners, String inferred) {
    public Chain {
      owners = List.copyOf(owners);
    }
  }

  /**
   * Decides for good, with everything received up to {@code asOfMillis} in the view (receipt +
   * orphan window).
   *
   * @param view of the event's cluster
   */
  public PlacedOccurrence decide(EventOccurrence event, LineageView view, long asOfMillis) {
    ObjectIdentity named =
        ObjectIdentity.named(event.involvedUid(), event.involved(), event.involvedApiVersion());
    ObjectIdentity object = incarnation(named, event.timeNanos(), view, asOfMillis);
    Chain chain = climb(object, view, asOfMillis, event.timeNanos());
    return new PlacedOccurrence(event, object, chain.owners(), chain.inferred(), 0);
  }

  /**
   * The earliest moment at which everything on the way up has been seen, if it has come by {@code
   * knownMillis}: then nothing has to be guessed, and the item need not wait for the orphan window.
   * Kinds that are not watched are not waited for.
   *
   * @param object with a UID
   * @param waitedFor whether objects of a kind can turn up
   * @return milliseconds, not before {@code receiptMillis}
   */
  public Optional<Long> completeAt(
      ObjectIdentity object,
      LineageView view,
      Predicate<String> waitedFor,
      long receiptMillis,
      long knownMillis) {
    OwnerReference start =
        new OwnerReference(
            object.apiVersion(),
            object.reference().kind(),
            object.reference().name(),
            object.uid());
    long moment = receiptMillis;
    Set<String> visited = new HashSet<>();
    OwnerReference next = start;
    while (next != null && !boundaryOwner(next, start) && visited.add(next.uid())) {
      Lineage lineage = view.byUid(next.uid()).orElse(null);
      if (lineage == null || lineage.firstSeenMillis() > knownMillis) {
        return waitedFor.test(next.kind()) ? Optional.empty() : Optional.of(moment);
      }
      if (lineage.firstSeenMillis() > moment) {
        if (!waitedFor.test(next.kind())) {
          // An earlier try did not wait for it either.
          return Optional.of(moment);
        }
        // Owners may have changed in between: begin again at the bottom.
        moment = lineage.firstSeenMillis();
        visited.clear();
        next = start;
      } else {
        next = lineage.ownerAt(moment);
      }
    }
    return Optional.of(moment);
  }

  private boolean boundaryOwner(OwnerReference owner, OwnerReference start) {
    return owner != start && boundaryKinds.contains(owner.kind());
  }

  /** Rule 3.1: the incarnation that an event of {@code timeNanos} is about. */
  private static ObjectIdentity incarnation(
      ObjectIdentity named, long timeNanos, LineageView view, long asOfMillis) {
    if (!named.uid().isEmpty() && !named.uid().equals(named.reference().name())) {
      Optional<ObjectIdentity> seen = seen(named.uid(), view, asOfMillis);
      if (seen.isPresent()) {
        return seen.get();
      }
    }
    return view.byReference(named.reference()).stream()
        .filter(l -> l.firstSeenMillis() <= asOfMillis)
        .filter(l -> l.identity().creationNanos() <= timeNanos + CREATION_MARGIN_NANOS)
        .filter(l -> !deletedLongBefore(l, timeNanos, asOfMillis))
        .max(
            Comparator.<Lineage>comparingLong(l -> l.identity().creationNanos())
                .thenComparingLong(Lineage::firstSeenMillis)
                .thenComparing(l -> l.identity().uid()))
        .map(Lineage::identity)
        .orElse(named);
  }

  private static boolean deletedLongBefore(Lineage lineage, long timeNanos, long asOfMillis) {
    return lineage.deletedMillis() <= asOfMillis
        && lineage.deletedMillis() * NANOS_PER_MILLI < timeNanos - DELETION_MARGIN_NANOS;
  }

  private static Optional<ObjectIdentity> seen(String uid, LineageView view, long asOfMillis) {
    return view.byUid(uid).filter(l -> l.firstSeenMillis() <= asOfMillis).map(Lineage::identity);
  }

  /**
   * Rule 3.4: the owners of {@code object} up to its root.
   *
   * @param timeNanos stands in for the earliest event of an object of which there is none
   */
  public Chain climb(ObjectIdentity object, LineageView view, long asOfMillis, long timeNanos) {
    Map<String, ObjectIdentity> path = new LinkedHashMap<>();
    String inferred = "";
    ObjectIdentity current = object;
    while (path.put(current.key(), current) == null) {
      Step step = ownerOf(current, view, asOfMillis, timeNanos);
      inferred = inferred.isEmpty() ? step.inferred() : inferred;
      if (step.owner() == null) {
        return new Chain(List.copyOf(path.values()).subList(1, path.size()), inferred);
      }
      current = step.owner();
    }
    return new Chain(upToCycleRoot(List.copyOf(path.values()), current), inferred);
  }

  private record Step(ObjectIdentity owner, String inferred) {}

  private Step ownerOf(ObjectIdentity child, LineageView view, long asOfMillis, long timeNanos) {
    if (child.seen()) {
      // Rule 3.3: the owner as received up to then.
      OwnerReference owner = view.byUid(child.uid()).map(l -> l.ownerAt(asOfMillis)).orElse(null);
      return new Step(identify(owner, child, view, asOfMillis), "");
    }
    // Rule 3.2: the owner of an object that was never seen is guessed.
    long earliest = view.earliestEvent(child, asOfMillis).orElse(timeNanos);
    Optional<OwnerReference> ofNamesake = namesakesOwner(child, view, asOfMillis, earliest);
    if (ofNamesake.isPresent()) {
      return new Step(identify(ofNamesake.get(), child, view, asOfMillis), "namesake");
    }
    Optional<ObjectIdentity> mentioning = mentioning(child, view, asOfMillis, earliest);
    return mentioning.isPresent() ? new Step(mentioning.get(), "mention") : new Step(null, "none");
  }

  private ObjectIdentity identify(
      OwnerReference owner, ObjectIdentity child, LineageView view, long asOfMillis) {
    if (owner == null || boundaryKinds.contains(owner.kind())) {
      return null;
    }
    return seen(owner.uid(), view, asOfMillis)
        .orElseGet(
            () ->
                ObjectIdentity.named(
                    owner.uid(),
                    new ObjectReference(
                        owner.kind(),
                        CLUSTER_SCOPED.contains(owner.kind()) ? "" : child.reference().namespace(),
                        owner.name()),
                    owner.apiVersion()));
  }

  private static Optional<OwnerReference> namesakesOwner(
      ObjectIdentity child, LineageView view, long asOfMillis, long earliestNanos) {
    return view.byReference(child.reference()).stream()
        .filter(l -> l.firstSeenMillis() <= asOfMillis && l.ownerAt(asOfMillis) != null)
        .min(
            Comparator.<Lineage>comparingLong(
                    l -> Math.abs(l.identity().creationNanos() - earliestNanos))
                .thenComparingLong(Lineage::firstSeenMillis)
                .thenComparing(l -> l.identity().uid()))
        .map(l -> l.ownerAt(asOfMillis));
  }

  private Optional<ObjectIdentity> mentioning(
      ObjectIdentity child, LineageView view, long asOfMillis, long earliestNanos) {
    return view.mentions(child.reference()).stream()
        .filter(m -> m.receiptMillis() <= asOfMillis)
        .filter(m -> !boundaryKinds.contains(m.by().reference().kind()))
        .min(
            Comparator.<Mention>comparingLong(m -> Math.abs(m.timeNanos() - earliestNanos))
                .thenComparingLong(Mention::receiptMillis)
                .thenComparing(Mention::eventId))
        .map(m -> incarnation(m.by(), m.timeNanos(), view, asOfMillis));
  }

  /** In a cycle the root is its smallest UID. */
  private static List<ObjectIdentity> upToCycleRoot(
      List<ObjectIdentity> path, ObjectIdentity cycleStart) {
    int from = 0;
    while (!path.get(from).key().equals(cycleStart.key())) {
      from++;
    }
    ObjectIdentity root =
        path.subList(from, path.size()).stream()
            .min(Comparator.comparing(ObjectIdentity::key))
            .orElseThrow();
    int rootIndex = path.indexOf(root);
    return rootIndex == 0 ? List.of() : path.subList(1, rootIndex + 1);
  }
}
