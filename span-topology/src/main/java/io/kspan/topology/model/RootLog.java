package io.kspan.topology.model;

import java.util.List;

/**
 * Everything received about one root so far: the input of sessions and assembly.
 *
 * @param cluster that it lives in
 * @param root the top of the tree
 * @param occurrences in any order, without copies
 * @param snapshots of every object of the tree, the root included, in any order
 */
public record RootLog(
    Cluster cluster,
    ObjectIdentity root,
    List<PlacedOccurrence> occurrences,
    List<ObjectSnapshot> snapshots) {}
