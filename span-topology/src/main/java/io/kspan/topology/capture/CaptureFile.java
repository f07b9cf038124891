package io.kspan.topology.capture;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kspan.topology.errors.BadInputException;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/**
 * Reads one capture file in the order of the file.
 *
 * <p>For one thread. A document that cannot be read is reported and skipped; a file that cannot be
 * read is a {@link BadInputException}.
 */
public final class CaptureFile implements AutoCloseable {

  private static final String LIST = "List";

  private static final String NO_ITEM = "an item of the list is no object with a kind";

  private static final Set<String> TYPES = Set.of("ADDED", "MODIFIED", "DELETED");

  private static final Pattern YAML = Pattern.compile("[.]ya?ml([.]gz)?$");

  private static final byte[] GZIP = {0x1f, (byte) 0x8b};

  /**
   * A document that cannot be read.
   *
   * @param file as the user named it
   * @param line where the document starts or breaks, counted from 1
   * @param reason for people
   */
  public record Problem(Path file, long line, String reason) {
    @Override
    public String toString() {
      return file + ":" + line + ": " + reason;
    }
  }

  private final Path path;
  private final Consumer<Problem> problems;
  private final InputStream stream;
  private final Documents documents;
  private final Queue<CaptureRecord> ready = new ArrayDeque<>();
  private final ReceiptClock clock;
  // The long list of which a bad item was reported: the first one only.
  private DocumentReader.LongList reported;
  private long errors;
  private long bookmarks;

  private CaptureFile(Path path, InputStream stream, Consumer<Problem> problems, ReceiptClock clock)
      throws IOException {
    this.path = path;
    this.clock = clock;
    this.stream = stream;
    this.problems = problems;
    Reader text = new InputStreamReader(stream, StandardCharsets.UTF_8);
    this.documents =
        YAML.matcher(path.toString()).find() ? new YamlDocuments(text) : new DocumentReader(text);
  }

  /**
   * Opens {@code path}.
   *
   * @param problems receives every document that cannot be read
   * @param clock says when its documents were received
   * @throws BadInputException when there is no such file, or it cannot be opened
   */
  static CaptureFile open(Path path, Consumer<Problem> problems, ReceiptClock clock) {
    try {
      if (Files.isDirectory(path)) {
        throw new BadInputException(
            "capture " + path + " is a directory; name the capture files in it");
      }
      if (Files.isRegularFile(path) && Files.size(path) == 0) {
        throw new BadInputException("capture " + path + " is empty; record it again");
      }
      return new CaptureFile(path, decompressed(path), problems, clock);
    } catch (NoSuchFileException e) {
      throw new BadInputException("capture " + path + " does not exist; check the path", e);
    } catch (IOException e) {
      throw unreadable(path, e);
    }
  }

