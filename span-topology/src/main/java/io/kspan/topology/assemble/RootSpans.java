package io.kspan.topology.assemble;

import io.kspan.topology.assemble.Generations.Generation;
import io.kspan.topology.assemble.Outcome.Result;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/** What the root of a change says: what changed, who changed it, how it ended (trace-model 7). */
final class RootSpans {
  /** A fact that only one of two generations has. */
  private static final String ABSENT = "(none)";

  private RootSpans() {}

  /** Manager and operation, and each fact that differs between the two generations' snapshots. */
  static void change(AttributeMap attributes, Generation now, Optional<Generation> before) {
    if (now.spec() != null) {
      attributes
          .put("kspan.change.manager", now.spec().manager())
          .put("kspan.change.operation", now.spec().operation());
    }
    Map<String, String> old =
        before.map(g -> (Map<String, String>) g.last().configuration()).orElseGet(Map::of);
    Map<String, String> facts = now.last().configuration();
    TreeSet<String> names = new TreeSet<>(old.keySet());
    names.addAll(facts.keySet());
    for (String name : names) {
      String was = old.getOrDefault(name, ABSENT);
      String is = facts.getOrDefault(name, ABSENT);
      if (!was.equals(is)) {
        attributes.put("kspan.change." + name, before.isPresent() ? was + " -> " + is : is);
      }
    }
  }

  static void outcome(AttributeMap attributes, Result result, Session session) {
    attributes
        .put("kspan.outcome", result.text())
        .put("kspan.finished.by", session.finishedBy().text());
  }
}
