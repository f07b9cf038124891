package io.kspan.topology.assemble;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.kspan.topology.model.EventOccurrence;
import io.kspan.topology.model.ObjectIdentity;
import java.util.HexFormat;

/** Rule 2: trace and span ids, pure functions of what they identify, compatible with kspan. */
final class Ids {
  private static final HexFormat HEX = HexFormat.of();

  /** The ids of a trace and of its root span, in lower-case hex. */
  record TraceIds(String traceId, String rootSpanId) {}

  private Ids() {}

  static TraceIds change(ObjectIdentity root, long generation) {
    return traceIds(new Fnv1a().update(root.key().getBytes(UTF_8)).updateLittleEndian(generation));
  }

  static TraceIds activity(ObjectIdentity root, long generation, EventOccurrence first) {
    return traceIds(
        new Fnv1a()
            .update(root.key().getBytes(UTF_8))
            .updateLittleEndian(generation)
            .updateBigEndian(eventHash(first)));
  }

  /** 32 hex digits for texts in this order. */
  static String ofText(String... texts) {
    return traceIds(new Fnv1a().update(String.join("\0", texts).getBytes(UTF_8))).traceId();
  }

  static String event(EventOccurrence event) {
    return HEX.toHexDigits(eventHash(event));
  }

  /** The span of a state in one trace. */
  static String state(String traceId, ObjectIdentity object, ObjectPeriod period) {
    String key =
        String.join(
            "\0",
            traceId,
            object.key(),
            period.state().text(),
            period.part(),
            Long.toString(period.startNanos()));
    return HEX.toHexDigits(nonZero(new Fnv1a().update(key.getBytes(UTF_8)).hash64()));
  }

  private static long eventHash(EventOccurrence event) {
    Fnv1a hash = new Fnv1a().update(event.uid().getBytes(UTF_8));
    if (event.count() > 0) {
      hash.update(Long.toString(event.count()).getBytes(UTF_8));
    }
    return nonZero(hash.hash64());
  }

  private static TraceIds traceIds(Fnv1a hash) {
    // W3C trace context forbids all-zero ids.
    long low = hash.hash128High() == 0 ? nonZero(hash.hash128Low()) : hash.hash128Low();
    return new TraceIds(
        HEX.toHexDigits(hash.hash128High()) + HEX.toHexDigits(low),
        HEX.toHexDigits(nonZero(hash.hash64())));
  }

  private static long nonZero(long id) {
    return id == 0 ? 1 : id;
  }
}
