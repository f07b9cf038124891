package io.kspan.topology.faults;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A command of the application in a JVM of its own, so that it can be told to stop. */
final class Command implements AutoCloseable {
  private final Process process;
  private final Path output;

  /**
   * Starts it.
   *
   * @param output for what it prints
   */
  Command(String name, Map<String, String> settings, Path output) {
    this.output = output;
    List<String> line =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx128m",
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path"),
                "io.kspan.topology.Main",
                name));
    settings.forEach((key, value) -> line.addAll(List.of("--set", key + "=" + value)));
    try {
      process =
          new ProcessBuilder(line)
              .redirectErrorStream(true)
              .redirectOutput(output.toFile())
              .start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  boolean isAlive() {
    return process.isAlive();
  }

  /** What it has printed so far. */
  String output() {
    try {
      return Files.readString(output);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** SIGTERM. */
  Command stop() {
    process.destroy();
    return this;
  }

  /** Waits for the end. */
  int exitCode() throws InterruptedException {
    if (!process.waitFor(Broker.PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
      throw new AssertionError("still running; it has printed:\n" + output());
    }
    return process.exitValue();
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
