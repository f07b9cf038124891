package io.kspan.topology.assemble;

import io.kspan.topology.model.ObjectSnapshot;
import io.kspan.topology.model.ObjectState;
import io.kspan.topology.model.RootLog;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The states of a tree as text, with the objects that make it unsettled or failing: for {@link
 * Explanation}.
 */
final class TreeStates {
  private static final int MOST_OBJECTS = 5;

  private final RootLog log;
  private final SessionContext context;

  TreeStates(RootLog log, SessionContext context) {
    this.log = log;
    this.context = context;
  }

  /**
   * The state at {@code fromNanos}, and each change of it before {@code untilNanos}, as a line.
   *
   * @param states of the tree, as they ended the session
   */
  List<String> between(long fromNanos, long untilNanos, StateTimeline.States states) {
    List<String> lines = new ArrayList<>();
    lines.add("before any snapshot: tree " + word(states.at(Long.MIN_VALUE).state()));
    Map<String, ObjectSnapshot> newest = new LinkedHashMap<>();
    String last = "";
    List<ObjectSnapshot> snapshots = log.snapshots();
    for (int i = 0; i < snapshots.size(); i++) {
      ObjectSnapshot snapshot = snapshots.get(i);
      long receipt = Times.ofMillis(snapshot.receiptMillis());
      if (receipt >= untilNanos) {
        break;
      }
      newest.put(snapshot.uid(), snapshot);
      boolean lastOfInstant =
          i + 1 == snapshots.size()
              || snapshots.get(i + 1).receiptMillis() > snapshot.receiptMillis();
      String now =
          lastOfInstant ? "tree " + word(states.at(receipt).state()) + describe(newest) : last;
      if (!now.equals(last)) {
        if (receipt <= fromNanos) {
          lines.clear();
        }
        lines.add(Explanation.time(receipt) + " " + now);
        last = now;
      }
    }
    return lines;
  }

  /** The state after everything that was received. */
  String newest(StateTimeline.States states) {
    Map<String, ObjectSnapshot> newest = new LinkedHashMap<>();
    log.snapshots().forEach(snapshot -> newest.put(snapshot.uid(), snapshot));
    return "tree " + word(states.at(Long.MAX_VALUE).state()) + describe(newest);
  }

  private String describe(Map<String, ObjectSnapshot> newest) {
    String rootUid = context.root().uid();
    List<String> terminating = new ArrayList<>();
    List<String> unsettled = new ArrayList<>();
    List<String> failing = new ArrayList<>();
    for (ObjectSnapshot object : newest.values()) {
      if (object.deleted() || object.state() == ObjectState.LEFT) {
        continue;
      }
      String name = Explanation.name(object.identity());
      if (object.terminating()) {
        terminating.add(name);
      }
      if (StateTimeline.isUnsettled(object, rootUid)) {
        unsettled.add(name);
      }
      if (object.failing()) {
        failing.add(name);
      }
    }
    return ": root "
        + word(newest.get(rootUid))
        + list("terminating", terminating)
        + list("unsettled", unsettled)
        + list("failing", failing);
  }

  private static String list(String what, List<String> names) {
    if (names.isEmpty()) {
      return "";
    }
    int more = names.size() - MOST_OBJECTS;
    return "; "
        + what
        + ": "
        + String.join(", ", names.subList(0, Math.min(MOST_OBJECTS, names.size())))
        + (more > 0 ? " and " + more + " more" : "");
  }

  private static String word(ObjectState state) {
    return state.name().toLowerCase(Locale.ROOT);
  }

  /** The state of the root in a word. */
  static String word(ObjectSnapshot root) {
    if (root == null) {
      return "not received";
    }
    return root.deleted() ? "deleted" : word(root.state());
  }
}
