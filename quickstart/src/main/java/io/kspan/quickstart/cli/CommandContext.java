package io.kspan.quickstart.cli;

import io.kspan.quickstart.process.Console;
import io.kspan.quickstart.process.Resources;
import java.nio.file.Path;
import java.util.Map;

/**
 * The environment of the commands, made by Main.
 *
 * @param console where to report
 * @param resources everything that is closed when the user interrupts
 * @param installation where the program is
 * @param otlpProtocolSet whether the environment decides the protocol of the exporter
 * @param topologySettings settings of the topology that the environment gives
 */
public record CommandContext(
    Console console,
    Resources resources,
    Installation installation,
    boolean otlpProtocolSet,
    Map<String, String> topologySettings) {

  public Path workBase() {
    return installation.work();
  }

  Console console(boolean withoutColour) {
    return withoutColour ? console.withoutColour() : console;
  }
}
