package io.kspan.topology.assemble;

import io.kspan.topology.assemble.CauseRule.Direction;
import io.kspan.topology.assemble.Causes.CausingEvent;
import io.kspan.topology.model.EventOccurrence;
import java.util.ArrayList;
import java.util.List;

/**
 * Causes that name one object, by event time: whoever looks for the one before or after an event
 * finds it without going through the others, however many there are.
 *
 * <p>Immutable once {@link Causes} has been filled.
 */
final class CauseList {
  private static final CauseList NONE = new CauseList();

  private final List<CausingEvent> all;
  private final List<CausingEvent> up;
  private final List<CausingEvent> down;

  CauseList() {
    this(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
  }

  private CauseList(List<CausingEvent> all, List<CausingEvent> up, List<CausingEvent> down) {
    this.all = all;
    this.up = up;
    this.down = down;
  }

  static CauseList none() {
    return NONE;
  }

  /** Appends a cause that is not earlier than those that are there. */
  void add(CausingEvent cause) {
    all.add(cause);
    (cause.direction() == Direction.UP ? up : down).add(cause);
  }

  /** Those from {@code fromNanos} to {@code toNanos}, both inclusive. */
  CauseList within(long fromNanos, long toNanos) {
    return new CauseList(
        within(all, fromNanos, toNanos),
        within(up, fromNanos, toNanos),
        within(down, fromNanos, toNanos));
  }

  private static List<CausingEvent> within(List<CausingEvent> causes, long from, long to) {
    int start = firstNotBefore(causes, from);
    return causes.subList(start, Math.max(start, firstNotBefore(causes, Times.plus(to, 1))));
  }

  /** Those that make the object, or all if none does. */
  CauseList preferUp() {
    return up.isEmpty() ? this : new CauseList(up, up, List.of());
  }

  /** The latest before {@code event}, null without one. */
  CausingEvent before(EventOccurrence event) {
    int at = firstNotBefore(all, event);
    return at == 0 ? null : all.get(at - 1);
  }

  /** The earliest after {@code event}, null without one. */
  CausingEvent after(EventOccurrence event) {
    return after(all, event);
  }

  /** The one that removes the object and is nearest to {@code event}, of two the earlier. */
  CausingEvent nearestDown(EventOccurrence event) {
    CausingEvent after = after(down, event);
    int at = firstNotBefore(down, event);
    if (at == 0) {
      return after;
    }
    // Of causes at the same time the first counts.
    CausingEvent before = down.get(firstNotBefore(down, down.get(at - 1).timeNanos()));
    boolean afterIsNearer =
        after != null
            && after.timeNanos() - event.timeNanos() < event.timeNanos() - before.timeNanos();
    return afterIsNearer ? after : before;
  }

  private static CausingEvent after(List<CausingEvent> causes, EventOccurrence event) {
    int at = firstNotBefore(causes, event);
    if (at < causes.size() && EventOccurrence.BY_TIME.compare(causes.get(at).event(), event) == 0) {
      at++;
    }
    return at < causes.size() ? causes.get(at) : null;
  }

  private static int firstNotBefore(List<CausingEvent> causes, EventOccurrence event) {
    int low = 0;
    int high = causes.size();
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (EventOccurrence.BY_TIME.compare(causes.get(middle).event(), event) < 0) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  private static int firstNotBefore(List<CausingEvent> causes, long timeNanos) {
    int low = 0;
    int high = causes.size();
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (causes.get(middle).timeNanos() < timeNanos) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }
}
