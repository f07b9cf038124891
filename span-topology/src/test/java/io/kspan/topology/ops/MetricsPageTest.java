package io.kspan.topology.ops;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * docs/metrics.md is generated from the declarations; rewritten only with -Dgolden.update=true. The
 * dashboard must not ask for anything else.
 */
class MetricsPageTest {
  private static final Path PAGE = Path.of("../docs/metrics.md");
  private static final Path INTRODUCTION = Path.of("src/test/resources/metrics-introduction.md");
  private static final Path DASHBOARD = Path.of("../deploy/grafana/kspan-streams.json");
  private static final Pattern QUERIED = Pattern.compile("\\b(?:kspan|kafka)_[a-z_]+");
  private static final Pattern GROUPED = Pattern.compile("by ?\\(([^)]*)\\)");
  private static final Pattern PARTS_OF_A_HISTOGRAM = Pattern.compile("_(bucket|sum|count)$");

  @Test
  void shouldDocumentEveryMetricAsDeclared() throws IOException {
    String page =
        Files.readString(INTRODUCTION)
            + "\n## span-topology run\n\n"
            + table(Metrics.ofRun())
            + "\n## span-topology sink\n\n"
            + table(Metrics.ofSink());
    if (Boolean.getBoolean("golden.update")) {
      Files.writeString(PAGE, page);
    }
    assertThat(Files.readString(PAGE)).isEqualTo(page);
  }

  @Test
  void shouldDeclareEachNameOnceWithWhatItMeans() {
    assertThat(all().map(Metric::name)).doesNotHaveDuplicates();
    assertThat(all())
        .allSatisfy(
            metric -> {
              assertThat(metric.description()).endsWith(".");
              assertThat(metric.unit()).matches("s|By|\\{[a-z]+\\}");
            });
  }

  @Test
  void shouldShowOnTheDashboardOnlyWhatThereIs() throws IOException {
    String dashboard = Files.readString(DASHBOARD);
    Set<String> names = new HashSet<>();
    Set<String> labels = new HashSet<>(List.of("instance", "job", "le", "pod"));
    all()
        .forEach(
            metric -> {
              names.add(DeclaredMetrics.prometheusName(metric));
              metric.attributes().forEach(key -> labels.add(DeclaredMetrics.label(key)));
            });

    Set<String> queried = new HashSet<>();
    Matcher name = QUERIED.matcher(dashboard);
    while (name.find()) {
      String found = PARTS_OF_A_HISTOGRAM.matcher(name.group()).replaceFirst("");
      if (!labels.contains(found)) {
        queried.add(found);
      }
    }
    assertThat(queried).hasSizeGreaterThan(15).isSubsetOf(names);
    Matcher grouped = GROUPED.matcher(dashboard);
    while (grouped.find()) {
      assertThat(labels).contains(grouped.group(1).split(", ?"));
    }
  }

  private static Stream<Metric> all() {
    return Stream.concat(Metrics.ofRun().stream(), Metrics.ofSink().stream());
  }

  private static String table(List<Metric> metrics) {
    return "| metric | Prometheus | kind | unit | attributes | what | alert on |\n|---|---|---|---|---|---|---|\n"
        + metrics.stream().map(MetricsPageTest::row).collect(Collectors.joining());
  }

  private static String row(Metric metric) {
    return "| `%s` | `%s` | %s | %s | %s | %s | %s |\n"
        .formatted(
            metric.name(),
            DeclaredMetrics.prometheusName(metric),
            metric.type().name().toLowerCase(Locale.ROOT),
            metric.unit(),
            metric.attributes().stream()
                .map(key -> "`" + key + "`")
                .collect(Collectors.joining(", ")),
            metric.description(),
            metric.alert());
  }
}
