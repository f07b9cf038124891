package io.kspan.quickstart;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The folder of one run, {@code .quickstart/run-<pid>}, deleted when it is closed. The log beside
 * it is Main's: it stays after a failure.
 *
 * <p>Thread-safe.
 */
public final class WorkFolder implements AutoCloseable {

  private static final Pattern RUN = Pattern.compile("run-(\\d+)(\\.log)?");

  private final Path folder;

  private WorkFolder(Path folder) {
    this.folder = folder;
  }

  /**
   * Makes the folder of this process under {@code base}, and removes what killed runs left there.
   *
   * @throws BadInputException when it cannot be written
   */
  public static WorkFolder create(Path base) {
    Path folder = folderOf(base);
    try {
      Files.createDirectories(base);
      deleteAbandoned(base);
      Files.createDirectories(folder);
    } catch (IOException e) {
      throw new BadInputException(
          "work folder " + base + " cannot be written (" + e + "); run where you may write", e);
    }
    return new WorkFolder(folder);
  }

  /** Where the run of this process logs to. */
  public static Path logOf(Path base) {
    return base.resolve("run-" + ProcessHandle.current().pid() + ".log");
  }

  /** A place in the folder; not made yet. */
  public Path resolve(String name) {
    return folder.resolve(name);
  }

  @Override
  public void close() {
    deleteAll(folder);
  }

  /** Deletes what a run of this process has left under {@code base}, if anything. */
  public static void deleteOf(Path base) {
    deleteAll(folderOf(base));
  }

  private static Path folderOf(Path base) {
    return base.resolve("run-" + ProcessHandle.current().pid());
  }

  private static void deleteAll(Path folder) {
    try {
      delete(folder);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot delete " + folder, e);
    }
  }

  private static void deleteAbandoned(Path base) throws IOException {
    List<Path> found;
    try (Stream<Path> entries = Files.list(base)) {
      found = entries.toList();
    }
    for (Path entry : found) {
      Matcher run = RUN.matcher(entry.getFileName().toString());
      // A log of a dead process was kept on purpose, until the next run.
      if (run.matches() && ProcessHandle.of(Long.parseLong(run.group(1))).isEmpty()) {
        delete(entry);
      }
    }
  }

  private static void delete(Path root) throws IOException {
    if (!Files.exists(root)) {
      return;
    }
    Files.walkFileTree(
        root,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Files.deleteIfExists(file);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFileFailed(Path file, IOException e) {
            // A log segment that the broker renamed or removed meanwhile.
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path folder, IOException e) throws IOException {
            Files.deleteIfExists(folder);
            return FileVisitResult.CONTINUE;
          }
        });
  }
}
