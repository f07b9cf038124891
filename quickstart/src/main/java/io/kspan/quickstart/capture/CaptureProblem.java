package io.kspan.quickstart.capture;

import java.nio.file.Path;

/**
 * A document of a capture that cannot be read; the rest of the file still can.
 *
 * @param file as the user named it
 * @param line where the document starts or breaks, counted from 1
 * @param reason why, for people
 */
public record CaptureProblem(Path file, long line, String reason) {

  @Override
  public String toString() {
    return file + ":" + line + ": " + reason;
  }
}
