package io.kspan.connect;

import static org.assertj.core.api.Assertions.assertThat;

import io.kspan.testsupport.GoldenFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.kafka.common.config.ConfigDef;
import org.junit.jupiter.api.Test;

/**
 * docs/configuration-connector.md is generated from the definition; rewritten only with
 * -Dgolden.update=true.
 */
class ConfigurationPageTest {
  private static final Path PAGE = Path.of("../docs/configuration-connector.md");
  private static final Path INTRODUCTION =
      Path.of("src/test/resources/configuration-introduction.md");

  @Test
  void shouldDocumentEveryKeyAsDefined() throws IOException {
    String page = Files.readString(INTRODUCTION) + tables(ConfigKeys.definition());
    assertThat(page).isEqualTo(GoldenFile.expected(PAGE, page));
  }

  private static String tables(ConfigDef definition) {
    StringBuilder page = new StringBuilder();
    for (String group : definition.groups()) {
      page.append("\n## ").append(group).append("\n\n");
      page.append("| key | what | type | default | valid |\n|---|---|---|---|---|\n");
      definition.configKeys().values().stream()
          .filter(key -> group.equals(key.group))
          .sorted((a, b) -> Integer.compare(a.orderInGroup, b.orderInGroup))
          .forEach(key -> page.append(row(key)));
    }
    return page.toString();
  }

  private static String row(ConfigDef.ConfigKey key) {
    String valid = key.validator == null ? "" : key.validator.toString();
    return "| `%s` | %s | %s | %s | %s |\n"
        .formatted(
            key.name,
            key.documentation,
            key.type.name().toLowerCase(java.util.Locale.ROOT),
            defaultValue(key),
            valid.replace("|", "\\|"));
  }

  private static String defaultValue(ConfigDef.ConfigKey key) {
    if (!key.hasDefault()) {
      return "required";
    }
    String value = ConfigDef.convertToString(key.defaultValue, key.type);
    return value == null || value.isEmpty() ? "" : "`" + value.replace(",", ", ") + "`";
  }
}
