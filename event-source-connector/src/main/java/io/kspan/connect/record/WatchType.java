package io.kspan.connect.record;

import java.util.Arrays;
import java.util.Optional;

/** The types of the Kubernetes watch protocol. */
public enum WatchType {
  ADDED,
  MODIFIED,
  DELETED,
  /** Carries only a resourceVersion; maps to no record. */
  BOOKMARK,
  /** Carries a {@code Status}; maps to no record. */
  ERROR;

  /** Returns the type of that name; empty for a name that the protocol does not have. */
  public static Optional<WatchType> of(String name) {
    return Arrays.stream(values()).filter(type -> type.name().equals(name)).findFirst();
  }
}
