package io.kspan.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * The commands of the documentation. Those of this project's programs name options that exist; of
 * these, those that need nothing but this repository are run. Whatever else is typed begins with a
 * tool that is known, so that a new one is noticed here.
 */
@Execution(ExecutionMode.CONCURRENT)
class CommandsIT {
  private static final String QUICKSTART = "io.kspan.quickstart.Main";
  private static final String TOPOLOGY = "io.kspan.topology.Main";
  private static final Set<String> TOPOLOGY_COMMANDS =
      Set.of("run", "sink", "serve", "describe", "replay", "doctor", "explain");
  // Need a cluster, a broker, an engine, an editor or the machine of the reader.
  private static final Set<String> TOOLS =
      Set.of(
          "mvn",
          "java",
          "kubectl",
          "curl",
          "docker",
          "helm",
          "kind",
          "k3s",
          "ctr",
          "tar",
          "cp",
          "git",
          "open",
          "cd",
          "export",
          "gh",
          "echo",
          "jq",
          "npm",
          "cosign",
          "sha256sum",
          "diff",
          "unzip");
  private static final Pattern KAFKA_TOOL =
      Pattern.compile("(?:bin/|/opt/kafka/bin/)?kafka-[a-z-]+\\.sh|bin/connect-[a-z]+\\.sh");
  private static final Pattern OPTION = Pattern.compile("--[a-z][a-z-]*");
  private static final int SECONDS = 120;

  @TempDir private Path folder;
  private final Map<List<String>, String> help = new HashMap<>();

  private record Typed(Page page, String text) {
    /** Without what sets the environment before it. */
    List<String> words() {
      List<String> words = new ArrayList<>(Arrays.asList(text.trim().split("\\s+")));
      while (!words.isEmpty() && words.get(0).matches("[A-Z_]+=.*")) {
        words.remove(0);
      }
      return words;
    }

    /** Arguments of one of this project's programs, its main class first; empty for others. */
    List<String> program() {
      List<String> words = words();
      if (words.isEmpty()) {
        return List.of();
      }
      if (words.get(0).equals("./quickstart.sh")) {
        return with(QUICKSTART, words.subList(1, words.size()));
      }
      if (words.get(0).equals("span-topology") && words.get(1).matches("[a-z-]+")) {
        return with(TOPOLOGY, words.subList(1, words.size()));
      }
      boolean jar =
          words.size() > 2
              && words.get(0).equals("java")
              && words.get(1).equals("-jar")
              && words.get(2).startsWith("span-topology/target/span-topology-");
      return jar ? with(TOPOLOGY, words.subList(3, words.size())) : List.of();
    }

    private static List<String> with(String main, List<String> arguments) {
      List<String> all = new ArrayList<>(List.of(main));
      all.addAll(arguments);
      return all;
    }
  }

  @Test
  void shouldKnowEveryTool() {
    List<String> unknown = new ArrayList<>();
    for (Typed typed : typed()) {
      List<String> words = typed.words();
      if (!words.isEmpty()
          && typed.program().isEmpty()
          && looksTyped(words)
          && !TOOLS.contains(words.get(0))
          && !KAFKA_TOOL.matcher(words.get(0)).matches()) {
        unknown.add(typed.page() + ": " + typed.text());
      }
    }

    assertThat(unknown).isEmpty();
  }

  /** Output is shown in the same way: a command begins with a word and has an option or a path. */
  private static boolean looksTyped(List<String> words) {
    return words.get(0).matches("[a-z./]*[a-z][A-Za-z0-9./_-]*")
        && words.stream().anyMatch(word -> word.startsWith("--"));
  }

  @TestFactory
  Stream<DynamicTest> shouldHaveTheOptions() {
    return typed().stream()
        .filter(typed -> !typed.program().isEmpty())
        .map(
            typed ->
                DynamicTest.dynamicTest(typed.page() + ": " + typed.text(), () -> options(typed)));
  }

  private void options(Typed typed) throws IOException, InterruptedException {
    List<String> program = typed.program();
    List<String> command = new ArrayList<>(List.of(program.get(0)));
    boolean quickstart = program.get(0).equals(QUICKSTART);
    if (program.size() > 1
        && (quickstart
            ? program.get(1).equals("replay")
            : TOPOLOGY_COMMANDS.contains(program.get(1)))) {
      command.add(program.get(1));
    }
    assertThat(quickstart || command.size() == 2 || program.contains("--help"))
        .as("a command of span-topology in: " + typed.text())
        .isTrue();
    String usage = help(command);
    for (String word : program.subList(1, program.size())) {
      if (OPTION.matcher(word.split("=", 2)[0]).matches()) {
        assertThat(usage).contains(word.split("=", 2)[0]);
      }
    }
  }

  /** Asks once for each. */
  private synchronized String help(List<String> command) throws IOException, InterruptedException {
    String known = help.get(command);
    if (known == null) {
      List<String> asked = new ArrayList<>(command);
      asked.add("--help");
      Ended ended = start(asked);
      assertThat(ended.code()).as(ended.output()).isZero();
      known = ended.output();
      help.put(command, known);
    }
    return known;
  }

  @TestFactory
  Stream<DynamicTest> shouldRun() {
    return typed().stream()
        .filter(CommandsIT::needsNothing)
        .map(typed -> typed.program())
        .distinct()
        .map(
            program ->
                DynamicTest.dynamicTest(
                    String.join(" ", program),
                    () -> {
                      Ended ended = start(program);
                      assertThat(ended.code()).as(ended.output()).isZero();
                    }));
  }

  /** A replay of a file of this repository, or a description. */
  private static boolean needsNothing(Typed typed) {
    List<String> program = typed.program();
    if (program.size() < 3) {
      return false;
    }
    boolean replaysFile =
        program.get(0).equals(QUICKSTART)
            && program.get(1).equals("replay")
            && program.subList(2, program.size()).stream()
                .filter(word -> word.contains("ndjson"))
                .anyMatch(word -> Files.exists(Repository.file(word)));
    return replaysFile || program.get(0).equals(TOPOLOGY) && program.get(1).equals("describe");
  }

  private record Ended(int code, String output) {}

  /** In a folder of its own, where files of the repository are found by their names. */
  private Ended start(List<String> program) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(
        List.of(
            "-XX:TieredStopAtLevel=1",
            "-XX:+UseSerialGC",
            "-cp",
            System.getProperty("java.class.path")));
    for (String word : program) {
      Path file = Repository.file(word);
      command.add(word.contains("/") && Files.exists(file) ? file.toString() : word);
    }
    Path output = Files.createTempFile(folder, "output", ".txt");
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(output.toFile());
    if (program.get(0).equals(QUICKSTART)) {
      builder.environment().put("KSPAN_HOME", folder.toString());
    }
    Process process = builder.start();
    if (!process.waitFor(SECONDS, TimeUnit.SECONDS)) {
      process.destroyForcibly();
      throw new AssertionError("still running: " + program);
    }
    return new Ended(process.exitValue(), Files.readString(output, StandardCharsets.UTF_8));
  }

  private static List<Typed> typed() {
    return Page.all().stream()
        .flatMap(page -> page.commands().stream().map(command -> new Typed(page, command)))
        .toList();
  }
}
