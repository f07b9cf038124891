/**
 * Stage 5: reads finished traces from the spans topic and exports them by OTLP.
 *
 * <p>The only package that may import the OpenTelemetry SDK and its exporters. Beyond that: Kafka
 * clients, the OTLP classes of {@code otlp}, SLF4J.
 */
package io.kspan.topology.export;
