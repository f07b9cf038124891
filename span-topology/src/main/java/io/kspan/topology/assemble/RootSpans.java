package io.kspan.topology.assemble;

import io.kspan.topology.assemble.Generations.Generation;
import io.kspan.topology.assemble.Outcome.Result;
import io.kspan.topology.model.FinishedSpan.SpanLink;
import io.kspan.topology.model.ObjectSnapshot;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What the root of a change says: what changed, who changed it, how it ended (trace-model 7). */
final class RootSpans {
  private static final Pattern TRACEPARENT =
      Pattern.compile("[0-9a-f]{2}-([0-9a-f]{32})-([0-9a-f]{16})-[0-9a-f]{2}.*");
  private static final String ALL_ZERO = "0+";

  private RootSpans() {}

  /** Manager and operation, and each fact that differs between the two generations' snapshots. */
  static void change(AttributeMap attributes, Generation now, Optional<Generation> before) {
    if (now.spec() != null) {
      attributes
          .put("kspan.change.manager", now.spec().manager())
          .put("kspan.change.operation", now.spec().operation());
    }
    Map<String, String> old =
        before.map(g -> (Map<String, String>) g.last().facts()).orElseGet(Map::of);
    Map<String, String> facts = now.last().facts();
    TreeSet<String> names = new TreeSet<>(old.keySet());
    names.addAll(facts.keySet());
    for (String name : names) {
      String was = old.getOrDefault(name, "");
      String is = facts.getOrDefault(name, "");
      if (!Objects.equals(was, is)) {
        attributes.put("kspan.change." + name, before.isPresent() ? was + " -> " + is : is);
      }
    }
  }

  static void outcome(AttributeMap attributes, Result result, Session session) {
    attributes
        .put("kspan.outcome", result.text())
        .put("kspan.finished.by", session.finishedBy().text());
  }

  /** A link to the span that the root object's newest {@code traceparent} annotation names. */
  static List<SpanLink> linkOf(List<ObjectSnapshot> rootSnapshots) {
    String traceparent =
        rootSnapshots.isEmpty() ? "" : rootSnapshots.get(rootSnapshots.size() - 1).traceparent();
    Matcher matcher = TRACEPARENT.matcher(traceparent);
    if (!matcher.matches()
        || matcher.group(1).matches(ALL_ZERO)
        || matcher.group(2).matches(ALL_ZERO)) {
      return List.of();
    }
    SortedMap<String, Object> attributes = new TreeMap<>(Map.of("kspan.link", "traceparent"));
    return List.of(new SpanLink(matcher.group(1), matcher.group(2), attributes));
  }
}
