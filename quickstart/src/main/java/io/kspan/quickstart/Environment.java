package io.kspan.quickstart;

import java.nio.file.Path;

/**
 * Where a run takes place, as Main found it.
 *
 * @param home the checkout: the packaged connector and the work folder are in it
 * @param otlpProtocolSet whether the environment decides the protocol of the exporter
 */
record Environment(Path home, boolean otlpProtocolSet) {

  Path workBase() {
    return home.resolve(".quickstart");
  }

  Path pluginPath() {
    return home.resolve("event-source-connector/target/plugin");
  }
}
