package io.kspan.topology.assemble;

import io.kspan.topology.model.Cause;
import io.kspan.topology.model.Cause.Direction;
import io.kspan.topology.model.EventOccurrence;
import io.kspan.topology.model.InTime;
import io.kspan.topology.model.ObjectIdentity;
import io.kspan.topology.model.ObjectReference;
import io.kspan.topology.model.PlacedOccurrence;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.TreeSet;

/**
 * The causes among the occurrences of one session, by the object that they name. An occurrence is
 * its index in the session, so causes sort by event time.
 *
 * <p>Immutable after construction.
 */
final class Causes {
  /** Where an index is expected: no occurrence. */
  static final int NONE = -1;

  private static final long CREATION_MARGIN = Times.SECOND;
  private static final long DELETION_MARGIN = 5 * Times.SECOND;
  private static final Naming NOTHING =
      new Naming(Collections.emptyNavigableSet(), Collections.emptyNavigableSet());

  private final List<PlacedOccurrence> session;
  // Searched for each occurrence: in an array they are near each other.
  private final long[] times;
  private final TreeObjects objects;
  private final Map<ObjectReference, Naming> byNamed = new HashMap<>();

  /** The causes that name one object. */
  record Naming(NavigableSet<Integer> up, NavigableSet<Integer> down) {

    /** The latest before {@code index}. */
    int before(int index) {
      return Math.max(orNone(up.lower(index)), orNone(down.lower(index)));
    }

    /** The earliest after {@code index}. */
    int after(int index) {
      int nextUp = orNone(up.higher(index));
      int nextDown = orNone(down.higher(index));
      return nextUp == NONE || nextDown == NONE
          ? Math.max(nextUp, nextDown)
          : Math.min(nextUp, nextDown);
    }

    /** Those that make the object. */
    Naming upOnly() {
      return new Naming(up, Collections.emptyNavigableSet());
    }
  }

  /** The causes of {@code session}, whose occurrences are in the order of event time. */
  Causes(List<PlacedOccurrence> session, TreeObjects objects) {
    this.session = session;
    this.objects = objects;
    this.times = new long[session.size()];
    for (int i = 0; i < times.length; i++) {
      EventOccurrence event = session.get(i).event();
      times[i] = event.timeNanos();
      Cause cause = event.cause();
      if (cause != null) {
        Naming naming =
            byNamed.computeIfAbsent(
                cause.named(), n -> new Naming(new TreeSet<>(), new TreeSet<>()));
        (cause.direction() == Direction.UP ? naming.up() : naming.down()).add(i);
      }
    }
  }

  private static int orNone(Integer index) {
    return index == null ? NONE : index;
  }

  /** Whether a cause makes or removes what it names; null if the occurrence names nothing. */
  Direction direction(int index) {
    Cause cause = session.get(index).event().cause();
    return cause == null ? null : cause.direction();
  }

  /**
   * Rule 4.3: the causes that name {@code object}; of an object that was seen only those within its
   * lifetime, since its name may have been used before and may be used again.
   *
   * @param downUntilNanos a later cause does not count if it removes the object
   */
  Naming naming(ObjectIdentity object, long downUntilNanos) {
    Naming all = byNamed.getOrDefault(object.reference(), NOTHING);
    if (all == NOTHING) {
      return all;
    }
    if (!object.seen()) {
      return new Naming(all.up(), within(all.down(), Long.MIN_VALUE, downUntilNanos));
    }
    long until = Times.plus(objects.deletedNanos(object.uid()), DELETION_MARGIN);
    return new Naming(
        within(all.up(), object.creationNanos() - CREATION_MARGIN, until),
        within(all.down(), objects.bornNanos(object), Math.min(until, downUntilNanos)));
  }

  /** Of the causes that make {@code object} the last up to {@code timeNanos}, else the first. */
  int makerOf(ObjectIdentity object, long timeNanos) {
    NavigableSet<Integer> makers = naming(object, Times.NEVER).up();
    int latest = orNone(makers.lower(firstNotBefore(Times.plus(timeNanos, 1))));
    return latest == NONE && !makers.isEmpty() ? makers.first() : latest;
  }

  private NavigableSet<Integer> within(
      NavigableSet<Integer> causes, long fromNanos, long untilNanos) {
    // Nearly always there are none, or all are within: a name is seldom used twice.
    if (causes.isEmpty()
        || time(causes.first()) >= fromNanos && time(causes.last()) <= untilNanos) {
      return causes;
    }
    int from = firstNotBefore(fromNanos);
    int to = firstNotBefore(Times.plus(untilNanos, 1));
    return causes.subSet(from, true, Math.max(from, to), false);
  }

  /** Of the causes that remove the object the nearest in time, of two equally near the earlier. */
  int nearestDown(Naming naming, int index) {
    int after = orNone(naming.down().higher(index));
    int latest = orNone(naming.down().lower(index));
    if (latest == NONE) {
      return after;
    }
    // Of causes at the same time the first counts.
    int before = naming.down().ceiling(firstNotBefore(time(latest)));
    return after != NONE && time(after) - time(index) < time(index) - time(before) ? after : before;
  }

  long time(int index) {
    return times[index];
  }

  private int firstNotBefore(long timeNanos) {
    return InTime.firstNotBefore(times, timeNanos);
  }
}
