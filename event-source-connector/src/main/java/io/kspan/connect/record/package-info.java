/**
 * From a Kubernetes object to the records of the input topics: envelope, projection, keys, source
 * partition and offset.
 *
 * <p>Pure and without IO or clock, so that the replay of a capture maps exactly as the running
 * connector does. May import {@code java} and Jackson, nothing else (checked by import control).
 */
package io.kspan.connect.record;
