package io.kspan.topology.config;

import static java.util.stream.Collectors.joining;
import static java.util.stream.Collectors.toCollection;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.kafka.common.config.ConfigDef;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What docs/trace-model.md names in backticks exists, and its defaults are the defaults. */
class TraceModelPageTest {
  private static final Path PAGE = Path.of("../docs/trace-model.md");
  private static final List<Path> SOURCES =
      List.of(Path.of("src"), Path.of("../quickstart/src/test/java"));
  // Kubernetes' kinds and reasons look like classes, so those are named behind "Where" and in the
  // last column of tables that have such a column; a test is one wherever it is named.
  private static final Pattern CLASS =
      Pattern.compile(
          "`(?:(?<package>[a-z]+)\\.)?(?<class>[A-Z]\\w*)(?:\\.(?<method>should\\w+))?`");
  private static final Pattern KEY = Pattern.compile("`(?<key>[a-z]+(?:\\.[a-z]+)+)(?:=[^`]*)?`");
  private static final Pattern OWN_ATTRIBUTE = Pattern.compile("`(?<name>kspan(?:\\.[a-z_]+)+)");
  private static final Pattern SETTING_ROW =
      Pattern.compile("^\\| `(?<key>[a-z.]+)` \\| (?<value>[^|]+) \\|", Pattern.MULTILINE);

  private static String page;
  private static Map<String, Path> classes;

  @BeforeAll
  static void read() throws IOException {
    page = Files.readString(PAGE);
    classes = new HashMap<>();
    for (Path sources : SOURCES) {
      try (Stream<Path> files = Files.walk(sources)) {
        files
            .filter(f -> f.toString().endsWith(".java"))
            .forEach(f -> classes.put(f.getFileName().toString().replace(".java", ""), f));
      }
    }
  }

  @Test
  void shouldNameClassesAndTestsThatExist() throws IOException {
    List<MatchResult> named =
        Stream.concat(
                CLASS.matcher(places()).results(),
                CLASS.matcher(page).results().filter(m -> m.group(2).matches("\\w+(Test|IT)")))
            .toList();

    assertThat(named).hasSizeGreaterThan(100);
    for (MatchResult name : named) {
      Path file = classes.get(name.group(2));
      assertThat(file).as(name.group()).isNotNull();
      if (name.group(1) != null) {
        assertThat(file.getParent().getFileName()).hasToString(name.group(1));
      }
      if (name.group(3) != null) {
        assertThat(Files.readString(file)).contains("void " + name.group(3) + "(");
      }
    }
  }

  /** The lists behind "Where" with the lines that continue them, and the last cells of tables. */
  private static String places() {
    return Pattern.compile("^- Where: .*(?:\\n  .*)*|\\| `[^|]*` \\|$", Pattern.MULTILINE)
        .matcher(page)
        .results()
        .map(MatchResult::group)
        .filter(place -> place.startsWith("- Where") || place.contains("Test"))
        .collect(joining("\n"));
  }

  @Test
  void shouldNameSettingsThatExist() {
    Set<String> keys = TopologyConfig.definition().names();
    Set<String> families =
        keys.stream().map(TraceModelPageTest::family).collect(toCollection(TreeSet::new));
    // service.instance.id and others are attributes.
    families.remove("service");

    assertThat(KEY.matcher(page).results().map(m -> m.group(1)))
        .filteredOn(key -> families.contains(family(key)))
        .hasSizeGreaterThan(20)
        .allSatisfy(key -> assertThat(keys).contains(key));
  }

  private static String family(String key) {
    return key.substring(0, key.indexOf('.'));
  }

  @Test
  void shouldSayWhatTheDefaultsAre() {
    String table = page.substring(page.indexOf("\n## Settings\n"));
    Map<String, ConfigDef.ConfigKey> keys = TopologyConfig.definition().configKeys();
    Map<String, String> documented = new HashMap<>();
    SETTING_ROW.matcher(table).results().forEach(m -> documented.put(m.group(1), m.group(2)));

    assertThat(documented.keySet())
        .containsAll(
            keys.keySet().stream().filter(key -> key.matches("(trace|service)\\..*")).toList());
    documented.forEach(
        (key, value) -> {
          assertThat(keys).containsKey(key);
          String actual = ConfigDef.convertToString(keys.get(key).defaultValue, keys.get(key).type);
          if (value.startsWith("`")) {
            assertThat(value).as(key).isEqualTo("`" + actual + "`");
          } else if (value.equals("none")) {
            assertThat(actual).as(key).isEmpty();
          }
        });
  }

  @Test
  void shouldNameOwnAttributesThatAreWritten() throws IOException {
    StringBuilder code = new StringBuilder();
    for (Path file : classes.values()) {
      if (file.startsWith(Path.of("src/main/java"))) {
        code.append(Files.readString(file));
      }
    }
    List<String> names =
        OWN_ATTRIBUTE.matcher(page).results().map(m -> m.group(1)).distinct().toList();

    assertThat(names).hasSizeGreaterThan(8);
    for (String name : names) {
      boolean whole = code.indexOf('"' + name + '"') >= 0;
      // What changed is named after the fact.
      boolean fact = name.startsWith("kspan.change.") && code.indexOf("\"kspan.change.\"") >= 0;
      assertThat(whole || fact).as(name).isTrue();
    }
  }
}
