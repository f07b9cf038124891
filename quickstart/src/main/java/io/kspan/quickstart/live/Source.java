package io.kspan.quickstart.live;

import java.util.Map;

/** Where the Events come from. Used by one thread; {@code toString} says what it is. */
interface Source extends AutoCloseable {

  /** What this cluster is called in keys and spans. */
  String cluster();

  /** The connector's settings that lead there. */
  Map<String, String> connectorSettings();

  /** Whether the connector watches all that will be needed, as far as that can be known here. */
  boolean isWatched();

  /** The pipeline is up: let things happen. Returns what the user may expect. */
  String begin();

  @Override
  void close();
}
