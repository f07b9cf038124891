package io.kspan.connect.watch;

import io.kspan.connect.record.Reference;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Which references were asked for lately, whatever the answer was. Bounded: the oldest is forgotten
 * first. Safe for many threads.
 */
final class ReferenceMemory {
  private final Duration ttl;
  private final InstantSource clock;
  private final Map<Reference, Instant> until;

  ReferenceMemory(int capacity, Duration ttl, InstantSource clock) {
    this.ttl = ttl;
    this.clock = clock;
    this.until =
        new LinkedHashMap<>() {
          private static final long serialVersionUID = 1L;

          @Override
          protected boolean removeEldestEntry(Map.Entry<Reference, Instant> eldest) {
            return size() > capacity;
          }
        };
  }

  /** Remembers it; false when it was remembered already. */
  synchronized boolean add(Reference reference) {
    Instant now = clock.instant();
    Instant known = until.get(reference);
    if (known != null && now.isBefore(known)) {
      return false;
    }
    until.remove(reference);
    until.put(reference, now.plus(ttl));
    return true;
  }

  synchronized void forget(Reference reference) {
    until.remove(reference);
  }
}
