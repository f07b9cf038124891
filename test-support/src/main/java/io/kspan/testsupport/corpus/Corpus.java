package io.kspan.testsupport.corpus;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

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

/**
 * The recordings that stand beside the repository; tests that need them are skipped, with a
 * message, where they are not.
 */
public final class Corpus {
  private static final Path FOLDER = Path.of("..", "..", "shared", "corpus");
  private static final Path BUNDLED =
      Path.of("..", "quickstart", "src", "main", "resources")
          .resolve("io/kspan/quickstart/apiserver/rollout-and-crashloop.ndjson.gz");
  private static final ObjectMapper JSON = new ObjectMapper();

  private Corpus() {}

  /** A file of the corpus. */
  public static Path file(String name) {
    Path file = FOLDER.resolve(name);
    assumeTrue(Files.isReadable(file), () -> "no corpus beside the repository: " + file);
    return file;
  }

  /** The watch events of a capture as envelopes of {@code cluster}, in the order of the file. */
  public static List<byte[]> envelopes(String name, String cluster) {
    return envelopes(file(name), cluster);
  }

  /** The same of the recording that the quickstart brings along. */
  public static List<byte[]> bundled(String cluster) {
    return envelopes(BUNDLED, cluster);
  }

  private static List<byte[]> envelopes(Path file, String cluster) {
    List<byte[]> envelopes = new ArrayList<>();
    for (String line : lines(file)) {
      try {
        JsonNode recorded = JSON.readTree(line);
        if (recorded.path("type").asText().equals("BOOKMARK")) {
          continue;
        }
        ObjectNode envelope = JSON.createObjectNode();
        envelope.set("type", recorded.get("type"));
        envelope.put("cluster", cluster);
        envelope.set("observedAt", recorded.get("receivedAt"));
        envelope.set("object", recorded.get("object"));
        envelopes.add(JSON.writeValueAsBytes(envelope));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return envelopes;
  }

  /** The lines of a text file, which may be gzipped. */
  public static List<String> lines(String name) {
    return lines(file(name));
  }

  private static List<String> lines(Path file) {
    try (InputStream raw = Files.newInputStream(file);
        InputStream in = file.toString().endsWith(".gz") ? new GZIPInputStream(raw) : raw;
        BufferedReader reader =
            new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
      return reader.lines().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
