/**
 * The records that travel between the stages: immutable, without behaviour beyond their own
 * consistency.
 *
 * <p>May import the JDK only. Times are nanoseconds since 1970 where the name ends in {@code Nanos}
 * and milliseconds where it ends in {@code Millis}; an absent text is empty, never null.
 */
package io.kspan.topology.model;
