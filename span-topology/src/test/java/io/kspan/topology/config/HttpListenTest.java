package io.kspan.topology.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetSocketAddress;
import org.apache.kafka.common.config.ConfigException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HttpListenTest {
  @Test
  void shouldReadAnAddress() {
    assertThat(HttpListen.parse("")).isEmpty();
    assertThat(HttpListen.parse("0.0.0.0:8080")).contains(new InetSocketAddress("0.0.0.0", 8080));
    assertThat(HttpListen.parse("[::1]:0")).contains(new InetSocketAddress("::1", 0));
  }

  @ParameterizedTest
  @ValueSource(strings = {"8080", ":8080", "localhost", "localhost:70000", "::1:80", "a b:1"})
  void shouldNameWhatIsNone(String value) {
    assertThatThrownBy(() -> HttpListen.parse(value))
        .isInstanceOf(ConfigException.class)
        .hasMessageContainingAll("http.listen", value, "host:port");
  }
}
