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
import java.util.LinkedHashSet;
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

    /** The top of the tree of {@code object}, whose owners these are. */
    public ObjectIdentity rootOf(ObjectIdentity object) {
      return owners.isEmpty() ? object : owners.get(owners.size() - 1);
    }
  }

  /**
   * Decides for good, with everything received up to {@code asOfMillis} in the view (at most
   * receipt + orphan window).
   *
   * @param view of the event's cluster
   */
  public PlacedOccurrence decide(EventOccurrence event, LineageView view, long asOfMillis) {
    ObjectIdentity named =
        ObjectIdentity.named(event.involvedUid(), event.involved(), event.involvedApiVersion());
    EventOccurrence bounded =
        hasUid(named)
            ? seen(named.uid(), view, asOfMillis).map(o -> notBefore(event, o)).orElse(event)
            : event;
    ObjectIdentity object = incarnation(named, bounded.timeNanos(), view, asOfMillis);
    AsOf asOf = new AsOf(event.receiptMillis(), asOfMillis);
    Chain chain = climb(object, view, asOf, bounded.timeNanos());
    PlacedOccurrence placed =
        new PlacedOccurrence(bounded, object, chain.owners(), chain.inferred(), 0);
    return placed.withLinks(new LinkRules(this, view, asOf).of(placed));
  }

  /** Event time (trace-model 4): not before the creation of the object whose UID it names. */
  private static EventOccurrence notBefore(EventOccurrence event, ObjectIdentity object) {
    return event.timeNanos() >= object.creationNanos()
        ? event
        : event.at(
            Math.max(
                event.timeNanos(),
                Math.min(object.creationNanos(), event.receiptMillis() * NANOS_PER_MILLI)));
  }

  /**
   * The moments that an item is judged by.
   *
   * @param receiptMillis of the item: ownership is as of then
   * @param knownMillis what was received up to then is known, at most receipt + orphan window
   */
  public record AsOf(long receiptMillis, long knownMillis) {}

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
    long moment = receiptMillis;
    Set<String> visited = new HashSet<>();
    String kind = object.reference().kind();
    String uid = object.uid();
    while (visited.add(uid)) {
      Lineage lineage = view.byUid(uid).orElse(null);
      if (lineage == null || lineage.firstSeenMillis() > knownMillis) {
        return waitedFor.test(kind) ? Optional.empty() : Optional.of(moment);
      }
      if (lineage.firstSeenMillis() > moment) {
        if (!waitedFor.test(kind)) {
          // An earlier try did not wait for it either.
          return Optional.of(moment);
        }
        // Owners may have changed in between: begin again at the bottom.
        moment = lineage.firstSeenMillis();
        visited.clear();
        kind = object.reference().kind();
        uid = object.uid();
        continue;
      }
      OwnerReference owner = ownerOf(lineage, view, new AsOf(receiptMillis, moment));
      if (owner == null || boundaryKinds.contains(owner.kind())) {
        return Optional.of(moment);
      }
      kind = owner.kind();
      uid = owner.uid();
    }
    return Optional.of(moment);
  }

  /**
   * Rule 3.3: the owner in the newest snapshot with an owner received up to the receipt, else in
   * the first that is known; null without one.
   */
  OwnerReference ownerOf(Lineage lineage, LineageView view, AsOf asOf) {
    String namespace = lineage.identity().reference().namespace();
    OwnerReference owner = null;
    for (Lineage.OwnerSince since : lineage.owners()) {
      if (since.sinceMillis() > asOf.receiptMillis()
          && (owner != null || since.sinceMillis() > asOf.knownMillis())) {
        return owner;
      }
      for (OwnerReference candidate : since.candidates()) {
        if (!isForeign(candidate, namespace, view, asOf.knownMillis())) {
          owner = candidate;
          break;
        }
      }
    }
    return owner;
  }

  /** An object of another namespace owns nothing, as for Kubernetes' garbage collector. */
  private static boolean isForeign(
      OwnerReference owner, String namespace, LineageView view, long knownMillis) {
    return seen(owner.uid(), view, knownMillis)
        .map(o -> o.reference().namespace())
        .filter(n -> !n.isEmpty() && !n.equals(namespace))
        .isPresent();
  }

  private static boolean hasUid(ObjectIdentity named) {
    return !named.uid().isEmpty() && !named.uid().equals(named.reference().name());
  }

  /** Rule 3.1: the incarnation that an event of {@code timeNanos} is about. */
  ObjectIdentity incarnation(
      ObjectIdentity named, long timeNanos, LineageView view, long asOfMillis) {
    if (hasUid(named)) {
      Optional<ObjectIdentity> seen = seen(named.uid(), view, asOfMillis);
      if (seen.isPresent()) {
        return seen.get();
      }
    }
    return view.byReference(named.reference()).stream()
        .filter(l -> l.firstSeenMillis() <= asOfMillis)
        .filter(l -> l.bornNanos() <= timeNanos + CREATION_MARGIN_NANOS)
        .filter(l -> !deletedLongBefore(l, timeNanos, asOfMillis))
        .max(
            Comparator.comparingLong(Lineage::bornNanos)
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
  public Chain climb(ObjectIdentity object, LineageView view, AsOf asOf, long timeNanos) {
    Map<String, ObjectIdentity> path = new LinkedHashMap<>();
    String inferred = "";
    ObjectIdentity current = object;
    while (path.put(current.key(), current) == null) {
      Step step = stepFrom(current, view, asOf, timeNanos);
      inferred = inferred.isEmpty() ? step.inferred() : inferred;
      if (step.owner() == null || isBoundary(step.owner())) {
        return new Chain(List.copyOf(path.values()).subList(1, path.size()), inferred);
      }
      current = step.owner();
    }
    return new Chain(upToCycleRoot(List.copyOf(path.values()), current), inferred);
  }

  /** The owner may be a boundary. */
  private record Step(ObjectIdentity owner, String inferred) {}

  private Step stepFrom(ObjectIdentity child, LineageView view, AsOf asOf, long timeNanos) {
    if (child.seen()) {
      OwnerReference owner =
          view.byUid(child.uid()).map(lineage -> ownerOf(lineage, view, asOf)).orElse(null);
      return new Step(owner == null ? null : named(owner, child, view, asOf.knownMillis()), "");
    }
    // Rule 3.2: the owner of an object that was never seen is guessed.
    long earliest = view.earliestEvent(child, asOf.knownMillis()).orElse(timeNanos);
    Optional<OwnerReference> ofNamesake = namesakesOwner(child, view, asOf, earliest);
    if (ofNamesake.isPresent()) {
      return new Step(named(ofNamesake.get(), child, view, asOf.knownMillis()), "namesake");
    }
    return mentioning(child, view, asOf.knownMillis(), earliest)
        .map(owner -> new Step(owner, "mention"))
        .orElseGet(() -> new Step(null, "none"));
  }

  private boolean isBoundary(ObjectIdentity owner) {
    return boundaryKinds.contains(owner.reference().kind());
  }

  /**
   * The owner that is not climbed into, if {@code object} has one.
   *
   * @param timeNanos as for {@link #climb}
   */
  Optional<ObjectIdentity> boundaryOwner(
      ObjectIdentity object, LineageView view, AsOf asOf, long timeNanos) {
    return Optional.ofNullable(stepFrom(object, view, asOf, timeNanos).owner())
        .filter(this::isBoundary);
  }

  /**
   * The roots of the trees that {@code object} was in before it, or an owner of it, was adopted
   * (trace-model 5.4).
   *
   * @param chain its owners now
   */
  public Set<String> formerRoots(ObjectIdentity object, Chain chain, LineageView view, AsOf asOf) {
    Set<String> roots = new LinkedHashSet<>();
    adoptions(object, view, asOf, object, roots);
    chain.owners().forEach(owner -> adoptions(owner, view, asOf, object, roots));
    roots.remove(chain.rootOf(object).key());
    return roots;
  }

  private void adoptions(
      ObjectIdentity adopted,
      LineageView view,
      AsOf asOf,
      ObjectIdentity object,
      Set<String> roots) {
    Lineage lineage = adopted.seen() ? view.byUid(adopted.uid()).orElse(null) : null;
    if (lineage == null) {
      return;
    }
    for (Lineage.OwnerSince since : lineage.owners()) {
      long before = since.sinceMillis() - 1;
      boolean wasThere =
          lineage.firstSeenMillis() <= before
              && view.byUid(object.uid()).filter(l -> l.firstSeenMillis() <= before).isPresent();
      if (wasThere && since.sinceMillis() <= asOf.receiptMillis()) {
        Chain then = climb(object, view, new AsOf(before, before), before * NANOS_PER_MILLI);
        roots.add(then.rootOf(object).key());
      }
    }
  }

  private static ObjectIdentity named(
      OwnerReference owner, ObjectIdentity child, LineageView view, long asOfMillis) {
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

  private Optional<OwnerReference> namesakesOwner(
      ObjectIdentity child, LineageView view, AsOf asOf, long earliestNanos) {
    return view.byReference(child.reference()).stream()
        .filter(l -> l.firstSeenMillis() <= asOf.knownMillis() && ownerOf(l, view, asOf) != null)
        .min(
            Comparator.<Lineage>comparingLong(
                    l -> Math.abs(l.identity().creationNanos() - earliestNanos))
                .thenComparing(l -> l.identity().uid()))
        .map(l -> ownerOf(l, view, asOf));
  }

  private Optional<ObjectIdentity> mentioning(
      ObjectIdentity child, LineageView view, long asOfMillis, long earliestNanos) {
    return view.mentions(child.reference()).stream()
        .filter(m -> m.receiptMillis() <= asOfMillis)
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
