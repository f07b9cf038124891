package io.kspan.topology.ops;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.metrics.DoubleHistogram;
import io.opentelemetry.api.metrics.Meter;
import io.opentelemetry.api.metrics.ObservableDoubleMeasurement;
import io.opentelemetry.api.metrics.ObservableLongMeasurement;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.DoubleSupplier;
import java.util.function.LongSupplier;

/** Makes instruments of declared metrics. Most are read when somebody asks. */
final class Instruments {
  // Of an export: from a backend next door to the timeout of the exporter.
  private static final List<Double> SECONDS =
      List.of(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0);

  private final Meter meter;

  Instruments(Meter meter) {
    this.meter = meter;
  }

  static Attributes with(String key, String value) {
    return Attributes.of(AttributeKey.stringKey(key), value);
  }

  static Attributes with(String key, String value, String otherKey, String otherValue) {
    return Attributes.of(
        AttributeKey.stringKey(key), value, AttributeKey.stringKey(otherKey), otherValue);
  }

  void count(Metric metric, LongSupplier value) {
    counts(metric, measurement -> measurement.record(value.getAsLong()));
  }

  void counts(Metric metric, Consumer<ObservableLongMeasurement> observer) {
    meter
        .counterBuilder(metric.name())
        .setUnit(metric.unit())
        .setDescription(metric.description())
        .buildWithCallback(observer);
  }

  void seconds(Metric metric, Consumer<ObservableDoubleMeasurement> observer) {
    meter
        .counterBuilder(metric.name())
        .ofDoubles()
        .setUnit(metric.unit())
        .setDescription(metric.description())
        .buildWithCallback(observer);
  }

  void gauge(Metric metric, DoubleSupplier value) {
    gauges(metric, measurement -> measurement.record(value.getAsDouble()));
  }

  void gauges(Metric metric, Consumer<ObservableDoubleMeasurement> observer) {
    meter
        .gaugeBuilder(metric.name())
        .setUnit(metric.unit())
        .setDescription(metric.description())
        .buildWithCallback(observer);
  }

  DoubleHistogram histogram(Metric metric) {
    return meter
        .histogramBuilder(metric.name())
        .setUnit(metric.unit())
        .setDescription(metric.description())
        .setExplicitBucketBoundariesAdvice(SECONDS)
        .build();
  }
}
