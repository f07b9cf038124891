package io.kspan.quickstart.process;

import io.kspan.topology.errors.BadInputException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.kafka.common.utils.Utils;

/**
 * The folder of one run, {@code .quickstart/run-<pid>}, deleted when it is closed. The log beside
 * it belongs to Main and stays after a failure. Thread-safe.
 */
public final class WorkFolder implements AutoCloseable {

  private static final Pattern RUN = Pattern.compile("run-(\\d+)(\\.log)?");

  private final Path folder;

  private WorkFolder(Path folder) {
    this.folder = folder;
  }

  /**
   * Creates the folder of this process under {@code base} and deletes the folders of killed runs.
   *
   * @throws BadInputException when it cannot be written
   */
  public static WorkFolder create(Path base) {
    Path folder = folderOf(base);
    try {
      Files.createDirectories(base);
      deleteAbandoned(base);
      // In a container every run is process 1: after a kill its folder is there already.
      Utils.delete(folder.toFile());
      Files.createDirectories(folder);
    } catch (IOException e) {
      throw new BadInputException(
          "work folder " + base + " cannot be written (" + e + "); run where you may write", e);
    }
    return new WorkFolder(folder);
  }

  /** The log file of this process. */
  public static Path logOf(Path base) {
    return base.resolve("run-" + ProcessHandle.current().pid() + ".log");
  }

  /** A path in the folder; not created yet. */
  public Path resolve(String name) {
    return folder.resolve(name);
  }

  @Override
  public void close() {
    delete(folder);
  }

  /** Deletes the folder of this process under {@code base}, if there is one. */
  public static void deleteOf(Path base) {
    delete(folderOf(base));
  }

  private static Path folderOf(Path base) {
    return base.resolve("run-" + ProcessHandle.current().pid());
  }

  private static void deleteAbandoned(Path base) throws IOException {
    List<Path> entries;
    try (Stream<Path> listed = Files.list(base)) {
      entries = listed.toList();
    }
    for (Path entry : entries) {
      Matcher run = RUN.matcher(entry.getFileName().toString());
      // The log of a failed run is kept until the next run.
      if (run.matches() && ProcessHandle.of(Long.parseLong(run.group(1))).isEmpty()) {
        Utils.delete(entry.toFile());
      }
    }
  }

  private static void delete(Path folder) {
    try {
      Utils.delete(folder.toFile());
    } catch (NoSuchFileException e) {
      // Another thread deletes the folder, too.
      delete(folder);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot delete " + folder, e);
    }
  }
}
