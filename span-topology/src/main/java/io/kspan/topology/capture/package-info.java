/**
 * Capture files, recordings of watch streams: reading, receipts, merging. Knows the format, and
 * nothing of what is done with it.
 */
package io.kspan.topology.capture;
