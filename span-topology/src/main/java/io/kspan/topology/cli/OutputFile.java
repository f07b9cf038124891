package io.kspan.topology.cli;

import java.io.BufferedWriter;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.apache.kafka.common.config.ConfigException;

/**
 * A file for a result. It is whole or not there: written beside its place and moved at the end. For
 * one thread.
 */
public final class OutputFile implements AutoCloseable {

  /** As many as Linux follows. */
  private static final int MOST_LINKS = 40;

  private final Path target;
  private final Path unfinished;

  /** What is written. */
  @FunctionalInterface
  public interface Content {
    /** Writes it to {@code out}, which stays open. */
    void writeTo(Writer out) throws IOException;
  }

  private OutputFile(Path target, Path unfinished) {
    this.target = target;
    this.unfinished = unfinished;
  }

  /**
   * Checks, before the work, that the file can be written; a {@link ConfigException} names {@code
   * option}.
   */
  public static OutputFile prepare(String option, Path target) {
    if (target.toString().isBlank()) {
      throw new ConfigException(option + " is empty; name a file");
    }
    return prepareReal(option, followed(option, target));
  }

  /** What a symbolic link stands for, which need not exist: the link is to stay one. */
  private static Path followed(String option, Path target) {
    Path place = target;
    try {
      for (int links = 0; Files.isSymbolicLink(place); links++) {
        if (links == MOST_LINKS) {
          throw new ConfigException(option + " " + target + " is a symbolic link in a circle");
        }
        place = place.resolveSibling(Files.readSymbolicLink(place));
      }
      return place;
    } catch (IOException e) {
      throw new ConfigException(option + " " + target + " cannot be followed: " + e.getMessage());
    }
  }

  private static OutputFile prepareReal(String option, Path target) {
    if (Files.isDirectory(target)) {
      throw new ConfigException(option + " " + target + " is a directory; name a file");
    }
    if (Files.exists(target) && !Files.isRegularFile(target)) {
      // A pipe or /dev/stdout cannot be replaced.
      return new OutputFile(target, target);
    }
    Path unfinished =
        target.resolveSibling(
            target.getFileName() + ".unfinished-" + ProcessHandle.current().pid());
    try {
      Files.writeString(unfinished, "");
      return new OutputFile(target, unfinished);
    } catch (IOException e) {
      throw new ConfigException(
          "%s %s cannot be written (%s); name a file in an existing, writable folder"
              .formatted(option, target, e.getClass().getSimpleName()));
    }
  }

  /** Writes {@code content} as UTF-8, then moves the file to its place. */
  public void write(Content content) throws IOException {
    try (BufferedWriter writer = Files.newBufferedWriter(unfinished)) {
      content.writeTo(writer);
    }
    if (!unfinished.equals(target)) {
      Files.move(unfinished, target, StandardCopyOption.REPLACE_EXISTING);
    }
  }

  /** Removes what was not finished. */
  @Override
  public void close() throws IOException {
    if (!unfinished.equals(target)) {
      Files.deleteIfExists(unfinished);
    }
  }
}
