package io.kspan.topology.envelope;

import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Which names are wanted: those that are included and not excluded.
 *
 * <p>Immutable and thread-safe.
 */
public final class NameFilter {
  /** Wants every name. */
  public static final NameFilter ALL = new NameFilter(List.of(), List.of());

  private final Pattern included;
  private final Pattern excluded;

  /**
   * A filter.
   *
   * @param include names, in which an asterisk stands for any characters; empty: every name
   * @param exclude likewise; empty: no name
   */
  public NameFilter(List<String> include, List<String> exclude) {
    this.included = pattern(include);
    this.excluded = pattern(exclude);
  }

  boolean wants(String name) {
    return (included == null || included.matcher(name).matches())
        && (excluded == null || !excluded.matcher(name).matches());
  }

  private static Pattern pattern(List<String> names) {
    return names.isEmpty()
        ? null
        : Pattern.compile(
            names.stream().map(NameFilter::expression).collect(Collectors.joining("|")),
            Pattern.DOTALL);
  }

  private static String expression(String name) {
    return Pattern.quote(name).replace("*", "\\E.*\\Q");
  }
}
