package io.kspan.quickstart.replay;

import io.kspan.quickstart.BadInputException;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/**
 * The file for the spans. It is whole or not there: written beside its place and moved at the end.
 *
 * <p>For one thread.
 */
public final class SpansFile implements AutoCloseable {

  private final Path target;
  private final Path unfinished;

  private SpansFile(Path target, Path unfinished) {
    this.target = target;
    this.unfinished = unfinished;
  }

  /**
   * Makes sure, before the work, that the result can be written.
   *
   * @throws BadInputException when it cannot
   */
  public static SpansFile prepare(Path target) {
    if (Files.isDirectory(target)) {
      throw new BadInputException("--spans-out " + target + " is a directory; name a file");
    }
    if (Files.exists(target) && !Files.isRegularFile(target)) {
      // A pipe or /dev/stdout cannot be replaced.
      return new SpansFile(target, target);
    }
    Path unfinished =
        target.resolveSibling(
            target.getFileName() + ".unfinished-" + ProcessHandle.current().pid());
    try {
      Files.writeString(unfinished, "");
      return new SpansFile(target, unfinished);
    } catch (IOException e) {
      throw new BadInputException(
          "--spans-out %s cannot be written (%s); name a file in an existing, writable folder"
              .formatted(target, e.getClass().getSimpleName()),
          e);
    }
  }

  /** Writes one line per request, then moves the file to its place. */
  public void write(SpanLog log) throws IOException {
    try (BufferedWriter writer = Files.newBufferedWriter(unfinished)) {
      for (ExportTraceServiceRequest request : log.requests()) {
        writer.write(OtlpJsonLines.of(request));
        writer.write('\n');
      }
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
