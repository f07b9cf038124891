package io.kspan.topology.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.kspan.topology.errors.Fault;
import java.io.IOException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.errors.GroupAuthorizationException;
import org.apache.kafka.common.errors.SaslAuthenticationException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.streams.errors.StreamsException;
import org.junit.jupiter.api.Test;

class ExitCodeTest {
  @Test
  void shouldTellWhetherStartingAgainHelps() {
    assertThat(ExitCode.of(new StreamsException("x", new TimeoutException("no broker"))))
        .isEqualTo(ExitCode.FAILED);
    assertThat(ExitCode.of(new OutOfMemoryError())).isEqualTo(ExitCode.FAILED);
    assertThat(ExitCode.of(new ConfigException("k", "v", "no"))).isEqualTo(ExitCode.BAD_SETTINGS);
    assertThat(
            ExitCode.of(
                new StreamsException("x", new KafkaException(new SaslAuthenticationException("")))))
        .isEqualTo(ExitCode.BAD_SETTINGS);
    assertThat(ExitCode.of(new StreamsException("x", GroupAuthorizationException.forGroupId("g"))))
        .isEqualTo(ExitCode.BAD_SETTINGS);
  }

  @Test
  void shouldSayInOneLineWhatCausedIt() {
    IOException disk = new IOException("No space left\n on device");
    StreamsException store = new StreamsException("cannot put", disk);

    assertThat(Fault.describe(new IllegalStateException(store)))
        .isEqualTo(
            "org.apache.kafka.streams.errors.StreamsException: cannot put: No space left on device");
    assertThat(Fault.describe(new NullPointerException()))
        .isEqualTo("java.lang.NullPointerException");
  }
}
