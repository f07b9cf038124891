package io.kspan.topology.envelope;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.HexFormat;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;

/** The connector and the topology must agree: both read the same vectors. */
class SpecHashTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @ParameterizedTest
  @CsvFileSource(
      files = "../testdata/spec-hashes.tsv",
      delimiter = '\t',
      // None: JSON has quotes of its own.
      quoteCharacter = '\0')
  void shouldHashTheSortedJsonWithoutReplicas(String spec, String hash)
      throws JsonProcessingException {
    assertThat(HexFormat.of().toHexDigits(SpecHash.of(JSON.readTree(spec)))).isEqualTo(hash);
  }
}
