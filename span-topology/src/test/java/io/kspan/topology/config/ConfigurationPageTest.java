package io.kspan.topology.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.kspan.testsupport.GoldenFile;
import io.kspan.topology.export.OtlpSink;
import io.kspan.topology.serve.ServeConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import org.apache.kafka.common.config.ConfigDef;
import org.junit.jupiter.api.Test;

/**
 * docs/configuration-topology.md is generated from the definition; rewritten only with
 * -Dgolden.update=true.
 */
class ConfigurationPageTest {
  private static final Path PAGE = Path.of("../docs/configuration-topology.md");
  private static final Path INTRODUCTION =
      Path.of("src/test/resources/configuration-topology-introduction.md");

  @Test
  void shouldDocumentEveryKeyAsDefined() throws IOException {
    String page =
        Files.readString(INTRODUCTION)
            + table(TopologyConfig.definition())
            + "\n## The sink\n\n"
            + table(OtlpSink.definition())
            + "\n## The page\n\n"
            + table(ServeConfig.definition());
    assertThat(page).isEqualTo(GoldenFile.expected(PAGE, page));
  }

  private static String table(ConfigDef definition) {
    StringBuilder page = new StringBuilder();
    page.append(
        "| key | what | type | default | valid | importance |\n|---|---|---|---|---|---|\n");
    // In the order of their definition, which is that of the pipeline.
    definition.configKeys().values().forEach(key -> page.append(row(key)));
    return page.toString();
  }

  private static String row(ConfigDef.ConfigKey key) {
    String valid = key.validator == null ? "" : key.validator.toString();
    return "| `%s` | %s | %s | %s | %s | %s |\n"
        .formatted(
            key.name,
            // A placeholder in angle brackets would be taken for markup.
            key.documentation.replace("<", "&lt;").replace("|", "\\|"),
            key.type.name().toLowerCase(Locale.ROOT),
            defaultValue(key),
            valid.replace("|", "\\|"),
            key.importance.name().toLowerCase(Locale.ROOT));
  }

  private static String defaultValue(ConfigDef.ConfigKey key) {
    if (!key.hasDefault()) {
      return "required";
    }
    String value = ConfigDef.convertToString(key.defaultValue, key.type);
    return value == null || value.isEmpty() ? "" : "`" + value.replace(",", ", ") + "`";
  }
}
