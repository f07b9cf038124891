package io.kspan.topology.errors;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.junit.jupiter.api.Test;

class DeadLetterTest {
  private static final byte[] KEY = "key".getBytes(UTF_8);
  private static final String REASON = "__streams.errors.message";
  private static final String TRACE = "__streams.errors.stacktrace";

  private static ProducerRecord<byte[], byte[]> letter(int bytes, int foreignBytes) {
    byte[] value = new byte[bytes];
    Arrays.fill(value, (byte) 'x');
    ProducerRecord<byte[], byte[]> letter =
        new ProducerRecord<>("dead", null, Long.MAX_VALUE, KEY, value);
    letter
        .headers()
        .add(REASON, "reason".getBytes(UTF_8))
        .add(TRACE, new byte[5000])
        .add("foreign", new byte[foreignBytes]);
    return letter;
  }

  private static List<String> headers(ProducerRecord<byte[], byte[]> letter) {
    return Arrays.stream(letter.headers().toArray()).map(Header::key).toList();
  }

  @Test
  void shouldLeaveWhatFits() {
    ProducerRecord<byte[], byte[]> letter = letter(900_000, 10);
    ProducerRecord<byte[], byte[]> fitting = DeadLetter.fit(letter);

    assertThat(fitting.topic()).isEqualTo("dead");
    assertThat(fitting.key()).isEqualTo(KEY);
    assertThat(fitting.value()).isEqualTo(letter.value());
    assertThat(fitting.headers()).isEqualTo(letter.headers());
    assertThat(fitting.timestamp()).as("when it is written").isNull();
  }

  @Test
  void shouldDropTheStackTraceFirst() {
    ProducerRecord<byte[], byte[]> letter = letter(997_000, 10);
    ProducerRecord<byte[], byte[]> fitting = DeadLetter.fit(letter);

    assertThat(fitting.value()).isEqualTo(letter.value());
    assertThat(headers(fitting)).containsExactly(REASON, "foreign");
  }

  @Test
  void shouldDropHeadersOfOthersNext() {
    ProducerRecord<byte[], byte[]> letter = letter(900_000, 200_000);
    ProducerRecord<byte[], byte[]> fitting = DeadLetter.fit(letter);

    assertThat(fitting.value()).isEqualTo(letter.value());
    assertThat(headers(fitting)).containsExactly(REASON);
  }

  @Test
  void shouldCutTheValueLastAndSayHowLargeItWas() {
    ProducerRecord<byte[], byte[]> letter = letter(1_048_000, 10);
    ProducerRecord<byte[], byte[]> fitting = DeadLetter.fit(letter);

    assertThat(fitting.value()).hasSizeBetween(990_000, 1_000_000).containsOnly('x');
    assertThat(headers(fitting)).containsExactly(REASON, DeadLetter.CUT_HEADER);
    assertThat(fitting.headers().lastHeader(DeadLetter.CUT_HEADER).value())
        .isEqualTo("1048000".getBytes(UTF_8));
  }

  @Test
  void shouldCutAKeyThatLeavesNoRoom() {
    ProducerRecord<byte[], byte[]> letter = new ProducerRecord<>("dead", new byte[2_000_000], null);

    assertThat(DeadLetter.fit(letter).key()).hasSize(250_000);
    assertThat(DeadLetter.fit(letter).value()).isNull();
  }
}
