/**
 * Finished traces as people read them: spans read back from OTLP, and drawn as text for a terminal.
 * Pure: no IO, no clock, no terminal detection.
 *
 * <p>May import the JDK, protobuf with the OTLP classes, and nothing of the pipeline, so that what
 * is shown is what was exported.
 */
package io.kspan.topology.waterfall;
