package io.kspan.topology.waterfall.page;

import io.kspan.topology.waterfall.ReceivedSpan;
import io.kspan.topology.waterfall.ReceivedTrace;
import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What the search looks at: the same as in the script, which searches the traces of a file itself.
 * Stateless.
 */
final class SearchText {
  private static final Pattern BLANKS = Pattern.compile("\\s+");
  private static final String CHANGE = "kspan.change.";
  private static final Set<String> AUTHOR = Set.of(CHANGE + "manager", CHANGE + "operation");

  private SearchText() {}

  /** The words of a query, in lower case: a trace is found if it contains all of them. */
  static Set<String> terms(String query) {
    Set<String> terms = new LinkedHashSet<>();
    BLANKS.splitAsStream(lower(query)).filter(term -> !term.isEmpty()).forEach(terms::add);
    return terms;
  }

  /** In lower case, each text once. */
  static String of(ReceivedTrace trace) {
    ReceivedSpan root = trace.root();
    Set<String> lines = new LinkedHashSet<>();
    lines.add(trace.traceId());
    lines.add(lower(root.resource().text("k8s.cluster.name")));
    lines.add(root.isProvisional() ? "open" : lower(root.attribute("kspan.outcome")));
    lines.add(lower(root.attribute("kspan.delivery.id")));
    trace.spans().forEach(span -> texts(span).map(SearchText::lower).forEach(lines::add));
    return String.join("\n", lines);
  }

  private static Stream<String> texts(ReceivedSpan span) {
    return Stream.concat(
        Stream.of(
            span.spanId(),
            span.name(),
            span.attribute("k8s.namespace.name"),
            span.attribute("k8s.object.name"),
            span.message(),
            span.component()),
        span.attributes().keySet().stream()
            .filter(key -> key.startsWith(CHANGE) && !AUTHOR.contains(key))
            .map(span::attribute));
  }

  private static String lower(String text) {
    return text.toLowerCase(Locale.ROOT);
  }
}
