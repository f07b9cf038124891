/**
 * Recordings of watch streams: reading, receipt times, merging. Imports Jackson and the JDK only.
 */
package io.kspan.quickstart.capture;
