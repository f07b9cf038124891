package io.kspan.connect.record;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The same vectors as in the other module: the connector and the topology must agree. */
class SpecHashTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{} | 08f44b07b5901a25",
        "{\"replicas\":3} | 08f44b07b5901a25",
        "{\"b\":1,\"a\":{\"d\":[1,2.5,\"x\"],\"c\":null}} | 6d7b82382f50a3b5",
        "{\"ä\":\"ü\\n\",\"replicas\":1,\"big\":12345678901234567890} | 3d4601039ae2ee2b",
        "{\"template\":{\"replicas\":2,\"z\":true,\"a\":false}} | cc204e39f92225fa"
      })
  void shouldHashTheSortedJsonWithoutReplicas(String spec, String hash)
      throws JsonProcessingException {
    assertThat(SpecHash.of((ObjectNode) JSON.readTree(spec))).isEqualTo(hash);
  }
}
