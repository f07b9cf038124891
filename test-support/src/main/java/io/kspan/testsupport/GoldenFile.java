package io.kspan.testsupport;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A committed file that a test generates and compares; rewritten only with -Dgolden.update=true.
 */
public final class GoldenFile {
  private GoldenFile() {}

  /** The committed text, which is {@code generated} from now on if that is asked for. */
  public static String expected(Path file, String generated) throws IOException {
    if (Boolean.getBoolean("golden.update")) {
      Files.createDirectories(file.getParent());
      Files.writeString(file, generated);
    }
    return Files.readString(file);
  }
}
