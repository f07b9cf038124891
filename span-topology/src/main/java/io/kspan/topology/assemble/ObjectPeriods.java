package io.kspan.topology.assemble;

import io.kspan.topology.assemble.ObjectPeriod.State;
import io.kspan.topology.model.ObjectSnapshot;
import io.kspan.topology.model.StatusFacts.Condition;
import io.kspan.topology.model.StatusFacts.Container;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Rule 9.1: the states of one object, from its versions. Confined to one thread; each version is
 * added once, by receipt.
 */
final class ObjectPeriods {
  private static final long REST_OF_SECOND = 999 * Times.MILLI;

  private final List<ObjectPeriod> closed = new ArrayList<>();
  private final Map<String, ContainerPeriods> containers = new LinkedHashMap<>();
  private final Map<String, OpenCondition> conditions = new LinkedHashMap<>();
  private ObjectSnapshot first;
  private ObjectSnapshot last;
  private long scheduledNanos;
  private long initializedNanos;
  private long notReadyNanos;
  private String notReadyReason = "";
  private boolean wasReady;
  private long overNanos = Times.NEVER;
  private long terminatingNanos = Times.NEVER;
  private ObjectSnapshot terminating;
  private boolean hasInitContainers;
  private boolean isUnscheduled;
  private String schedulingReason = "";

  private record OpenCondition(Condition condition, long startNanos, ObjectSnapshot last) {}

  /** The states of the versions that one object had, by receipt. */
  static List<ObjectPeriod> of(List<ObjectSnapshot> versions) {
    ObjectPeriods periods = new ObjectPeriods();
    versions.forEach(periods::add);
    return periods.build();
  }

  /**
   * Rule 9.2: a whole second as precise as the receipt of the version that says it first; never
   * after that receipt, and never before the object was created.
   */
  static long refined(long secondNanos, ObjectSnapshot version) {
    long receipt = Times.ofMillis(version.receiptMillis());
    long refined = Math.min(receipt, Times.plus(secondNanos, REST_OF_SECOND));
    return Math.min(receipt, Math.max(refined, version.creationNanos()));
  }

  private void add(ObjectSnapshot version) {
    if (first == null) {
      first = version;
    }
    last = version;
    long receipt = Times.ofMillis(version.receiptMillis());
    if (!version.reference().kind().equals("Pod")) {
      version.facts().conditions().forEach(condition -> condition(condition, version));
      if (version.deleted()) {
        overNanos = Math.min(overNanos, receipt);
      }
      return;
    }
    if (version.facts().deletionNanos() > 0 && terminatingNanos == Times.NEVER) {
      terminatingNanos = refined(version.facts().deletionNanos(), version);
      terminating = version;
      overNanos = Math.min(overNanos, terminatingNanos);
    }
    if (version.terminated() || version.deleted()) {
      overNanos = Math.min(overNanos, receipt);
    }
    version.facts().conditions().forEach(condition -> podCondition(condition, version));
    for (Container container : version.facts().containers()) {
      hasInitContainers |= container.init();
      containers
          .computeIfAbsent(container.name(), ContainerPeriods::new)
          .add(container, version, scheduledNanos, terminatingNanos != Times.NEVER);
    }
  }

  private void podCondition(Condition condition, ObjectSnapshot version) {
    long since = refined(condition.sinceNanos(), version);
    switch (condition.type()) {
      case "PodScheduled" -> {
        if (condition.isTrue() && scheduledNanos == 0) {
          scheduledNanos = since;
        } else if (!condition.isTrue()) {
          schedulingReason = condition.reason();
          isUnscheduled = true;
        }
      }
      case "Initialized" -> {
        if (condition.isTrue() && initializedNanos == 0) {
          initializedNanos = since;
        }
      }
      default -> ready(condition, since, version);
    }
  }

  private void ready(Condition condition, long since, ObjectSnapshot version) {
    if (condition.isTrue()) {
      if (wasReady && notReadyNanos != 0) {
        notReady(since, version);
      } else if (!wasReady) {
        becomingReady(since, version);
      }
      wasReady = true;
    } else if (wasReady) {
      notReadyNanos = notReadyNanos == 0 ? since : notReadyNanos;
      notReadyReason = overNanos == Times.NEVER ? condition.reason() : notReadyReason;
    }
  }

  /** What ends, or runs to its end, is not ready either; that is no state of its own. */
  private void notReady(long endNanos, ObjectSnapshot version) {
    if (notReadyNanos < overNanos) {
      closed.add(
          ObjectPeriod.of(
              State.NOT_READY,
              notReadyNanos,
              Math.min(endNanos, overNanos),
              notReadyReason,
              version));
    }
    notReadyNanos = 0;
  }

  private void becomingReady(long endNanos, ObjectSnapshot version) {
    long start = Math.max(scheduledNanos, initializedNanos);
    if (start > 0) {
      closed.add(ObjectPeriod.of(State.BECOMING_READY, start, endNanos, "", version));
    }
  }

  private void condition(Condition condition, ObjectSnapshot version) {
    long since = refined(condition.sinceNanos(), version);
    OpenCondition open = conditions.get(condition.type());
    if (condition.isTrue()) {
      if (open != null) {
        conditions.remove(condition.type());
        closed.add(condition(open, since));
      }
    } else {
      long start = open == null ? since : open.startNanos();
      conditions.put(condition.type(), new OpenCondition(condition, start, version));
    }
  }

  private static ObjectPeriod condition(OpenCondition open, long endNanos) {
    return new ObjectPeriod(
        State.CONDITION,
        open.condition().type(),
        open.startNanos(),
        endNanos,
        open.condition().reason(),
        false,
        null,
        0,
        open.last());
  }

  private List<ObjectPeriod> build() {
    conditions.values().forEach(open -> closed.add(condition(open, overNanos)));
    if (!first.reference().kind().equals("Pod")) {
      return closed;
    }
    if (first.creationNanos() > 0 && (scheduledNanos > 0 || isUnscheduled)) {
      long end = scheduledNanos == 0 ? overNanos : scheduledNanos;
      closed.add(
          ObjectPeriod.of(
              State.SCHEDULING,
              refined(first.creationNanos(), first),
              end,
              schedulingReason,
              last));
    }
    if (hasInitContainers && scheduledNanos > 0) {
      long end = initializedNanos == 0 ? overNanos : initializedNanos;
      closed.add(ObjectPeriod.of(State.INITIALIZING, scheduledNanos, end, "", last));
    }
    if (!wasReady) {
      becomingReady(overNanos, last);
    } else if (notReadyNanos != 0) {
      notReady(overNanos, last);
    }
    long goneNanos = last.deleted() ? Times.ofMillis(last.receiptMillis()) : Times.NEVER;
    if (terminatingNanos != Times.NEVER) {
      closed.add(ObjectPeriod.of(State.TERMINATING, terminatingNanos, goneNanos, "", terminating));
    }
    containers.values().forEach(c -> c.addTo(closed, goneNanos, overNanos, terminatingNanos));
    return closed;
  }
}
