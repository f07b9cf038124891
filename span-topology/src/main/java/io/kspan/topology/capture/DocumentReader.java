package io.kspan.topology.capture;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.Reader;
import java.io.StringReader;
import java.io.Writer;
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
final class DocumentReader implements Documents {

  /** Five times the limit of etcd: a longer text is no Kubernetes object, but can be a List. */
  private static final int MAX_CHARS = 8 * 1024 * 1024;

  private static final char BYTE_ORDER_MARK = '\uFEFF';

  private static final ObjectReader JSON = new ObjectMapper().reader();

  /**
   * A document, or the reason why it cannot be read.
   *
   * @param line where it starts or breaks
   * @param value null when unreadable
   * @param problem null when readable
   * @param list of which {@code value} is an item, if that is too long to hold; else null. Without
   *     value it is the end of the list, good or broken
   */
  record Document(long line, JsonNode value, String problem, LongList list) {
    Document(long line, JsonNode value, String problem) {
      this(line, value, problem, null);
    }
  }

  private final Reader input;
  private final char[] buffer = new char[1 << 16];
  private final Queue<Document> ready = new ArrayDeque<>();
  private String pending;
  private long pendingLine;
  private long lineNumber;
  private long size;
  private boolean isLineCut;
  private int position;
  private int limit;
  private LongList longList;

  DocumentReader(Reader input) {
    this.input = input;
  }

  @Override
  public Document next() throws IOException {
    while (ready.isEmpty()) {
      if (longList != null) {
        Document item = longList.next();
        longList = item.value() == null ? null : longList;
        return item;
      }
      List<String> chunk = nextChunk();
      if (chunk.isEmpty()) {
        return null;
      }
      if (size > MAX_CHARS) {
        longList = new LongList(pendingLine, new RestOfDocument(chunk));
      } else {
        parse(chunk, pendingLine);
      }
    }
    return ready.remove();
  }

  /**
   * The lines up to the next one that starts a document, or until they are too long; sets {@link
   * #pendingLine} and {@link #size}.
   */
  private List<String> nextChunk() throws IOException {
    List<String> chunk = new ArrayList<>();
    String line = pending == null ? readLine() : pending;
    pendingLine = lineNumber;
    pending = null;
    size = 0;
    while (line != null) {
      chunk.add(line);
      size += line.length();
      if (size > MAX_CHARS) {
        break;
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
      if (line.length() > MAX_CHARS && position == limit) {
        isLineCut = true;
        return counted(line);
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

  /** The text of a document that is too long to hold: what has been read of it, then the rest. */
  private final class RestOfDocument extends Reader {
    private final Reader start;
    private boolean isLineStart = !isLineCut;
    private boolean isStartRead;

    RestOfDocument(List<String> lines) {
      start = new StringReader(String.join("\n", lines) + (isLineCut ? "" : "\n"));
      isLineCut = false;
    }

    @Override
    public int read(char[] target, int offset, int length) throws IOException {
      if (!isStartRead) {
        int count = start.read(target, offset, length);
        if (count >= 0) {
          return count;
        }
        isStartRead = true;
      }
      int count = 0;
      while (count < length && fill() && !(isLineStart && buffer[position] == '{')) {
        char next = buffer[position++];
        isLineStart = next == '\n';
        lineNumber += isLineStart ? 1 : 0;
        target[offset + count++] = next;
      }
      return count == 0 ? -1 : count;
    }

    @Override
    public void close() {
      // The file is closed by its owner.
    }
  }

  /** A List that is too long to hold, read item by item. */
  static final class LongList {
    private final long line;
    private final Reader text;
    private final JsonParser parser;
    private final ObjectNode header = JsonNodeFactory.instance.objectNode();
    private boolean isInItems;

    private LongList(long line, Reader text) throws IOException {
      this.line = line;
      this.text = text;
      this.parser = JSON.createParser(text);
    }

    /** What stands in front of the items: usually kind and apiVersion. */
    ObjectNode header() {
      return header;
    }

    private Document next() throws IOException {
      try {
        if (!isInItems && !readHeader()) {
          return broken("longer than " + MAX_CHARS + " characters and no List");
        }
        long at = line + parser.currentTokenLocation().getLineNr() - 1;
        if (parser.nextToken() != JsonToken.END_ARRAY) {
          return new Document(at, JSON.readTree(parser), null, this);
        }
        skipRest();
        return new Document(line, null, null, this);
      } catch (JsonProcessingException e) {
        return broken("a List that breaks off: " + reason(e));
      }
    }

    private Document broken(String problem) throws IOException {
      skipRest();
      return new Document(line, null, problem, this);
    }

    /** Up to the items; whether there are any. */
    private boolean readHeader() throws IOException {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        return false;
      }
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        String name = parser.currentName();
        isInItems = parser.nextToken() == JsonToken.START_ARRAY && name.equals("items");
        if (isInItems) {
          return true;
        }
        header.set(name, JSON.readTree(parser));
      }
      return false;
    }

    private void skipRest() throws IOException {
      text.transferTo(Writer.nullWriter());
    }
  }
}
