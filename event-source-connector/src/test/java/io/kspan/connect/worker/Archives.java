package io.kspan.connect.worker;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** The archives of the build, unpacked as an operator unpacks them. */
public final class Archives {
  private Archives() {}

  /** The only file in target/ whose name matches. */
  public static Path find(String glob) {
    List<Path> found = new ArrayList<>();
    try (DirectoryStream<Path> files = Files.newDirectoryStream(Path.of("target"), glob)) {
      files.forEach(found::add);
      if (found.size() != 1) {
        throw new IllegalStateException("target/" + glob + ": " + found + "; run mvn package");
      }
      return found.get(0).toAbsolutePath();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Gives the directory, for use as {@code plugin.path}. */
  public static Path unpack(Path archive, Path directory) throws IOException, InterruptedException {
    Files.createDirectories(directory);
    if (archive.toString().endsWith(".zip")) {
      run(
          directory,
          Path.of(System.getProperty("java.home"), "bin", "jar").toString(),
          "-xf",
          archive);
    } else {
      run(directory, "tar", "-xzf", archive);
    }
    return directory;
  }

  /** Relative paths of all files below a directory, with slashes. */
  public static List<String> files(Path directory) throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      return files
          .filter(Files::isRegularFile)
          .map(file -> directory.relativize(file).toString().replace('\\', '/'))
          .sorted()
          .toList();
    }
  }

  private static void run(Path directory, String command, String option, Path archive)
      throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(command, option, archive.toString())
            .directory(directory.toFile())
            .inheritIO()
            .start();
    if (!process.waitFor(60, TimeUnit.SECONDS) || process.exitValue() != 0) {
      process.destroyForcibly();
      throw new IOException(command + " cannot unpack " + archive);
    }
  }
}
