package io.kspan.topology.ops;

import static io.kspan.topology.ops.Metric.Type.COUNTER;
import static io.kspan.topology.ops.Metric.Type.GAUGE;
import static io.kspan.topology.ops.Metric.Type.HISTOGRAM;

import java.util.List;

/**
 * A metric as it is declared, once: its instrument is made from this, and so is its line in
 * docs/metrics.md.
 *
 * <p>Names follow the conventions of OpenTelemetry; durations are in seconds. Attributes have few
 * values: a kind, a reason, a partition, never the name of an object.
 *
 * @param name of OpenTelemetry; Prometheus' is derived from it
 * @param unit UCUM, in braces if it is only a word
 * @param attributes keys, empty for none
 * @param alert on what to alert, empty if on nothing
 */
public record Metric(
    String name,
    Type type,
    String unit,
    String description,
    List<String> attributes,
    String alert) {

  /** Kinds of instruments. */
  public enum Type {
    COUNTER,
    GAUGE,
    HISTOGRAM
  }

  static Metric counter(String name, String unit, String description) {
    return new Metric(name, COUNTER, unit, description, List.of(), "");
  }

  static Metric gauge(String name, String unit, String description) {
    return new Metric(name, GAUGE, unit, description, List.of(), "");
  }

  static Metric histogram(String name, String unit, String description) {
    return new Metric(name, HISTOGRAM, unit, description, List.of(), "");
  }

  Metric by(String... keys) {
    return new Metric(name, type, unit, description, List.of(keys), alert);
  }

  Metric alertOn(String condition) {
    return new Metric(name, type, unit, description, attributes, condition);
  }
}
