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

  /** The occurrence that caused {@code occurrence}; empty if it hangs under the root span. */
  Optional<CausingEvent> parentOf(PlacedOccurrence occurrence) {
    if (occurrence.aboutRoot()) {
      return Optional.empty();
    }
    EventOccurrence event = occurrence.event();
    List<CausingEvent> naming = causes.naming(occurrence.object());
    if (event.reason().equals(KILLING)) {
      Optional<CausingEvent> killer = nearestDown(naming, event);
      if (killer.isPresent()) {
        return killer;
      }
    }
    if (START_UP.contains(event.reason())
        && naming.stream().anyMatch(c -> c.direction() == Direction.UP)) {
      naming = Causes.filter(naming, c -> c.direction() == Direction.UP);
    }
    CausingEvent self = causes.asCause(event);
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

  private static Optional<CausingEvent> nearestDown(
      List<CausingEvent> naming, EventOccurrence event) {
    CausingEvent nearest = null;
    long least = KILLING_REACH;
    for (CausingEvent cause : naming) {
      long distance = Math.abs(cause.timeNanos() - event.timeNanos());
      boolean nearer = nearest == null ? distance <= least : distance < least;
      if (cause.direction() == Direction.DOWN && nearer && !isSame(cause, event)) {
        nearest = cause;
        least = distance;
      }
    }
    return Optional.ofNullable(nearest);
  }

  /**
   * pick(causes, e) of trace-model 4.
   *
   * @param preferNext whether the next cause within a second wins over a latest one that is older
   *     than a second
   */
  private static Optional<CausingEvent> pick(
      List<CausingEvent> causes, EventOccurrence event, boolean preferNext) {
    CausingEvent latest = null;
    CausingEvent next = null;
    for (CausingEvent cause : causes) {
      int order = EventOccurrence.BY_TIME.compare(cause.event(), event);
      if (order < 0) {
        latest = cause;
      } else if (order > 0) {
        next = cause;
        break;
      }
    }
    if (next != null && next.timeNanos() - event.timeNanos() > INDEPENDENT_REPORTERS) {
      next = null;
    }
    boolean latestIsOld =
        latest == null
            || (preferNext && event.timeNanos() - latest.timeNanos() > INDEPENDENT_REPORTERS);
    return Optional.ofNullable(next != null && latestIsOld ? next : latest);
  }

  private static boolean isSame(CausingEvent cause, EventOccurrence event) {
    return cause.event().id().equals(event.id());
  }
}
