package io.kspan.topology.model;

/**
 * A pointer of an occurrence to a change of another tree (trace-model 8.1).
 *
 * @param word {@code kspan.link}: related, scale, claim or owner
 * @param root of the other tree
 * @param generation of that root, 0 without one
 */
public record PlacedLink(String word, ObjectIdentity root, long generation) {}
