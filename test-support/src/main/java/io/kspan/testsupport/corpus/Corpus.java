package io.kspan.testsupport.corpus;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPInputStream;

/** Reads the recordings in the folder {@code testdata}; its README says where they come from. */
public final class Corpus {
  private static final Path BUNDLED =
      Path.of("..", "quickstart", "src", "main", "resources")
          .resolve("io/kspan/quickstart/recording/rollout-and-crashloop.ndjson.gz");
  private static final ObjectMapper JSON = new ObjectMapper();

  private Corpus() {}

  /** A file below {@code testdata}; tests run in the folder of their module. */
  public static Path file(String path) {
    return Path.of("..", "testdata").resolve(path);
  }

  /**
   * The capture of a recording, such as {@code cluster-a}; {@code bundled} is the one that the
   * quickstart plays.
   */
  public static Path recording(String name) {
    return name.equals("bundled") ? BUNDLED : file("recordings/" + name + ".ndjson.gz");
  }

  /** The watch events of a recording in the order of the file, without bookmarks. */
  public static List<WatchEvent> watchEvents(String recording) {
    return watchEvents(recording(recording));
  }

  private static List<WatchEvent> watchEvents(Path capture) {
    List<WatchEvent> events = new ArrayList<>();
    for (JsonNode recorded : documents(capture)) {
      String type = recorded.path("type").asText();
      if (!type.equals("BOOKMARK")) {
        Instant receivedAt = Instant.parse(recorded.path("receivedAt").asText());
        events.add(new WatchEvent(receivedAt, type, (ObjectNode) recorded.get("object")));
      }
    }
    return events;
  }

  /** The watch events of a recording as envelopes of {@code cluster}. */
  public static List<byte[]> envelopes(String recording, String cluster) {
    return envelopes(recording(recording), cluster);
  }

  /** The same of any capture in which every document has a receipt. */
  public static List<byte[]> envelopes(Path capture, String cluster) {
    return watchEvents(capture).stream().map(event -> event.envelope(cluster)).toList();
  }

  /** The lines of a capture, which are JSON. */
  public static List<JsonNode> documents(Path capture) {
    List<JsonNode> documents = new ArrayList<>();
    try {
      for (String line : lines(capture)) {
        documents.add(JSON.readTree(line));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return documents;
  }

  /** The lines of a gzipped text file. */
  public static List<String> lines(Path file) {
    try (InputStream raw = Files.newInputStream(file);
        BufferedReader reader =
            new BufferedReader(
                new InputStreamReader(new GZIPInputStream(raw), StandardCharsets.UTF_8))) {
      return reader.lines().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
