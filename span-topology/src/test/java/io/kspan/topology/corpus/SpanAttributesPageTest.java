package io.kspan.topology.corpus;

import static org.assertj.core.api.Assertions.assertThat;

import io.kspan.testsupport.GoldenFile;
import io.kspan.testsupport.corpus.Corpus;
import io.kspan.topology.explain.OfflineModel;
import io.kspan.topology.model.FinishedSpan;
import io.kspan.topology.model.FinishedTrace;
import io.kspan.topology.otlp.OtlpEncoder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/**
 * docs/span-attributes.md describes every attribute that occurs in the recordings and cases, with a
 * value of theirs; rewritten only with -Dgolden.update=true.
 */
class SpanAttributesPageTest {
  private static final Path PAGE = Path.of("../docs/span-attributes.md");
  private static final Path INTRODUCTION =
      Path.of("src/test/resources/span-attributes-introduction.md");
  private static final Path DESCRIPTIONS = Path.of("src/test/resources/span-attributes.tsv");
  private static final Path CASES = Path.of("../testdata/cases");
  private static final int LONGEST_EXAMPLE = 60;

  private final List<Description> descriptions = new ArrayList<>();

  /** One row of the table. */
  private record Description(String key, Pattern pattern, String row) {}

  @Test
  void shouldDescribeEveryAttribute() throws IOException {
    readDescriptions();
    Map<Description, String> examples = new LinkedHashMap<>();
    List<FinishedTrace> recording = traces(Corpus.recording("cluster-a"), Map.of());
    collect(recording, examples);
    List<FinishedTrace> other = traces(Corpus.recording("cluster-c"), Map.of());
    collect(other, examples);
    collect(traces(Corpus.recording("bundled"), Map.of()), examples);
    for (Path capture : captures()) {
      collect(traces(capture, Map.of()), examples);
    }
    collect(traces(Corpus.recording("bundled"), workload()), examples);

    StringBuilder page =
        new StringBuilder(Files.readString(INTRODUCTION).formatted(OtlpEncoder.SCHEMA_URL));
    page.append("| attribute | on | what | source | example |\n|---|---|---|---|---|\n");
    for (Description one : descriptions) {
      page.append(one.row()).append(code(examples.getOrDefault(one, ""))).append(" |\n");
    }
    page.append("\n## Spans of three traces of the recordings\n");
    spans(recording, other).forEach(span -> page.append(span(span)));
    assertThat(page.toString()).isEqualTo(GoldenFile.expected(PAGE, page.toString()));
  }

  /** Names by which recordings without well-known labels have a service. */
  private static Map<String, String> workload() {
    return Map.of("service.name.mode", "workload", "span.labels", "app");
  }

  private void readDescriptions() throws IOException {
    for (String line : Files.readAllLines(DESCRIPTIONS)) {
      String[] columns = line.split("\t", -1);
      assertThat(columns).as(line).hasSize(4);
      String regex =
          Pattern.quote(columns[0])
              .replace("<kind>", "\\E[a-z0-9]+\\Q")
              .replace("<container>", "\\E.+\\Q")
              .replace("<key>", "\\E.+\\Q");
      String row =
          "| `"
              + columns[0]
              + "` | "
              + columns[1]
              + " | "
              + columns[2]
              + " | "
              + columns[3]
              + " | ";
      descriptions.add(new Description(columns[0], Pattern.compile(regex), row));
    }
  }

  private static List<Path> captures() throws IOException {
    try (var files = Files.list(CASES)) {
      return files.filter(file -> file.toString().endsWith(".ndjson.gz")).sorted().toList();
    }
  }

  private static List<FinishedTrace> traces(Path capture, Map<String, String> keys) {
    OfflineModel model = OfflineModels.configured(keys);
    Corpus.envelopes(capture, "prod-1").forEach(model::add);
    return model.traces();
  }

  private void collect(List<FinishedTrace> traces, Map<Description, String> examples) {
    for (FinishedTrace trace : traces) {
      for (FinishedSpan span : trace.spans()) {
        span.attributes().forEach((key, value) -> collect(key, value, examples));
        span.resource().forEach((key, value) -> collect(key, value, examples));
        span.links()
            .forEach(
                link -> link.attributes().forEach((key, value) -> collect(key, value, examples)));
      }
    }
  }

  private void collect(String key, Object value, Map<Description, String> examples) {
    Predicate<Description> exact = one -> one.key().equals(key);
    Description description =
        descriptions.stream()
            .filter(exact)
            .findFirst()
            .or(
                () ->
                    descriptions.stream()
                        .filter(d -> d.pattern().matcher(key).matches())
                        .findFirst())
            .orElseThrow(
                () -> new AssertionError(key + " has no line in " + DESCRIPTIONS.getFileName()));
    String shown = description.key().contains("<") ? key + "=" + value : value.toString();
    examples.putIfAbsent(description, shown);
  }

  /** A change, what a kubelet did for it, and what is about a custom kind. */
  private static List<FinishedSpan> spans(
      List<FinishedTrace> recording, List<FinishedTrace> other) {
    FinishedTrace rollout =
        first(recording, trace -> trace.root().name().equals("Deployment.Update"));
    FinishedTrace custom = first(recording, trace -> trace.root().name().equals("App.Sync"));
    FinishedTrace most =
        other.stream()
            .max(Comparator.comparingInt(trace -> trace.root().attributes().size()))
            .orElseThrow();
    return List.of(
        rollout.root(),
        first(rollout.spans(), span -> span.name().equals("Pod.Started")),
        first(rollout.spans(), span -> span.name().equals("Pod.ContainerRunning")),
        custom.root(),
        most.root());
  }

  private static <T> T first(List<T> all, Predicate<T> wanted) {
    return all.stream().filter(wanted).findFirst().orElseThrow();
  }

  private static String span(FinishedSpan span) {
    StringBuilder table =
        new StringBuilder("\n`")
            .append(span.name())
            .append("`\n\n| attribute | value |\n|---|---|\n");
    span.attributes().forEach((key, value) -> table.append(line(key, value)));
    span.resource().forEach((key, value) -> table.append(line(key + "` of the resource", value)));
    return table.toString();
  }

  private static String line(String key, Object value) {
    String name = key.endsWith("resource") ? key : key + '`';
    return "| `" + name + " | " + code(value.toString()) + " |\n";
  }

  private static String code(String value) {
    if (value.isEmpty()) {
      return "";
    }
    String cut =
        value.length() <= LONGEST_EXAMPLE ? value : value.substring(0, LONGEST_EXAMPLE) + "...";
    return '`' + cut.replace("\n", " ").replace("|", "\\|") + '`';
  }
}
