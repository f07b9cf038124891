package io.kspan.quickstart;

import java.nio.file.Path;

/**
 * Where a run takes place, as Main found it.
 *
 * @param home the checkout: the packaged connector and the work folder are in it
 */
record Environment(Path home) {

  Path workBase() {
    return home.resolve(".quickstart");
  }

  Path pluginPath() {
    return home.resolve("event-source-connector/target/plugin");
  }
}
