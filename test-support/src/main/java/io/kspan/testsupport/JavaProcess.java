package io.kspan.testsupport;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * A program in a JVM of its own, on the class path of this JVM, so that it can be stopped by a
 * signal. One thread only.
 */
public final class JavaProcess implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofMinutes(3);

  private final Process process;
  private final Path output;

  /**
   * Starts a command of the topology's application with a heap of 128 MB.
   *
   * @param output for what it prints
   */
  public JavaProcess(String command, Map<String, String> settings, Path output) {
    this(128, "io.kspan.topology.Main", arguments(command, settings), output);
  }

  /** Starts any program. */
  public JavaProcess(int heapMegabytes, String mainClass, List<String> arguments, Path output) {
    this(
        List.of("-Xmx" + heapMegabytes + "m", "-XX:+UseSerialGC"),
        System.getProperty("java.class.path"),
        mainClass,
        arguments,
        output);
  }

  /** Starts any program on a class path of its own. */
  public JavaProcess(
      List<String> jvmOptions,
      String classPath,
      String mainClass,
      List<String> arguments,
      Path output) {
    this.output = output;
    List<String> line = new ArrayList<>();
    line.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    // It lives for seconds: compiling for speed would cost more than it saves.
    line.add("-XX:TieredStopAtLevel=1");
    line.addAll(jvmOptions);
    line.addAll(List.of("-cp", classPath, mainClass));
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

  /** The command line of the topology's application. */
  public static List<String> arguments(String command, Map<String, String> settings) {
    List<String> arguments = new ArrayList<>(List.of(command));
    settings.forEach((key, value) -> arguments.addAll(List.of("--set", key + "=" + value)));
    return arguments;
  }

  public ProcessHandle handle() {
    return process.toHandle();
  }

  public boolean isAlive() {
    return process.isAlive();
  }

  /** Its output so far. */
  public String output() {
    try {
      return Files.readString(output);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Sends SIGTERM. */
  public JavaProcess stop() {
    process.destroy();
    return this;
  }

  /** Sends SIGKILL and waits for the end. */
  public void kill() {
    process.destroyForcibly().onExit().join();
  }

  /** Waits for the end. */
  public int exitCode() throws InterruptedException {
    if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
      throw new AssertionError("still running; it has printed:\n" + output());
    }
    return process.exitValue();
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
