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

  /** The watch events of a recording as envelopes of {@code cluster}. */
  public static List<byte[]> envelopes(String recording, String cluster) {
    return envelopes(recording(recording), cluster);
  }

  /** The watch events of a capture as envelopes of {@code cluster}, in the order of the file. */
  public static List<byte[]> envelopes(Path capture, String cluster) {
    List<byte[]> envelopes = new ArrayList<>();
    for (JsonNode recorded : documents(capture)) {
      if (!recorded.path("type").asText().equals("BOOKMARK")) {
        ObjectNode envelope = JSON.createObjectNode();
        envelope.set("type", recorded.get("type"));
        envelope.put("cluster", cluster);
        envelope.set("observedAt", recorded.get("receivedAt"));
        envelope.set("object", recorded.get("object"));
        envelopes.add(envelope.toString().getBytes(StandardCharsets.UTF_8));
      }
    }
    return envelopes;
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
