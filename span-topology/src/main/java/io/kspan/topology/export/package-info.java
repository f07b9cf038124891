/**
 * The sink: reads serialized OTLP requests from the spans topic and the logs topic and sends them
 * to the backend.
 *
 * <p>The only package that sends to a backend. Besides the OpenTelemetry SDK and Kafka clients it
 * knows {@code names}, {@code metrics}, {@code otlp}, {@code errors}, {@code config}, {@code ops}.
 */
package io.kspan.topology.export;
