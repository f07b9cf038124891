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
   * Starts it with a heap of 128 MB.
   *
   * @param output for what it prints
   */
  Command(String name, Map<String, String> settings, Path output) {
    this(128, "io.kspan.topology.Main", arguments(name, settings), output);
  }

  /** Starts any program. */
  Command(int heapMegabytes, String mainClass, List<String> arguments, Path output) {
    this.output = output;
    List<String> line =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx" + heapMegabytes + "m",
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path"),
                mainClass));
    line.addAll(arguments);
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

  /** What the command line of the application says. */
  static List<String> arguments(String name, Map<String, String> settings) {
    List<String> arguments = new ArrayList<>(List.of(name));
    settings.forEach((key, value) -> arguments.addAll(List.of("--set", key + "=" + value)));
    return arguments;
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

  /** SIGKILL; returns when it is gone. */
  void kill() {
    process.destroyForcibly().onExit().join();
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
