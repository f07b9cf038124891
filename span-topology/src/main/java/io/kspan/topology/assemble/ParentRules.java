package io.kspan.topology.assemble;

import io.kspan.topology.assemble.Causes.Naming;
import io.kspan.topology.model.Cause.Direction;
import io.kspan.topology.model.EventOccurrence;
import io.kspan.topology.model.ObjectIdentity;
import io.kspan.topology.model.PlacedOccurrence;
import java.util.List;
import java.util.Set;

/** Which occurrence of a session caused which (trace-model 4). Immutable. */
final class ParentRules {
  private static final long KILLING_REACH = 2 * Times.SECOND;
  private static final long INDEPENDENT_REPORTERS = Times.SECOND;
  private static final long CLIMB_REACH = 30 * Times.SECOND;
  static final Set<String> START_UP =
      Set.of(
          "Scheduled",
          "FailedScheduling",
          "Pulling",
          "Pulled",
          "Created",
          "Started",
          "FailedMount",
          "FailedAttachVolume",
          "SuccessfulAttachVolume");
  private static final String KILLING = "Killing";
  private static final Set<String> ENDINGS =
      Set.of(
          KILLING,
          "FailedKillPod",
          "FailedPreStopHook",
          "ExceededGracePeriod",
          "Preempted",
          "Evicted",
          "TaintManagerEviction",
          "FailedDelete");

  private final List<PlacedOccurrence> session;
  private final Causes causes;
  private final TreeObjects objects;

  ParentRules(List<PlacedOccurrence> session, Causes causes, TreeObjects objects) {
    this.session = session;
    this.causes = causes;
    this.objects = objects;
  }

  /**
   * The parent of an occurrence.
   *
   * @param cause {@link Causes#NONE} if the root span is the parent
   * @param rule that decided
   * @param refused a cause that the rule found and that is not the parent; {@link Causes#NONE}
   *     without one
   */
  record Parent(int cause, Rule rule, int refused) {
    static Parent rootSpan(Rule rule, int refused) {
      return new Parent(Causes.NONE, rule, refused);
    }

    static Parent cause(int cause, Rule rule) {
      return new Parent(cause, rule, Causes.NONE);
    }
  }

  Parent parentOf(int index) {
    PlacedOccurrence occurrence = session.get(index);
    // Rule 4.2: an occurrence about the root is below the root span.
    return occurrence.aboutRoot()
        ? Parent.rootSpan(Rule.ABOUT_ROOT, Causes.NONE)
        : causeOf(index, occurrence);
  }

  /** The cause that names the object, else the one that names an owner of it. */
  private Parent causeOf(int index, PlacedOccurrence occurrence) {
    Naming all = naming(occurrence.object(), occurrence);
    if (occurrence.event().reason().equals(KILLING)) {
      // Rule 4.3a
      int killer = causes.nearestDown(all, index);
      if (killer != Causes.NONE && Math.abs(since(killer, index)) <= KILLING_REACH) {
        return Parent.cause(killer, Rule.KILLED_BY);
      }
    }
    Direction own = causes.direction(index);
    // Only causes that create count, unless the object may be on its way out (trace-model 4.3).
    Naming naming = own == null && !mayBeRemoved(occurrence) ? all.upOnly() : all;
    int cause = pick(naming, index, own != null);
    if (cause == Causes.NONE) {
      return climb(index, occurrence, all);
    }
    // Rule 4.3c: a "SuccessfulCreate" under "Scaled down" would be a false cause.
    return own == null || causes.direction(cause) == own
        ? Parent.cause(cause, Rule.CAUSE)
        : Parent.rootSpan(Rule.OTHER_DIRECTION, cause);
  }

  /** The causes that name {@code named}; what had run to its end was not killed by a later one. */
  private Naming naming(ObjectIdentity named, PlacedOccurrence occurrence) {
    boolean killing = occurrence.event().reason().equals(KILLING);
    return causes.naming(
        named, killing ? objects.terminatedNanos(occurrence.object().uid()) : Times.NEVER);
  }

  /**
   * Rule 4.3b: what removes an object causes only its ending and what happens to it meanwhile; an
   * object that was never seen may have been removed at any time, but nothing starts up by that.
   */
  private boolean mayBeRemoved(PlacedOccurrence occurrence) {
    EventOccurrence event = occurrence.event();
    if (START_UP.contains(event.reason())) {
      return false;
    }
    return !occurrence.object().seen()
        || ENDINGS.contains(event.reason())
        || objects.terminatingNanos(occurrence.object().uid())
            <= Times.ofMillis(event.receiptMillis());
  }

  /** Rule 4.3d: the cause of an owner on the way up stands for one that was not reported. */
  private Parent climb(int index, PlacedOccurrence occurrence, Naming naming) {
    List<ObjectIdentity> owners = occurrence.owners();
    for (ObjectIdentity owner : owners.subList(0, owners.size() - 1)) {
      int cause = pick(naming(owner, occurrence), index, false);
      if (cause != Causes.NONE) {
        boolean counts =
            causes.direction(cause) == Direction.UP && since(cause, index) <= CLIMB_REACH;
        return counts
            ? Parent.cause(cause, Rule.CAUSE_OF_OWNER)
            : Parent.rootSpan(Rule.UNFIT_CAUSE_OF_OWNER, cause);
      }
    }
    // Rule 4.3e: no cause counts; one that removes is for the explanation only.
    int removing = pick(naming, index, false);
    return removing == Causes.NONE
        ? Parent.rootSpan(Rule.NO_CAUSE, Causes.NONE)
        : Parent.rootSpan(Rule.ONLY_REMOVED, removing);
  }

  /**
   * pick(causes, e) of trace-model 4.
   *
   * @param preferNext whether a next cause within a second wins over a latest one that is older
   *     than a second
   */
  private int pick(Naming naming, int index, boolean preferNext) {
    int latest = naming.before(index);
    int next = naming.after(index);
    if (next == Causes.NONE || -since(next, index) > INDEPENDENT_REPORTERS) {
      return latest;
    }
    boolean latestIsOld =
        latest == Causes.NONE || preferNext && since(latest, index) > INDEPENDENT_REPORTERS;
    return latestIsOld ? next : latest;
  }

  private long since(int cause, int index) {
    return causes.time(index) - causes.time(cause);
  }
}
