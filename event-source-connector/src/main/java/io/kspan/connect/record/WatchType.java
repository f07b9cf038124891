package io.kspan.connect.record;

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

  /** The type of that name; empty for a name that the protocol does not have. */
  public static Optional<WatchType> of(String name) {
    for (WatchType type : values()) {
      if (type.name().equals(name)) {
        return Optional.of(type);
      }
    }
    return Optional.empty();
  }
}