  /** Reads a capture that is part of this program; a problem in it is a bug. */
  public static CaptureFile reading(String name, InputStream stream) {
    try {
      return new CaptureFile(
          Path.of(name),
          stream,
          problem -> {
            throw new IllegalStateException(problem.toString());
          },
          new ReceiptClock(null, List.of()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static InputStream decompressed(Path path) throws IOException {
    InputStream plain = new BufferedInputStream(Files.newInputStream(path));
    if (!path.getFileName().toString().endsWith(".gz")) {
      plain.mark(GZIP.length);
      byte[] start = plain.readNBytes(GZIP.length);
      if (Arrays.equals(start, GZIP)) {
        plain.close();
        throw new BadInputException(
            "capture %s is gzip but is not named .gz; rename it to %s.gz"
                .formatted(path, path.getFileName()));
      }
      plain.reset();
      return plain;
    }
    try {
      return new GZIPInputStream(plain, 1 << 16);
    } catch (IOException e) {
      plain.close();
      throw e;
    }
  }

  /**
   * The next watch event, or null at the end of the file. Bookmarks and watch errors are skipped;
   * {@link #bookmarks()} and {@link #errors()} count them.
   */
  public CaptureRecord next() {
    try {
      while (ready.isEmpty()) {
        DocumentReader.Document document = documents.next();
        if (document == null) {
          return null;
        }
        read(document);
      }
      return ready.remove();
    } catch (IOException e) {
      throw unreadable(path, e);
    }
  }

  /** How many documents were the API server's errors ({@code type: ERROR}) so far. */
  public long errors() {
    return errors;
  }

  /** How many documents were bookmarks so far. */
  public long bookmarks() {
    return bookmarks;
  }

  private void read(DocumentReader.Document document) {
    JsonNode value = document.value();
    String problem = document.problem();
    if (document.list() != null) {
      if (value == null) {
        clock.endList();
      } else if (!readItem(value, document.list().header()) && reported != document.list()) {
        reported = document.list();
        problem = NO_ITEM;
      }
    } else if (problem == null) {
      problem = isList(value) ? readList((ObjectNode) value) : readOne(value);
    }
    if (problem != null) {
      problems.accept(new Problem(path, document.line(), problem));
    }
  }

  /** A document such as {@code PodList}, or a bare {@code List}. */
  private static boolean isList(JsonNode value) {
    return value.path("kind").asText().endsWith(LIST) && value.path("items").isArray();
  }

  private String readList(ObjectNode list) {
    List<ObjectNode> items = new ArrayList<>();
    String problem = null;
    for (JsonNode item : list.get("items")) {
      ObjectNode object = itemOf(item, list);
      if (object == null) {
        problem = NO_ITEM;
      } else {
        items.add(object);
      }
    }
    Instant receipt = clock.receiptOf(items);
    items.forEach(object -> ready.add(new CaptureRecord(receipt, "ADDED", "", object)));
    return problem;
  }

  /** The same for an item of a list that is too long to hold; whether it is one. */
  private boolean readItem(JsonNode item, ObjectNode list) {
    ObjectNode object = itemOf(item, list);
    if (object != null) {
      ready.add(new CaptureRecord(clock.receiptOfItem(object), "ADDED", "", object));
    }
    return object != null;
  }

  /** An item without kind has the list's without {@code List}; null if it is no object. */
  private static ObjectNode itemOf(JsonNode item, ObjectNode list) {
    if (!(item instanceof ObjectNode object)) {
      return null;
    }
    String listKind = list.path("kind").asText();
    if (!object.has("kind") && listKind.length() > LIST.length()) {
      object.put("kind", listKind.substring(0, listKind.length() - LIST.length()));
      object.set("apiVersion", list.get("apiVersion"));
    }
    return object.path("kind").asText().isEmpty() ? null : object;
  }

  /** What is wrong with a document that is no list; null if it is read. */
  private String readOne(JsonNode value) {
    boolean isBare =
        !value.has("object") && value.has("metadata") && value.path("kind").isTextual();
    String problem = isBare ? null : shapeProblem(value);
    if (problem != null) {
      return problem;
    }
    String type = isBare ? "MODIFIED" : value.path("type").asText();
    if (!TYPES.contains(type)) {
      if (type.equals("ERROR")) {
        errors++;
      } else {
        bookmarks++;
      }
      return null;
    }
    ObjectNode object = (ObjectNode) (isBare ? value : value.get("object"));
    try {
      Instant receipt = clock.receiptOf(value.get("receivedAt"), type, object);
      ready.add(new CaptureRecord(receipt, type, value.path("resource").asText(), object));
      return null;
    } catch (DateTimeException e) {
      return "receivedAt is not an RFC 3339 time: " + value.get("receivedAt");
    }
  }

  private static String shapeProblem(JsonNode value) {
    if (!value.isObject() || !value.path("object").isObject() || !value.path("type").isTextual()) {
      return "not a watch event ({\"type\":...,\"object\":{...}}), no object and no List";
    }
    String type = value.path("type").asText();
    if (type.equals("BOOKMARK") || type.equals("ERROR")) {
      return null;
    }
    if (!TYPES.contains(type)) {
      return "unknown watch event type " + value.path("type");
    }
    return value.path("object").path("kind").asText().isEmpty() ? "the object has no kind" : null;
  }

  private static BadInputException unreadable(Path path, IOException e) {
    String reason;
    if (e instanceof EOFException) {
      reason = "is cut off: its gzip stream ends early; copy or record it again";
    } else if (e instanceof ZipException) {
      reason = "is named .gz but is not good gzip (" + e.getMessage() + "); check the file";
    } else {
      reason = "cannot be read (" + e.getClass().getSimpleName() + "); check its permissions";
    }
    return new BadInputException("capture " + path + " " + reason, e);
  }

  @Override
  public void close() {
    try {
      stream.close();
    } catch (IOException e) {
      throw unreadable(path, e);
    }
  }
}
