package io.kspan.connect.record;

import java.util.OptionalInt;
import java.util.regex.Pattern;

/**
 * Comparison of resourceVersions of one resource.
 *
 * <p>Kubernetes documents it since 1.35 (KEP-5504): a resourceVersion that is a positive integer
 * without leading zeros may be compared with another one of the same resource; anything else stays
 * opaque. Servers before 1.35 take both from the same counter of etcd.
 */
public final class ResourceVersions {
  private static final Pattern COMPARABLE = Pattern.compile("[1-9][0-9]*");

  private ResourceVersions() {}

  /** Negative, zero or positive as of a comparator; empty when one of the two is opaque. */
  public static OptionalInt compare(String one, String other) {
    if (!COMPARABLE.matcher(one).matches() || !COMPARABLE.matcher(other).matches()) {
      return OptionalInt.empty();
    }
    // Of any length: no number type holds them all.
    int byLength = Integer.compare(one.length(), other.length());
    return OptionalInt.of(byLength != 0 ? byLength : one.compareTo(other));
  }
}
