package io.kspan.topology.place;

import io.kspan.topology.time.Publishing;
import java.util.Set;

/** Settings of a placing task. Stateless. */
final class PlaceTestSettings {
  static final long AWAITED_MILLIS = 300_000;

  private PlaceTestSettings() {}

  /** Live settings that keep nothing. */
  static PlaceSettings with(long latenessMillis) {
    return new PlaceSettings(
        "k8s.objects",
        "k8s.events",
        false,
        10_000,
        latenessMillis,
        5000,
        0,
        0,
        0,
        0,
        300_000,
        new Publishing(AWAITED_MILLIS),
        Set.of(),
        Set.of());
  }
}
