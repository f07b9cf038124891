package io.kspan.topology.rekey;

import static org.assertj.core.api.Assertions.assertThat;

import io.kspan.connect.record.EnvelopeMapper;
import io.kspan.connect.record.MappedRecord;
import io.kspan.connect.record.Projection;
import io.kspan.connect.record.WatchType;
import io.kspan.quickstart.capture.CaptureRecord;
import io.kspan.quickstart.capture.CaptureScan;
import io.kspan.quickstart.capture.Captures;
import io.kspan.testsupport.corpus.Corpus;
import io.kspan.topology.envelope.EnvelopeReader;
import io.kspan.topology.envelope.InputRecord;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Both modules are here: the topology makes the keys that the connector writes. */
class ContractKeyTest {
  @Test
  void shouldMakeTheKeysOfTheConnector() {
    EnvelopeMapper mapper =
        new EnvelopeMapper(
            new EnvelopeMapper.Settings("a", "events", "objects", Projection.SAFE, 900_000));
    EnvelopeReader reader = new EnvelopeReader("a", "topLevelSpan", List.of());
    Set<String> topics = new HashSet<>();
    try (Captures captures = new Captures(List.of(CaptureScan.of(Corpus.recording("bundled"))))) {
      for (CaptureRecord next = captures.next(); next != null; next = captures.next()) {
        WatchType type = WatchType.of(next.type()).orElseThrow();
        for (MappedRecord mapped : mapper.map(type, next.object(), next.receivedAt())) {
          if (mapped.value() == null) {
            continue;
          }
          InputRecord read = reader.read(mapped.value().getBytes(StandardCharsets.UTF_8));
          if (!(read instanceof InputRecord.Ignored)) {
            assertThat(ContractKey.of(read)).as(mapped.value()).contains(mapped.key());
            topics.add(mapped.topic());
          }
        }
      }
    }
    assertThat(topics).containsExactlyInAnyOrder("events", "objects");
  }
}
