/**
 * The model over a whole log in memory, for captures: reads the records, and makes the traces and
 * their explanations.
 */
package io.kspan.topology.explain;
