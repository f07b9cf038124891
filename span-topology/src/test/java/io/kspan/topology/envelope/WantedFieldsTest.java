package io.kspan.topology.envelope;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.kspan.testsupport.corpus.Corpus;
import io.kspan.topology.status.StatusRules;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Skipped fields make no difference: records read equal from whole documents. */
class WantedFieldsTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String TOP_LEVEL = "topLevelSpan";

  /** Two that the recordings have, so that annotations are read, too. */
  private static final List<String> ANNOTATIONS =
      List.of("traceparent", "node.alpha.kubernetes.io/ttl");

  private static final CarriedMetadata CARRIED =
      new CarriedMetadata(
          List.of("app", "kubernetes.io/hostname"), List.of("deployment.kubernetes.io/revision"));

  private final EnvelopeReader wanted =
      new EnvelopeReader(
          "default",
          TOP_LEVEL,
          ANNOTATIONS,
          CARRIED,
          StatusRules.shipped(),
          (expression, reason) -> {},
          annotation -> {},
          new StatusFactsReader(StatusFactsReader.Objects.ALL));
  private final EnvelopeReader whole =
      new EnvelopeReader(
          JSON::readTree,
          "default",
          TOP_LEVEL,
          ANNOTATIONS,
          CARRIED,
          StatusRules.shipped(),
          (expression, reason) -> {},
          annotation -> {},
          new StatusFactsReader(StatusFactsReader.Objects.ALL));

  @ParameterizedTest
  @ValueSource(strings = {"bundled", "cluster-a", "kspan-two-pods"})
  void shouldReadARecordingAsFromWholeDocuments(String recording) throws IOException {
    List<InputRecord> read = new ArrayList<>();
    for (byte[] envelope : Corpus.envelopes(recording, "a")) {
      InputRecord record = wanted.read(envelope);
      assertThat(record).isEqualTo(whole.read(envelope));
      read.add(record);
      JsonNode bare = JSON.readTree(envelope).path("object");
      assertThat(atMidnight(wanted, bare)).isEqualTo(atMidnight(whole, bare));
    }
    assertThat(read)
        .hasAtLeastOneElementOfType(InputRecord.Occurrence.class)
        .hasAtLeastOneElementOfType(InputRecord.Snapshot.class);
  }

  private static InputRecord atMidnight(EnvelopeReader reader, JsonNode bare) throws IOException {
    return ((InputRecord.Bare) reader.read(JSON.writeValueAsBytes(bare))).at().apply(0);
  }
}
