package io.kspan.topology.capture;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import java.io.IOException;
import java.io.Reader;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;

/**
 * Splits a text into JSON documents, one per line or pretty-printed over several lines, and
 * continues after a broken one.
 *
 * <p>A line that begins with {@code {} starts a new document in any case: kubectl indents all other
 * lines, and a recorder that was killed leaves half a document, which must not hide the next one.
 *
 * <p>For one thread.
 */
final class DocumentReader {

  /** Forty times the limit of etcd: a longer text is no Kubernetes object. */
  private static final int MAX_CHARS = 64 * 1024 * 1024;

  private static final char BYTE_ORDER_MARK = '\uFEFF';

  private static final ObjectReader JSON = new ObjectMapper().reader();

  /**
   * A document, or the reason why it cannot be read.
   *
   * @param line where it starts or breaks
   * @param value null when unreadable
   * @param problem null when readable
   */
  record Document(long line, JsonNode value, String problem) {}

  private final Reader input;
  private final char[] buffer = new char[1 << 16];
  private final Queue<Document> ready = new ArrayDeque<>();
  private String pending;
  private long pendingLine;
  private long lineNumber;
  private int position;
  private int limit;

  DocumentReader(Reader input) {
    this.input = input;
  }

  /** The next document, or null at the end. */
  Document next() throws IOException {
    while (ready.isEmpty()) {
      List<String> chunk = nextChunk();
      if (chunk.isEmpty()) {
        return null;
      }
      parse(chunk, pendingLine);
    }
    return ready.remove();
  }

  /** The lines up to the next one that starts a document; sets {@link #pendingLine}. */
  private List<String> nextChunk() throws IOException {
    List<String> chunk = new ArrayList<>();
    String line = pending == null ? readLine() : pending;
    pendingLine = lineNumber;
    pending = null;
    long size = 0;
    while (line != null) {
      chunk.add(line);
      size += line.length();
      if (size > MAX_CHARS) {
        throw new OversizedException(pendingLine);
      }
      line = readLine();
      if (line != null && line.startsWith("{")) {
        pending = line;
        break;
      }
    }
    return chunk;
  }

  private void parse(List<String> lines, long firstLine) throws IOException {
    int from = 0;
    while (from < lines.size()) {
      String text = String.join("\n", lines.subList(from, lines.size()));
      long broken = parseText(text, firstLine + from);
      if (broken < 0) {
        return;
      }
      from = (int) (broken - firstLine) + 1;
    }
  }

  /**
   * Reads the documents in {@code text}.
   *
   * @return the line after which to continue, or -1 at the end
   */
  private long parseText(String text, long firstLine) throws IOException {
    try (JsonParser parser = JSON.createParser(text)) {
      while (true) {
        long line = firstLine;
        try {
          if (parser.nextToken() == null) {
            return -1;
          }
          line = firstLine + parser.currentTokenLocation().getLineNr() - 1;
          ready.add(new Document(line, JSON.readTree(parser), null));
        } catch (JsonProcessingException e) {
          boolean inside = !parser.getParsingContext().inRoot();
          long at = inside ? line : lineOf(e, firstLine);
          ready.add(new Document(at, null, "not JSON: " + reason(e)));
          // The rest, up to the next start, belongs to the broken document.
          return inside ? -1 : at;
        }
      }
    }
  }

  /** The parser's message without its list of expected tokens. */
  private static String reason(JsonProcessingException e) {
    return e.getOriginalMessage().replaceFirst(":? [(]?expected (?s:.*)", "");
  }

  private static long lineOf(JsonProcessingException e, long firstLine) {
    return e.getLocation() == null ? firstLine : firstLine + e.getLocation().getLineNr() - 1;
  }

  private String readLine() throws IOException {
    StringBuilder line = new StringBuilder();
    while (fill()) {
      int start = position;
      while (position < limit && buffer[position] != '\n') {
        position++;
      }
      line.append(buffer, start, position - start);
      if (line.length() > MAX_CHARS) {
        throw new OversizedException(lineNumber + 1);
      }
      if (position < limit) {
        position++;
        return counted(line);
      }
    }
    return line.length() == 0 ? null : counted(line);
  }

  private String counted(StringBuilder line) {
    lineNumber++;
    boolean marked = lineNumber == 1 && line.length() > 0 && line.charAt(0) == BYTE_ORDER_MARK;
    return marked ? line.substring(1) : line.toString();
  }

  private boolean fill() throws IOException {
    if (position == limit) {
      position = 0;
      limit = Math.max(0, input.read(buffer));
    }
    return position < limit;
  }

  /** A document is longer than any Kubernetes object. */
  static final class OversizedException extends IOException {
    private static final long serialVersionUID = 1L;

    OversizedException(long line) {
      super("the document at line " + line + " is longer than " + MAX_CHARS + " characters");
    }
  }
}
