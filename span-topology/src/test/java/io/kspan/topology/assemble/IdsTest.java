package io.kspan.topology.assemble;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.kspan.topology.model.EventOccurrence;
import io.kspan.topology.model.EventOccurrence.StampPrecision;
import io.kspan.topology.model.ObjectIdentity;
import io.kspan.topology.model.ObjectReference;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Identity: trace-model 2. */
class IdsTest {
  private static final String UID = "71c42017-61a7-418e-8e2c-897cf237d6e3";

  /** The vectors of draft-eastlake-fnv. */
  @ParameterizedTest
  @CsvSource({
    "'', cbf29ce484222325, 6c62272e07bb014262b821756295c58d",
    "a, af63dc4c8601ec8c, d228cb696f1a8caf78912b704e4a8964",
    "foobar, 85944171f73967e8, 343e1662793c64bf6f0d3597ba446f18"
  })
  void shouldHashAsTheDraftSays(String text, String hash64, String hash128) {
    Fnv1a hash = new Fnv1a().update(text.getBytes(UTF_8));

    assertThat(hex(hash.hash64())).isEqualTo(hash64);
    assertThat(hex(hash.hash128High()) + hex(hash.hash128Low())).isEqualTo(hash128);
  }

  @Test
  void shouldGiveKspansTraceId() {
    assertThat(Ids.change(root(UID), 3).traceId()).isEqualTo("26cfccf2d0dbdf5caed6d8c501632099");
  }

  /** Against the definition, in big numbers. */
  @ParameterizedTest
  @CsvSource({"0", "1", "3", "9223372036854775807"})
  void shouldHashUidAndGenerationInLittleEndian(long generation) {
    byte[] bytes =
        ByteBuffer.allocate(UID.length() + 8)
            .put(UID.getBytes(UTF_8))
            .order(ByteOrder.LITTLE_ENDIAN)
            .putLong(generation)
            .array();

    assertThat(Ids.change(root(UID), generation).traceId()).isEqualTo(fnv128(bytes));
    assertThat(Ids.change(root(UID), generation).rootSpanId()).isEqualTo(fnv64(bytes));
  }

  /** The decimal digits of count, if count > 0. */
  @Test
  void shouldHashTheDigitsOfTheCountUnlessItIsZero() {
    assertThat(Ids.event(event(0))).isEqualTo(fnv64("event-uid".getBytes(UTF_8)));
    assertThat(Ids.event(event(1))).isEqualTo(fnv64("event-uid1".getBytes(UTF_8)));
    assertThat(Ids.event(event(120))).isEqualTo(fnv64("event-uid120".getBytes(UTF_8)));
  }

  /** The event span id in the order of its hex digits. */
  @Test
  void shouldHashTheFirstEventIntoTheIdsOfActivity() {
    byte[] bytes =
        ByteBuffer.allocate(UID.length() + 16)
            .put(UID.getBytes(UTF_8))
            .order(ByteOrder.LITTLE_ENDIAN)
            .putLong(7)
            .order(ByteOrder.BIG_ENDIAN)
            .putLong(Long.parseUnsignedLong(Ids.event(event(2)), 16))
            .array();

    assertThat(Ids.activity(root(UID), 7, event(2)).traceId()).isEqualTo(fnv128(bytes));
    assertThat(Ids.activity(root(UID), 7, event(2)).rootSpanId()).isEqualTo(fnv64(bytes));
  }

  /** Without UID the reference stands in. */
  @Test
  void shouldHashTheReferenceWhenThereIsNoUid() {
    ObjectIdentity unnamed = ObjectIdentity.named("", new ObjectReference("Node", "", "n1"), "v1");

    assertThat(Ids.change(unnamed, 0)).isEqualTo(Ids.change(root("Node//n1"), 0));
  }

  private static ObjectIdentity root(String uid) {
    return ObjectIdentity.named(uid, new ObjectReference("Deployment", "ns", "web"), "apps/v1");
  }

  private static EventOccurrence event(long count) {
    return new EventOccurrence(
        "event-uid",
        count,
        0,
        0,
        0,
        StampPrecision.FINE,
        0,
        "",
        new ObjectReference("Pod", "ns", "p"),
        "",
        "",
        "",
        "",
        "",
        "",
        "",
        "",
        "",
        false,
        null,
        "",
        new EventOccurrence.Stamp(0, false),
        null,
        null);
  }

  private static String fnv64(byte[] bytes) {
    return fnv(bytes, "cbf29ce484222325", BigInteger.ONE.shiftLeft(40), 0x1b3, 64);
  }

  private static String fnv128(byte[] bytes) {
    return fnv(bytes, "6c62272e07bb014262b821756295c58d", BigInteger.ONE.shiftLeft(88), 0x13b, 128);
  }

  private static String fnv(
      byte[] bytes, String offset, BigInteger primeHigh, long primeLow, int bits) {
    BigInteger prime = primeHigh.add(BigInteger.valueOf(primeLow));
    BigInteger hash = new BigInteger(offset, 16);
    for (byte b : bytes) {
      hash =
          hash.xor(BigInteger.valueOf(b & 0xff))
              .multiply(prime)
              .mod(BigInteger.ONE.shiftLeft(bits));
    }
    String digits = hash.toString(16);
    return "0".repeat(bits / 4 - digits.length()) + digits;
  }

  private static String hex(long value) {
    return "%016x".formatted(value);
  }
}
