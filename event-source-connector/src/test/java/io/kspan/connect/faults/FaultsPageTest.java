package io.kspan.connect.faults;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** docs/connector-faults.md lists every fault, and the tests that it names exist. */
class FaultsPageTest {
  private static final Path PAGE = Path.of("../docs/connector-faults.md");
  private static final Pattern FAULT = Pattern.compile("(?m)^\\| `([A-Z_]+)` \\|");
  private static final Pattern TEST = Pattern.compile("`(\\w+)#(\\w+)`");

  @Test
  void shouldListEveryFaultInOrder() throws IOException {
    assertThat(FAULT.matcher(Files.readString(PAGE)).results().map(found -> found.group(1)))
        .containsExactlyElementsOf(Arrays.stream(ApiServerFault.values()).map(Enum::name).toList());
  }

  @Test
  void shouldNameTestsThatExist() throws IOException {
    Map<String, String> sources = testSources();
    assertThat(TEST.matcher(Files.readString(PAGE)).results().toList())
        .isNotEmpty()
        .allSatisfy(
            named ->
                assertThat(sources.get(named.group(1)))
                    .as(named.group())
                    .contains("void " + named.group(2) + "("));
  }

  /** By class name, of all modules: some tests need the topology. */
  private static Map<String, String> testSources() throws IOException {
    List<Path> roots = List.of(Path.of("src/test/java"), Path.of("../quickstart/src/test/java"));
    Map<String, String> sources = new HashMap<>();
    for (Path root : roots) {
      try (Stream<Path> files = Files.walk(root)) {
        for (Path file : files.filter(path -> path.toString().endsWith(".java")).toList()) {
          sources.put(file.getFileName().toString().replace(".java", ""), Files.readString(file));
        }
      }
    }
    return sources;
  }
}
