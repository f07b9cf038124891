package io.kspan.quickstart;

import java.nio.file.Path;
import java.util.Map;

/**
 * Where a run takes place, as Main found it.
 *
 * @param home the checkout: the packaged connector and the work folder are in it
 * @param otlpProtocolSet whether the environment decides the protocol of the exporter
 * @param topologySettings settings of the topology that the environment gives
 */
record Environment(Path home, boolean otlpProtocolSet, Map<String, String> topologySettings) {

  Path workBase() {
    return home.resolve(".quickstart");
  }

  Path pluginPath() {
    return home.resolve("event-source-connector/target/plugin");
  }
}
