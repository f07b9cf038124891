package io.kspan.topology.rules;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Each numbered rule of the trace model has one place in the main code, which {@code grep -r "Rule
 * 5.3"} finds: the comment there begins with the number. Sections without numbers inside count as
 * one rule.
 */
class RuleNumbersTest {
  private static final Pattern MARKER = Pattern.compile("Rule (\\d(\\.\\d[a-e]?)?)");
  private static final String RULES =
      "1.1 1.2 1.3 1.4 2 3.1 3.2 3.3 3.4 3.5 4 4.1 4.2 4.3 4.3a 4.3b 4.3c 4.3d 4.3e 5.1 5.2 5.3 5.4 5.5 5.6 5.7 5.8 6.1 6.2 6.3 6.4 7 8.1 8.2 8.3 8.4 9.1 9.2 9.3 9.4 9.5";

  @Test
  void shouldHaveOnePlace() throws IOException {
    List<Path> files;
    try (Stream<Path> all = Files.walk(Path.of("src/main/java"))) {
      files = all.filter(file -> file.toString().endsWith(".java")).toList();
    }
    List<String> found = new ArrayList<>();
    for (Path file : files) {
      MARKER.matcher(Files.readString(file)).results().forEach(m -> found.add(m.group(1)));
    }

    assertThat(found).containsExactlyInAnyOrder(RULES.split(" "));
  }
}
