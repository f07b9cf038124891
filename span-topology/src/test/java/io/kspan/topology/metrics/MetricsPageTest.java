package io.kspan.topology.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.kspan.testsupport.GoldenFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * docs/metrics.md is generated from the declarations; rewritten only with -Dgolden.update=true. The
 * dashboard must not ask for anything else.
 */
class MetricsPageTest {
  private static final Path PAGE = Path.of("../docs/metrics.md");
  private static final Path INTRODUCTION = Path.of("src/test/resources/metrics-introduction.md");
  private static final Path RULES = Path.of("../deploy/alerts/kspan.rules.yaml");
  private static final Pattern QUERIED = Pattern.compile("\\b(?:kspan|kafka)_[a-z_]+");
  private static final Pattern SELECTED = Pattern.compile("[{,](k[a-z0-9_]+)=[~\\\\\"]");
  private static final Pattern GROUPED = Pattern.compile("by ?\\(([^)]*)\\)");
  private static final Pattern PARTS_OF_A_HISTOGRAM = Pattern.compile("_(bucket|sum|count)$");

  @Test
  void shouldDocumentEveryMetricAsDeclared() throws IOException {
    String page =
        Files.readString(INTRODUCTION)
            + "\n## span-topology run\n\n"
            + table(Metric.ofRun())
            + "\n## span-topology sink\n\n"
            + table(Metric.ofSink())
            + "\n## span-topology serve\n\n"
            + table(Metric.ofServe());
    assertThat(page).isEqualTo(GoldenFile.expected(PAGE, page));
  }

  @Test
  void shouldDeclareEachNameOnceWithWhatItMeans() {
    assertThat(all().map(Metric::id)).doesNotHaveDuplicates();
    assertThat(all())
        .allSatisfy(
            metric -> {
              assertThat(metric.description()).endsWith(".");
              assertThat(metric.unit()).matches("s|By|\\{[a-z_]+\\}");
              assertThat(metric.id()).matches("[a-z]+(\\.[a-z]+)*\\.[a-z]+(_[a-z]+)*");
            });
  }

  @ParameterizedTest
  @CsvSource({
    "../deploy/grafana/kspan-streams.json, 15",
    "../deploy/grafana/rollouts.json, 4",
    "../deploy/alerts/kspan.rules.yaml, 10"
  })
  void shouldAskOnlyForWhatThereIs(Path file, int least) throws IOException {
    String dashboard = Files.readString(file);
    Set<String> names = new HashSet<>();
    Set<String> labels = new HashSet<>(List.of("instance", "job", "le", "pod"));
    all()
        .forEach(
            metric -> {
              names.add(prometheusName(metric));
              metric.labels().forEach(key -> labels.add(label(key)));
            });

    Set<String> queried = new HashSet<>();
    Matcher name = QUERIED.matcher(dashboard);
    while (name.find()) {
      String found = PARTS_OF_A_HISTOGRAM.matcher(name.group()).replaceFirst("");
      if (!labels.contains(found)) {
        queried.add(found);
      }
    }
    assertThat(queried).hasSizeGreaterThan(least).isSubsetOf(names);
    Matcher grouped = GROUPED.matcher(dashboard);
    while (grouped.find()) {
      assertThat(labels).contains(grouped.group(1).split(", ?"));
    }
    Matcher selected = SELECTED.matcher(dashboard);
    while (selected.find()) {
      assertThat(labels).contains(selected.group(1));
    }
  }

  /** What promtool checks besides has to be checked by it: docs/changes.md says how. */
  @Test
  void shouldAlertInWordsAndBySeverity() throws IOException {
    JsonNode rules = new YAMLMapper().readTree(RULES.toFile());

    List<String> names = new ArrayList<>();
    for (JsonNode group : rules.path("groups")) {
      for (JsonNode rule : group.path("rules")) {
        names.add(rule.path("alert").asText());
        assertThat(rule.path("expr").asText()).isNotBlank();
        assertThat(rule.at("/labels/severity").asText()).isIn("critical", "warning");
        assertThat(rule.at("/annotations/summary").asText()).endsWith(".");
        assertThat(rule.at("/annotations/description").asText()).endsWith(".");
      }
    }
    assertThat(names).doesNotHaveDuplicates().hasSizeGreaterThan(10);
    JsonNode tests =
        new YAMLMapper().readTree(RULES.resolveSibling("kspan.rules.test.yaml").toFile());
    assertThat(tests.findValuesAsText("alertname")).containsAll(names);
  }

  /** The name that users of Prometheus see, as the exporter makes it. */
  private static String prometheusName(Metric metric) {
    try (MetricsExporter exporter = MetricsExporter.create("test", Map.of())) {
      Metrics metrics = new Metrics();
      exporter.export(metrics, List.of(metric));
      String[] labels = metric.labels().stream().map(key -> "x").toArray(String[]::new);
      metrics.observe(metric, to -> to.record(1, labels));
      metrics.record(metric, 1, labels);
      return Scrape.of(exporter).types().keySet().iterator().next();
    }
  }

  private static String label(String key) {
    return key.replace('.', '_');
  }

  private static Stream<Metric> all() {
    return Stream.of(Metric.ofRun(), Metric.ofSink(), Metric.ofServe()).flatMap(List::stream);
  }

  private static String table(List<Metric> metrics) {
    return "| metric | Prometheus | kind | unit | attributes | what | alert on |\n|---|---|---|---|---|---|---|\n"
        + metrics.stream().map(MetricsPageTest::row).collect(Collectors.joining());
  }

  private static String row(Metric metric) {
    return "| `%s` | `%s` | %s | %s | %s | %s | %s |\n"
        .formatted(
            metric.id(),
            prometheusName(metric),
            metric.type().name().toLowerCase(Locale.ROOT),
            metric.unit(),
            metric.labels().stream().map(key -> "`" + key + "`").collect(Collectors.joining(", ")),
            metric.description(),
            metric.alert());
  }
}
