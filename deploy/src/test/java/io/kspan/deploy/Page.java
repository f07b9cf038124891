package io.kspan.deploy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A page of the documentation.
 *
 * @param path from the root of the repository
 */
record Page(Path path, List<String> lines) {
  private static final Pattern LINK = Pattern.compile("\\]\\(([^)\\s]+)\\)");
  private static final Pattern CODE = Pattern.compile("`([^`]+)`");
  private static final Pattern HEADING = Pattern.compile("#{1,6} +(.*)");
  private static final Pattern ANCHOR = Pattern.compile("<a name=\"([^\"]+)\">");
  private static final String INDENT = "    ";

  /** All pages, including those that a test writes. */
  static List<Page> all() {
    List<Page> pages = new ArrayList<>();
    try (Stream<Path> top = Files.list(Repository.ROOT);
        Stream<Path> docs = Files.walk(Repository.file("docs"));
        Stream<Path> deploy = Files.list(Repository.file("deploy"));
        Stream<Path> benchmarks = Files.list(Repository.file("benchmarks"))) {
      Stream.of(top, docs, deploy, benchmarks)
          .flatMap(files -> files)
          .filter(file -> file.toString().endsWith(".md"))
          .sorted()
          .forEach(file -> pages.add(of(file)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return pages;
  }

  private static Page of(Path file) {
    return new Page(
        Repository.ROOT.relativize(file), Arrays.asList(Repository.text(file).split("\n", -1)));
  }

  @Override
  public String toString() {
    return path.toString();
  }

  /**
   * Targets of its links and pictures that are files here, with their fragment if they have one.
   */
  List<String> localLinks() {
    return prose()
        .flatMap(line -> LINK.matcher(CODE.matcher(line).replaceAll("")).results())
        .map(found -> found.group(1))
        .filter(target -> !target.matches("[a-z]+:.*"))
        .toList();
  }

  /** The possible fragments: headings as GitHub makes anchors of them. */
  Set<String> anchors() {
    Set<String> anchors = new HashSet<>();
    for (String line : prose().toList()) {
      Matcher heading = HEADING.matcher(line);
      if (heading.matches()) {
        anchors.add(
            heading
                .group(1)
                .toLowerCase(Locale.ROOT)
                .replaceAll("[^\\p{L}\\p{N}_ -]", "")
                .replace(' ', '-'));
      }
      ANCHOR.matcher(line).results().forEach(found -> anchors.add(found.group(1)));
    }
    return anchors;
  }

  /** The texts between backticks. */
  List<String> code() {
    return prose()
        .flatMap(line -> CODE.matcher(line).results())
        .map(found -> found.group(1))
        .toList();
  }

  private Stream<String> prose() {
    List<String> prose = new ArrayList<>();
    boolean fenced = false;
    for (String line : lines) {
      if (line.startsWith("```")) {
        fenced = !fenced;
      } else if (!fenced && !line.startsWith(INDENT)) {
        prose.add(line);
      }
    }
    return prose.stream();
  }

  /** Lines that are meant to be typed, continued ones joined, without comments. */
  List<String> commands() {
    List<String> commands = new ArrayList<>();
    String fence = null;
    StringBuilder continued = new StringBuilder();
    for (String line : lines) {
      if (line.startsWith("```")) {
        fence = fence == null ? line.substring(3).trim() : null;
        continue;
      }
      boolean typed = fence == null ? line.startsWith(INDENT) : fence.matches("|ba?sh|console");
      if (!typed) {
        continue;
      }
      String command = line.strip().replaceAll("(^|\\s)#\\s.*", "").strip();
      if (command.endsWith("\\")) {
        continued.append(command, 0, command.length() - 1);
      } else if (!command.isEmpty()) {
        commands.add(continued + command);
        continued.setLength(0);
      }
    }
    return commands;
  }
}
