/**
 * The metrics of the application: declared in {@link io.kspan.topology.metrics.Metric}, recorded in
 * {@link io.kspan.topology.metrics.Metrics}, exported by {@link
 * io.kspan.topology.metrics.MetricsExporter}. No result depends on them. Knows no other package.
 */
package io.kspan.topology.metrics;
