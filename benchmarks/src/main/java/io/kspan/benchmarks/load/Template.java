package io.kspan.benchmarks.load;

import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.BiConsumer;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A recorded text in which UIDs, times and namespaces can be replaced. Immutable.
 *
 * <p>The nanoseconds that client-go writes into the names of Events count as times.
 */
final class Template {
  private static final String VARIABLES =
      "(?<uid>[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})"
          + "|(?<stamp>\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d)(?=(?:\\.\\d+)?Z)"
          + "|(?<=\\.)(?<nanos>[0-9a-f]{16})(?=\")"
          + "|\\b(?<namespace>%s)\\b";
  private static final DateTimeFormatter SECONDS =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss");
  private static final long NANOS = 1_000_000_000L;
  // Of SplittableRandom: neighbouring numbers give UIDs that have nothing in common.
  private static final long GOLDEN = 0x9E3779B97F4A7C15L;

  private final List<BiConsumer<StringBuilder, Copy>> parts;
  private final int length;

  /**
   * Which copy is written.
   *
   * @param seconds how much later than the recording
   */
  record Copy(long seed, long number, long seconds) {}

  private Template(List<BiConsumer<StringBuilder, Copy>> parts, int length) {
    this.parts = List.copyOf(parts);
    this.length = length;
  }

  /** What is replaced in the texts of one recording, so that all texts of a copy agree. */
  static final class Names {
    private final Map<String, Integer> uids = new HashMap<>();
    private final Set<String> shared;
    private final Pattern variables;

    /**
     * Names of a recording.
     *
     * @param namespaces that each copy has of its own
     * @param shared UIDs of objects that all copies share
     */
    Names(Collection<String> namespaces, Set<String> shared) {
      String any =
          namespaces.stream()
              // Else the first that is the beginning of another would be found.
              .sorted(Comparator.comparing(String::length).reversed())
              .map(Pattern::quote)
              .collect(Collectors.joining("|"));
      this.shared = Set.copyOf(shared);
      this.variables = Pattern.compile(VARIABLES.formatted(any));
    }
  }

  /** A template. */
  static Template of(String text, Names names) {
    List<BiConsumer<StringBuilder, Copy>> parts = new ArrayList<>();
    Matcher matcher = names.variables.matcher(text);
    int from = 0;
    while (matcher.find()) {
      String literal = text.substring(from, matcher.start());
      parts.add((out, copy) -> out.append(literal));
      parts.add(variable(matcher.toMatchResult(), names));
      from = matcher.end();
    }
    String rest = text.substring(from);
    parts.add((out, copy) -> out.append(rest));
    return new Template(parts, text.length());
  }

  private static BiConsumer<StringBuilder, Copy> variable(MatchResult found, Names names) {
    String text = found.group();
    if (names.shared.contains(text)) {
      return (out, copy) -> out.append(text);
    }
    if (found.group(1) != null) {
      Map<String, Integer> uids = names.uids;
      int number = uids.computeIfAbsent(text, uid -> uids.size());
      return (out, copy) -> out.append(uid(copy, number));
    }
    if (found.group(2) != null) {
      LocalDateTime stamp = LocalDateTime.parse(text);
      return (out, copy) -> SECONDS.formatTo(stamp.plusSeconds(copy.seconds()), out);
    }
    if (found.group(3) != null) {
      long nanos = Long.parseUnsignedLong(text, 16);
      return (out, copy) -> out.append(Long.toHexString(nanos + copy.seconds() * NANOS));
    }
    return (out, copy) -> out.append(text).append('-').append(copy.number());
  }

  private static UUID uid(Copy copy, int number) {
    long most = mix(copy.seed() * GOLDEN + copy.number());
    return new UUID(most, mix(most + (number + 1) * GOLDEN));
  }

  private static long mix(long value) {
    long mixed = (value ^ (value >>> 30)) * 0xBF58476D1CE4E5B9L;
    mixed = (mixed ^ (mixed >>> 27)) * 0x94D049BB133111EBL;
    return mixed ^ (mixed >>> 31);
  }

  String write(Copy copy) {
    StringBuilder out = new StringBuilder(length + 64);
    parts.forEach(part -> part.accept(out, copy));
    return out.toString();
  }
}
