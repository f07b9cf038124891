package io.kspan.deploy.cluster;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Runs commands of the machine. Stateless. */
final class Command {
  private Command() {}

  /**
   * How a command ended.
   *
   * @param output of both streams
   */
  record Ended(int code, String output) {}

  /** Returns what it printed to both streams; throws an {@link AssertionError} if it fails. */
  static String run(Duration limit, List<String> command) {
    Ended ended = end(limit, command);
    if (ended.code() != 0) {
      throw new AssertionError(
          "%s ended with %d%n%s"
              .formatted(String.join(" ", command), ended.code(), ended.output()));
    }
    return ended.output();
  }

  /** Runs it to its end; throws an {@link AssertionError} if that does not come in time. */
  static Ended end(Duration limit, List<String> command) {
    try {
      Path output = Files.createTempFile("command", ".txt");
      try {
        Process process =
            new ProcessBuilder(command)
                .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        boolean ended = process.waitFor(limit.toSeconds(), TimeUnit.SECONDS);
        String printed = Files.readString(output, StandardCharsets.UTF_8);
        if (!ended) {
          process.destroyForcibly();
          throw new AssertionError(
              "still running after %s: %s%n%s"
                  .formatted(limit, String.join(" ", command), printed));
        }
        return new Ended(process.exitValue(), printed);
      } finally {
        Files.delete(output);
      }
    } catch (IOException e) {
      throw new AssertionError("cannot run " + String.join(" ", command), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted: " + String.join(" ", command), e);
    }
  }
}
