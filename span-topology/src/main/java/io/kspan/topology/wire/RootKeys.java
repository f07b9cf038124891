package io.kspan.topology.wire;

/**
 * What items are keyed by on their way to gather: cluster and root, apart from each other by a
 * character that neither contains (the name of a cluster may well contain a slash). Stateless.
 */
public final class RootKeys {
  private static final char SEPARATOR = '\u0001';

  private RootKeys() {}

  /**
   * The key of a root.
   *
   * @param root its UID, or the reference that stands in for it
   */
  public static String of(String cluster, String root) {
    return cluster + SEPARATOR + root;
  }

  /** The cluster in {@code key}. */
  public static String clusterOf(String key) {
    return key.substring(0, key.indexOf(SEPARATOR));
  }

  /** The UID in {@code key}, or the reference. */
  public static String rootOf(String key) {
    return key.substring(key.indexOf(SEPARATOR) + 1);
  }

  /** The key under which a change of the root is announced: {@code cluster/UID/generation}. */
  public static String change(String rootKey, long generation) {
    return clusterOf(rootKey) + "/" + rootOf(rootKey) + "/" + generation;
  }
}
