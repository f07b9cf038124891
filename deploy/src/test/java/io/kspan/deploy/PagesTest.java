package io.kspan.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.kspan.connect.KubernetesEventSourceConnector;
import io.kspan.topology.config.TopologyConfig;
import io.kspan.topology.export.OtlpSink;
import io.kspan.topology.metrics.Metric;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.storage.internals.log.LogConfig;
import org.junit.jupiter.api.Test;

/**
 * The files, tests, settings and metrics that the documentation names exist. The tests of the
 * generated pages check that every setting and metric is documented.
 */
class PagesTest {
  private static final Pattern TEST_NAME = Pattern.compile("([A-Z][A-Za-z]+(?:Test|IT))\\b");
  private static final Pattern FILE =
      Pattern.compile(
          "(?<![\\w/.-])(?:deploy|docs|event-source-connector|span-topology/src)/[\\w./-]*[\\w/]");
  private static final Pattern KEY = Pattern.compile("[a-z]+(?:[.][a-z*]+)+");
  // Files that a command makes, and those of the reader.
  private static final Set<String> NO_KEY_ENDINGS =
      Set.of(
          "md",
          "sh",
          "sock",
          "json",
          "yaml",
          "yml",
          "properties",
          "java",
          "gz",
          "html",
          "zip",
          "xml");

  // Of Connect workers, of OpenTelemetry's resource, and a value of kspan.finished.by.
  private static final Set<String> OTHERS =
      Set.of(
          "topic.creation.enable",
          "key.converter",
          "value.converter",
          "config.providers.file.class",
          "service.instance.id",
          "max.duration",
          "otel.metric.overflow");

  @Test
  void shouldLinkToWhatIsThere() {
    Map<Path, Set<String>> anchors = new HashMap<>();
    Page.all().forEach(page -> anchors.put(page.path(), page.anchors()));
    List<String> broken = new ArrayList<>();
    for (Page page : Page.all()) {
      for (String link : page.localLinks()) {
        String[] parts = link.split("#", 2);
        Path target =
            parts[0].isEmpty() ? page.path() : page.path().resolveSibling(parts[0]).normalize();
        boolean there = Files.exists(Repository.ROOT.resolve(target));
        boolean found =
            parts.length == 1
                || !anchors.containsKey(target)
                || anchors.get(target).contains(parts[1]);
        if (!there || !found) {
          broken.add(page + ": " + link);
        }
      }
    }

    assertThat(broken).isEmpty();
  }

  @Test
  void shouldNameTestsThatAreThere() throws IOException {
    Set<String> classes = new TreeSet<>();
    try (Stream<Path> files = Files.walk(Repository.ROOT)) {
      files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.endsWith(".java"))
          .forEach(name -> classes.add(name.substring(0, name.length() - ".java".length())));
    }
    List<String> missing = new ArrayList<>();
    for (Page page : Page.all()) {
      String text = String.join("\n", page.code());
      TEST_NAME
          .matcher(text)
          .results()
          .map(found -> found.group(1))
          .filter(name -> !classes.contains(name))
          .forEach(name -> missing.add(page + ": " + name));
    }

    assertThat(missing).isEmpty();
  }

  @Test
  void shouldNameFilesThatAreThere() {
    List<String> missing = new ArrayList<>();
    for (Page page : Page.all()) {
      FILE.matcher(String.join("\n", page.code()) + "\n" + String.join("\n", page.commands()))
          .results()
          .map(found -> found.group())
          .filter(file -> !Files.exists(Repository.file(file)))
          .forEach(file -> missing.add(page + ": " + file));
    }

    assertThat(missing).isEmpty();
  }

  @Test
  void shouldNameSettingsAndMetricsThatAreThere() {
    Set<String> known = own();
    Set<String> families = new TreeSet<>();
    known.forEach(name -> families.add(family(name)));
    known.addAll(kafkaSettings());
    known.addAll(chartValues());
    known.addAll(OTHERS);
    Pattern attributes = attributes();
    List<String> unknown = new ArrayList<>();
    for (Page page : Page.all()) {
      for (String code : page.code()) {
        String name = code.split("[= ]", 2)[0];
        boolean ours =
            KEY.matcher(name).matches()
                && !NO_KEY_ENDINGS.contains(name.substring(name.lastIndexOf('.') + 1))
                && families.contains(family(name));
        if (ours && !matches(known, name) && !attributes.matcher(name).matches()) {
          unknown.add(page + ": " + name);
        }
      }
    }

    assertThat(unknown).isEmpty();
  }

  private static String family(String name) {
    return name.substring(0, name.indexOf('.') + 1);
  }

  /** Whether it is one of {@code known}, or stands for several, or one more part follows. */
  private static boolean matches(Set<String> known, String name) {
    String pattern = Pattern.quote(name).replace("*", "\\E.*\\Q");
    return known.stream().anyMatch(key -> key.matches(pattern + "(?:[._].*)?"));
  }

  /** Settings, metrics and attributes of spans. */
  private static Set<String> own() {
    Set<String> names = new TreeSet<>(TopologyConfig.definition().names());
    names.addAll(OtlpSink.definition().names());
    names.addAll(new KubernetesEventSourceConnector().config().names());
    names.removeIf(name -> !name.contains("."));
    Stream.of(Metric.values()).map(Metric::id).forEach(names::add);
    Pattern declared = Pattern.compile("\"((?:kspan|kafka)\\.[a-z._]+)");
    try (Stream<Path> sources = Files.walk(Repository.file("span-topology/src/main/java"))) {
      sources
          .filter(file -> file.toString().endsWith(".java"))
          .flatMap(file -> declared.matcher(Repository.text(file)).results())
          .forEach(found -> names.add(found.group(1)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return names;
  }

  /** The attributes of spans; their page says which there are. */
  private static Pattern attributes() {
    Path descriptions = Repository.file("span-topology/src/test/resources/span-attributes.tsv");
    return Pattern.compile(
        Repository.text(descriptions)
            .lines()
            .map(line -> line.substring(0, line.indexOf('\t')))
            .map(name -> Pattern.quote(name).replaceAll("<[a-z]+>", "\\\\E.+\\\\Q"))
            .collect(Collectors.joining("|")));
  }

  private static Set<String> kafkaSettings() {
    Set<String> names = new TreeSet<>(LogConfig.configNames());
    for (String name : ProgramSettings.kafkaSettings()) {
      names.add(name);
      for (String prefix : List.of("kafka.", "kafka.producer.", "kafka.consumer.")) {
        names.add(prefix + name);
      }
    }
    return names;
  }

  private static Set<String> chartValues() {
    Set<String> names = new TreeSet<>();
    names("", Repository.document(Repository.text("deploy/helm/kspan-streams/values.yaml")), names);
    return names;
  }

  private static void names(String prefix, JsonNode values, Set<String> names) {
    values
        .properties()
        .forEach(
            value -> {
              names.add(prefix + value.getKey());
              names(prefix + value.getKey() + ".", value.getValue(), names);
            });
  }
}
