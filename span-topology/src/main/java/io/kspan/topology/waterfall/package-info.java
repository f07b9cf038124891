/**
 * Reads finished traces from OTLP and draws them as text for a terminal. Pure: no IO, no clock, no
 * terminal detection.
 *
 * <p>May import the JDK and protobuf with the OTLP classes, but nothing of the pipeline, so that it
 * shows what was exported.
 */
package io.kspan.topology.waterfall;
