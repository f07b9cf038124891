package io.kspan.topology.assemble;

import io.kspan.topology.model.FinishedSpan.SpanLink;
import io.kspan.topology.model.ObjectSnapshot;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The span of the deployment tool: a W3C {@code traceparent}, alone or in a JSON map of headers, in
 * an annotation of the root object (trace-model 7, <a
 * href="https://www.w3.org/TR/trace-context/">Trace Context</a>).
 */
final class TraceParents {
  // Version ff is forbidden, a later version may append fields, and no id is all zero.
  private static final Pattern TRACEPARENT =
      Pattern.compile(
          "(?!ff)[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-[0-9a-f]{2}(-.*)?");

  /** A map of headers as JSON: Tekton writes what it propagates this way. */
  private static final Pattern JSON_CARRIER =
      Pattern.compile("\\{.*\"traceparent\"\\s*:\\s*\"([^\"]*)\".*}", Pattern.DOTALL);

  private TraceParents() {}

  /**
   * The annotation when {@code generation} was the current one: the next deployment overwrites it.
   *
   * @param rootSnapshots of the root, by receipt
   */
  static Optional<SpanLink> ofGeneration(List<ObjectSnapshot> rootSnapshots, long generation) {
    ObjectSnapshot newest = null;
    for (ObjectSnapshot snapshot : rootSnapshots) {
      if (newest == null || snapshot.generation() <= generation) {
        newest = snapshot;
      }
    }
    return newest == null ? Optional.empty() : parse(newest.traceparent());
  }

  private static Optional<SpanLink> parse(String traceparent) {
    Matcher carrier = JSON_CARRIER.matcher(traceparent);
    Matcher matcher = TRACEPARENT.matcher(carrier.matches() ? carrier.group(1) : traceparent);
    return matcher.matches()
        ? Optional.of(
            new SpanLink(
                matcher.group(1),
                matcher.group(2),
                new TreeMap<>(Map.of("kspan.link", "traceparent"))))
        : Optional.empty();
  }
}
