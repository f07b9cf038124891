/** Captures through the topology: loading, waiting for the end, reading the spans, writing them. */
package io.kspan.quickstart.replay;
