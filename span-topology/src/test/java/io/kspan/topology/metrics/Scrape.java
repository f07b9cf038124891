package io.kspan.topology.metrics;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a scrape in Prometheus' text format says. */
public record Scrape(Map<String, String> types, List<Sample> samples) {
  private static final Pattern TYPE = Pattern.compile("# TYPE (\\S+) (\\S+)");
  private static final Pattern SAMPLE =
      Pattern.compile("(?<name>[a-z0-9_]+)(\\{(?<labels>.*)\\})? (?<value>\\S+)");
  private static final Pattern LABEL = Pattern.compile("([a-zA-Z0-9_]+)=\"([^\"]*)\"");
  private static final String SCOPE = "otel_scope_";

  /** One line. */
  public record Sample(String name, Map<String, String> labels, double value) {}

  /** Of {@code metrics}. */
  public static Scrape of(MetricsExporter metrics) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try {
      metrics.scrape(null, out);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return of(out.toString(StandardCharsets.UTF_8));
  }

  /** Of the text of a scrape. */
  public static Scrape of(String text) {
    Map<String, String> types = new TreeMap<>();
    List<Sample> samples = new ArrayList<>();
    for (String line : text.split("\n")) {
      Matcher type = TYPE.matcher(line);
      Matcher sample = SAMPLE.matcher(line);
      if (type.matches()) {
        types.put(type.group(1), type.group(2));
      } else if (sample.matches()) {
        samples.add(
            new Sample(
                sample.group("name"),
                labels(sample.group("labels")),
                Double.parseDouble(sample.group("value"))));
      }
    }
    types.remove("target_info");
    return new Scrape(types, samples);
  }

  private static Map<String, String> labels(String text) {
    Map<String, String> labels = new TreeMap<>();
    Matcher label = LABEL.matcher(text == null ? "" : text);
    while (label.find()) {
      if (!label.group(1).startsWith(SCOPE)) {
        labels.put(label.group(1), label.group(2));
      }
    }
    return labels;
  }

  /** The sum over all lines of that name with that label; of all if the label is empty. */
  public double sum(String name, String... label) {
    return samples.stream()
        .filter(s -> s.name().equals(name))
        .filter(s -> label.length == 0 || label[1].equals(s.labels().get(label[0])))
        .mapToDouble(Sample::value)
        .sum();
  }
}
