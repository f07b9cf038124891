package io.kspan.benchmarks.load;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A JVM that says on its standard output, one line each, how far it is, and ends when its standard
 * input does. For one thread.
 */
final class ChildJvm implements AutoCloseable {
  private static final int STOP_SECONDS = 60;
  private static final long KIB = 1024;

  private final Process process;
  private final BufferedReader said;
  private final Path log;

  private ChildJvm(Process process, Path log) {
    this.process = process;
    this.said =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    this.log = log;
  }

  /** Starts {@code main} with this JVM's class path; what it logs is in {@code folder}. */
  static ChildJvm start(
      Class<?> main, Path folder, String name, List<String> options, List<String> arguments) {
    Path log = folder.resolve(name + ".log");
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(options);
    command.add("-Dkspan.log.file=" + log);
    // Log4j prefers the log4j2.yaml of Kafka's test jars, which logs to standard output: the pipe
    // fills, and the process stops at the next line it logs.
    command.add("-Dlog4j2.configurationFile=classpath:log4j2.xml");
    command.add("-cp");
    command.add(System.getProperty("java.class.path"));
    command.add(main.getName());
    command.addAll(arguments);
    try {
      Files.createDirectories(folder);
      Process process =
          new ProcessBuilder(command)
              .redirectError(
                  ProcessBuilder.Redirect.appendTo(folder.resolve(name + ".err").toFile()))
              .start();
      return new ChildJvm(process, log);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot start " + main.getSimpleName(), e);
    }
  }

  /** Waits for the line that begins with {@code word} and returns the rest of it. */
  String await(String word) {
    try {
      for (String line = said.readLine(); line != null; line = said.readLine()) {
        if (line.equals(word) || line.startsWith(word + " ")) {
          return line.substring(word.length()).trim();
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    throw new IllegalStateException("the process ended before it said '" + word + "'; see " + log);
  }

  /** Asks for something: a line on the standard input of the process. */
  void tell(String line) {
    try {
      process.getOutputStream().write((line + "\n").getBytes(StandardCharsets.UTF_8));
      process.getOutputStream().flush();
    } catch (IOException e) {
      throw new UncheckedIOException("the process is gone; see " + log, e);
    }
  }

  /** CPU time used so far. */
  Duration cpu() {
    return process.toHandle().info().totalCpuDuration().orElse(Duration.ZERO);
  }

  /** The most memory that the process has had, heap and all, in bytes; Linux only, else 0. */
  long peakResidentBytes() {
    try (Stream<String> lines =
        Files.lines(Path.of("/proc", Long.toString(process.pid()), "status"))) {
      return lines
          .filter(line -> line.startsWith("VmHWM:"))
          .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) * KIB)
          .findFirst()
          .orElse(0);
    } catch (IOException e) {
      return 0;
    }
  }

  @Override
  public void close() {
    try {
      process.getOutputStream().close();
      if (!process.waitFor(STOP_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    } catch (IOException e) {
      process.destroyForcibly();
    }
  }
}
