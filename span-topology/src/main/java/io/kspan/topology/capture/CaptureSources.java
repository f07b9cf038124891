package io.kspan.topology.capture;

import io.kspan.topology.errors.BadInputException;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.apache.commons.compress.archivers.ArchiveEntry;
import org.apache.commons.compress.archivers.ArchiveInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.archivers.zip.ZipArchiveInputStream;
import org.apache.commons.io.FileUtils;
import org.apache.commons.io.input.BoundedInputStream;

/**
 * What users have: capture files, directories of them, and archives of support bundles ({@code
 * .zip}, {@code .tar}, {@code .tar.gz}, {@code .tgz}), which are unpacked into a temporary
 * directory.
 *
 * <p>Of a directory or archive every JSON and YAML file is tried; one that is no capture is
 * reported and left out. For one thread.
 */
public final class CaptureSources implements AutoCloseable {
  private static final Pattern CAPTURE =
      Pattern.compile("[.](json|ndjson|jsonl|ya?ml)([.]gz)?$", Pattern.CASE_INSENSITIVE);
  private static final Pattern ARCHIVE =
      Pattern.compile("[.](zip|tar|tar[.]gz|tgz)$", Pattern.CASE_INSENSITIVE);
  private static final long MAX_UNPACKED = 16L << 30;

  private final List<Path> unpacked = new ArrayList<>();

  /**
   * Scans all captures that are named, in this order; those of a directory by name.
   *
   * @param skipped receives a line for each file of a directory or archive that is no capture
   * @throws BadInputException when a named file cannot be read, or a directory or archive holds no
   *     capture
   */
  public List<CaptureScan> scan(List<Path> named, Consumer<String> skipped) {
    List<CaptureScan> scans = new ArrayList<>();
    for (Path path : named) {
      if (Files.isDirectory(path)) {
        scans.addAll(ofDirectory(path, path, skipped));
      } else if (Files.isRegularFile(path) && ARCHIVE.matcher(path.toString()).find()) {
        scans.addAll(ofDirectory(path, unpack(path, skipped), skipped));
      } else {
        scans.add(CaptureScan.of(path));
      }
    }
    return scans;
  }

  private static List<CaptureScan> ofDirectory(
      Path named, Path directory, Consumer<String> skipped) {
    List<CaptureScan> scans = new ArrayList<>();
    int tried = 0;
    for (Path file : files(directory)) {
      if (CAPTURE.matcher(file.toString()).find()) {
        tried++;
        try {
          scans.add(CaptureScan.of(file));
        } catch (BadInputException e) {
          skipped.accept(e.getMessage());
        }
      }
    }
    if (scans.isEmpty()) {
      throw new BadInputException(
          "%s holds no capture: %d files of JSON or YAML were tried; it needs the output of kubectl get events -A -o json, or more"
              .formatted(named, tried));
    }
    return scans;
  }

  private static List<Path> files(Path directory) {
    try (Stream<Path> files = Files.walk(directory)) {
      return files.filter(Files::isRegularFile).sorted().toList();
    } catch (IOException | UncheckedIOException e) {
      throw new BadInputException(directory + " cannot be read (" + e + ")", e);
    }
  }

  private Path unpack(Path archive, Consumer<String> skipped) {
    try {
      Path directory = Files.createTempDirectory("captures-");
      unpacked.add(directory);
      try (ArchiveInputStream<?> entries = open(archive)) {
        unpack(archive, entries, directory, skipped);
      }
      return directory;
    } catch (IOException | IllegalArgumentException e) {
      throw new BadInputException(
          "archive " + archive + " cannot be unpacked (" + e.getMessage() + "); check the file", e);
    }
  }

  private static ArchiveInputStream<?> open(Path archive) throws IOException {
    String name = archive.toString().toLowerCase(Locale.ROOT);
    InputStream file = new BufferedInputStream(Files.newInputStream(archive));
    if (name.endsWith(".zip")) {
      return new ZipArchiveInputStream(file);
    }
    return new TarArchiveInputStream(name.endsWith(".tar") ? file : new GZIPInputStream(file));
  }

  private static void unpack(
      Path archive, ArchiveInputStream<?> entries, Path directory, Consumer<String> skipped)
      throws IOException {
    long left = MAX_UNPACKED;
    for (ArchiveEntry entry = entries.getNextEntry();
        entry != null;
        entry = entries.getNextEntry()) {
      if (entry.isDirectory() || !CAPTURE.matcher(entry.getName()).find()) {
        continue;
      }
      Path target = inside(directory, entry.getName());
      if (target == null) {
        skipped.accept("%s: %s lies outside of the archive".formatted(archive, entry.getName()));
        continue;
      }
      Files.createDirectories(target.getParent());
      left -=
          Files.copy(
              BoundedInputStream.builder()
                  .setInputStream(entries)
                  .setMaxCount(left + 1)
                  .setPropagateClose(false)
                  .get(),
              target);
      if (left < 0) {
        throw new IOException("it holds more than " + (MAX_UNPACKED >> 30) + " GiB");
      }
    }
  }

  /** Null for a name that leads out of the directory. */
  private static Path inside(Path directory, String name) {
    try {
      Path target = directory.resolve(name).normalize();
      return target.startsWith(directory) ? target : null;
    } catch (InvalidPathException e) {
      return null;
    }
  }

  /** Deletes what was unpacked. */
  @Override
  public void close() {
    for (Path directory : unpacked) {
      try {
        FileUtils.deleteDirectory(directory.toFile());
      } catch (IOException e) {
        throw new UncheckedIOException("cannot delete " + directory, e);
      }
    }
  }
}
