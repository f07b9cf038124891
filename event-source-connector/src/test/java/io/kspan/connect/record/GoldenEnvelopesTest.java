package io.kspan.connect.record;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kspan.testsupport.GoldenFile;
import io.kspan.testsupport.corpus.Corpus;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Real objects in, envelopes out: the readable contract with the topology. The expected files are
 * rewritten only with -Dgolden.update=true.
 */
class GoldenEnvelopesTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Path GOLDEN = Path.of("src/test/resources/golden");

  @ParameterizedTest
  @EnumSource
  void shouldMapRealObjectsAsRecorded(Projection projection) throws IOException {
    Path expected = GOLDEN.resolve(projection.name().toLowerCase(Locale.ROOT) + ".ndjson");
    EnvelopeMapper mapper = mapper(projection);
    StringBuilder actual = new StringBuilder();
    for (String line : Files.readAllLines(GOLDEN.resolve("capture.ndjson"))) {
      for (MappedRecord mapped : map(mapper, JSON.readTree(line))) {
        actual.append(describe(mapped)).append('\n');
      }
    }
    assertThat(actual.toString()).isEqualTo(GoldenFile.expected(expected, actual.toString()));
  }

  @Test
  void shouldGiveEveryEventOfTheCorpusTheKeyOfItsObject() throws IOException {
    EnvelopeMapper mapper = mapper(Projection.SAFE);
    int mapped = 0;
    for (JsonNode captured : Corpus.documents(Corpus.recording("cluster-a"))) {
      for (MappedRecord one : map(mapper, captured)) {
        mapped++;
        assertThat(one.key().chars().filter(c -> c == '/').count()).isEqualTo(3);
        assertThat(String.valueOf(one.value())).doesNotContain("f:metadata", "last-applied");
      }
    }
    // 2,187 documents that are no bookmarks, and a tombstone for each of 78 deleted objects.
    assertThat(mapped).isEqualTo(2187 + 78);
  }

  private static EnvelopeMapper mapper(Projection projection) {
    return new EnvelopeMapper(
        new EnvelopeMapper.Settings("prod-1", "k8s.events", "k8s.objects", projection, 900_000));
  }

  private static List<MappedRecord> map(EnvelopeMapper mapper, JsonNode captured) {
    return mapper.map(
        WatchType.of(captured.get("type").asText()).orElseThrow(),
        (ObjectNode) captured.get("object"),
        Instant.parse(captured.get("receivedAt").asText()));
  }

  private static String describe(MappedRecord mapped) throws IOException {
    ObjectNode described =
        JSON.createObjectNode()
            .put("topic", mapped.topic())
            .put("key", mapped.key())
            .put("timestamp", mapped.timestampMillis());
    described.set(
        "value", mapped.value() == null ? JSON.nullNode() : JSON.readTree(mapped.value()));
    return described.toString();
  }
}
