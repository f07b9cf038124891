/**
 * Finished traces as OTLP requests, and back for the sink.
 *
 * <p>May import the JDK, the model, protobuf and the generated OTLP classes; neither Kafka nor the
 * OpenTelemetry SDK.
 */
package io.kspan.topology.otlp;
