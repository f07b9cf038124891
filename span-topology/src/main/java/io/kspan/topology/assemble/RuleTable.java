package io.kspan.topology.assemble;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * A file of rules: one per line, columns separated by tabs, {@code #} begins a comment.
 *
 * <p>Stateless.
 */
public final class RuleTable {

  private RuleTable() {}

  /**
   * The columns of one rule.
   *
   * @param where file and line, for messages
   */
  public record Row(String where, List<String> columns) {

    /**
     * A column that must not be blank.
     *
     * @param what it is, for the message
     * @throws IllegalArgumentException if it is blank
     */
    public String name(int column, String what) {
      if (columns.get(column).isBlank()) {
        throw new IllegalArgumentException("%s: the %s is empty".formatted(where, what));
      }
      return columns.get(column).strip();
    }
  }

  /**
   * Gives each rule of a file to {@code rule}, in its order.
   *
   * @param source the name of the file in messages
   * @param names of the columns, for messages
   * @throws IllegalArgumentException that names source, line, value and expectation of each line
   *     with another number of columns, or that {@code rule} refused with one
   */
  public static void read(
      List<String> lines, String source, int columns, String names, Consumer<Row> rule) {
    List<String> problems = new ArrayList<>();
    for (int i = 0; i < lines.size(); i++) {
      String line = lines.get(i);
      if (!line.isBlank() && !line.startsWith("#")) {
        try {
          rule.accept(row(line, source + ", line " + (i + 1), columns, names));
        } catch (IllegalArgumentException e) {
          problems.add(e.getMessage());
        }
      }
    }
    if (!problems.isEmpty()) {
      throw new IllegalArgumentException(String.join("\n", problems));
    }
  }

  private static Row row(String line, String where, int columns, String names) {
    List<String> values = List.of(line.split("\t+"));
    if (values.size() != columns) {
      throw new IllegalArgumentException(
          "%s: %d columns instead of %d (%s), separated by tabs: %s"
              .formatted(where, values.size(), columns, names, line));
    }
    return new Row(where, values);
  }

  /** The lines of a table that ships beside {@code owner}. */
  public static List<String> shipped(Class<?> owner, String name) {
    try (InputStream table = owner.getResourceAsStream(name)) {
      return new String(table.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
