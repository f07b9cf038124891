/**
 * Writes finished traces as serialized OTLP requests, and counts and splits such requests for the
 * sink.
 *
 * <p>May import the JDK, the model, protobuf, the generated OTLP classes and the SDK's sampler; not
 * Kafka.
 */
package io.kspan.topology.otlp;
