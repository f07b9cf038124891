/**
 * The sink: reads serialized OTLP requests from the spans topic and sends them to the backend.
 *
 * <p>May import the OpenTelemetry SDK with its exporters, Kafka clients, {@code otlp}, {@code
 * errors}, {@code config} and SLF4J.
 */
package io.kspan.topology.export;
