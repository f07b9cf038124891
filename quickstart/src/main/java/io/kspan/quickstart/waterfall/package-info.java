/**
 * Draws a received trace as text for a terminal. Pure: no IO, no clock, no terminal detection.
 *
 * <p>May import the JDK and the received spans of {@code receiver}; nothing else.
 */
package io.kspan.quickstart.waterfall;
