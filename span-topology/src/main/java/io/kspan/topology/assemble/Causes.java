package io.kspan.topology.assemble;

import io.kspan.topology.assemble.CauseRule.Direction;
import io.kspan.topology.assemble.CauseRules.Cause;
import io.kspan.topology.model.EventOccurrence;
import io.kspan.topology.model.ObjectIdentity;
import io.kspan.topology.model.ObjectReference;
import io.kspan.topology.model.PlacedOccurrence;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The causes among the occurrences of one session, by the object that they name.
 *
 * <p>Immutable after construction.
 */
final class Causes {
  private static final long CREATION_MARGIN = Times.SECOND;
  private static final long DELETION_MARGIN = 5 * Times.SECOND;

  private final Map<ObjectReference, CauseList> byNamed = new HashMap<>();
  private final CausingEvent[] byIndex;
  private final List<CauseRule> abandoned = new ArrayList<>();
  private final Lifetimes lifetimes;

  /**
   * An occurrence that names an object.
   *
   * @param index of the occurrence in the session
   */
  record CausingEvent(int index, EventOccurrence event, Direction direction) {
    long timeNanos() {
      return event.timeNanos();
    }
  }

  /**
   * Causes of {@code session}, whose occurrences are ordered by {@link EventOccurrence#BY_TIME}.
   */
  Causes(List<PlacedOccurrence> session, CauseRules rules, Lifetimes lifetimes) {
    this.lifetimes = lifetimes;
    this.byIndex = new CausingEvent[session.size()];
    for (int i = 0; i < session.size(); i++) {
      EventOccurrence event = session.get(i).event();
      Cause cause = rules.causeOf(event, abandoned::add).orElse(null);
      if (cause != null) {
        CausingEvent causing = new CausingEvent(i, event, cause.direction());
        byNamed.computeIfAbsent(cause.named(), n -> new CauseList()).add(causing);
        byIndex[i] = causing;
      }
    }
  }

  /** For each time that a rule was given up, that rule. */
  List<CauseRule> abandoned() {
    return List.copyOf(abandoned);
  }

  /** The occurrence at {@code index} as a cause, null if it names nothing. */
  CausingEvent asCause(int index) {
    return byIndex[index];
  }

  /**
   * The causes that name {@code object}; of an object that was seen only those within its lifetime,
   * since its name may have been used before and may be used again.
   */
  CauseList naming(ObjectIdentity object) {
    CauseList all = byNamed.getOrDefault(object.reference(), CauseList.none());
    if (!object.seen() || all == CauseList.none()) {
      return all;
    }
    return all.within(
        object.creationNanos() - CREATION_MARGIN,
        Times.plus(lifetimes.deletedNanos(object), DELETION_MARGIN));
  }
}
