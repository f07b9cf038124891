/**
 * Recordings of watch streams: reading, receipts, merging. Imports Jackson, the JDK and the
 * exception for bad input.
 */
package io.kspan.quickstart.capture;
