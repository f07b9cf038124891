package io.kspan.connect.watch;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;

/** Splits a watch into lines of bounded length, so that a line without end exhausts no memory. */
final class LineReader {
  private static final int CHUNK = 16 * 1024;

  private final InputStream in;
  private final int maxLineBytes;
  private final byte[] chunk = new byte[CHUNK];
  private int position;
  private int limit;
  private boolean cut;

  LineReader(InputStream in, int maxLineBytes) {
    this.in = in;
    this.maxLineBytes = maxLineBytes;
  }

  /** The next line that is not empty, without its line break; null at the end of the stream. */
  byte[] next() throws IOException, FeedFailure {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    while (true) {
      if (position == limit) {
        position = 0;
        limit = in.read(chunk);
        if (limit < 0) {
          limit = 0;
          cut = true;
          return line.size() == 0 ? null : line.toByteArray();
        }
      }
      int end = position;
      while (end < limit && chunk[end] != '\n') {
        end++;
      }
      append(line, end);
      if (end < limit) {
        position = end + 1;
        if (line.size() > 0) {
          return line.toByteArray();
        }
      }
    }
  }

  /** Whether the last line had no line break: the stream may have stopped in the middle of it. */
  boolean isCut() {
    return cut;
  }

  private void append(ByteArrayOutputStream line, int end) throws FeedFailure {
    if (line.size() + end - position > maxLineBytes) {
      throw new FeedFailure.Garbled("a line is longer than " + maxLineBytes + " bytes", null);
    }
    line.write(chunk, position, end - position);
    position = end;
  }
}
