package io.kspan.topology.assemble;

import io.kspan.topology.assemble.CauseRule.Direction;
import io.kspan.topology.assemble.Causes.CausingEvent;
import io.kspan.topology.model.EventOccurrence;
import io.kspan.topology.model.ObjectIdentity;
import io.kspan.topology.model.PlacedOccurrence;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Which event caused which (trace-model 4.3).
 *
 * <p>Pure; thread-confined only through its {@link Causes}.
 */
final class ParentRules {
  private static final long KILLING_REACH = 2 * Times.SECOND;
  private static final long INDEPENDENT_REPORTERS = Times.SECOND;
  private static final long CLIMB_REACH = 30 * Times.SECOND;
  private static final String KILLING = "Killing";
  private static final Set<String> START_UP =
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

  private final Causes causes;

  ParentRules(Causes causes) {
    this.causes = causes;
  }

  /**
   * The occurrence that caused {@code occurrence}; empty if it hangs under the root span.
   *
   * @param index of the occurrence in the session
   */
  Optional<CausingEvent> parentOf(int index, PlacedOccurrence occurrence) {
    if (occurrence.aboutRoot()) {
      return Optional.empty();
    }
    EventOccurrence event = occurrence.event();
    CauseList naming = causes.naming(occurrence.object());
    if (event.reason().equals(KILLING)) {
      CausingEvent killer = naming.nearestDown(event);
      if (killer != null && Math.abs(killer.timeNanos() - event.timeNanos()) <= KILLING_REACH) {
        return Optional.of(killer);
      }
    }
    if (START_UP.contains(event.reason())) {
      naming = naming.preferUp();
    }
    CausingEvent self = causes.asCause(index);
    Optional<CausingEvent> picked = pick(naming, event, self != null);
    if (picked.isEmpty()) {
      return climb(occurrence);
    }
    // A "SuccessfulCreate" under "Scaled down" would be a false cause.
    return picked.filter(c -> self == null || c.direction() == self.direction());
  }

  /** 4.3 d: the cause of an owner on the way up stands for one that nobody reported. */
  private Optional<CausingEvent> climb(PlacedOccurrence occurrence) {
    EventOccurrence event = occurrence.event();
    List<ObjectIdentity> belowRoot = occurrence.owners().subList(0, occurrence.owners().size() - 1);
    for (ObjectIdentity owner : belowRoot) {
      Optional<CausingEvent> picked = pick(causes.naming(owner), event, false);
      if (picked.isPresent()) {
        return picked.filter(
            c -> c.direction() == Direction.UP && event.timeNanos() - c.timeNanos() <= CLIMB_REACH);
      }
    }
    return Optional.empty();
  }

  /**
   * pick(causes, e) of trace-model 4.
   *
   * @param preferNext whether the next cause within a second wins over a latest one that is older
   *     than a second
   */
  private static Optional<CausingEvent> pick(
      CauseList causes, EventOccurrence event, boolean preferNext) {
    CausingEvent latest = causes.before(event);
    CausingEvent next = causes.after(event);
    if (next != null && next.timeNanos() - event.timeNanos() > INDEPENDENT_REPORTERS) {
      next = null;
    }
    boolean latestIsOld =
        latest == null
            || (preferNext && event.timeNanos() - latest.timeNanos() > INDEPENDENT_REPORTERS);
    return Optional.ofNullable(next != null && latestIsOld ? next : latest);
  }
}
