package io.kspan.topology.place;

import static org.assertj.core.api.Assertions.assertThat;

import io.kspan.testsupport.generate.Input;
import io.kspan.topology.envelope.EnvelopeReader;
import io.kspan.topology.envelope.InputRecord;
import io.kspan.topology.model.ObjectSnapshot;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;

/** What is kept of an object depends on what was received, not on the order of the log. */
class IndexedObjectPropertyTest {
  private static final int MOST_VERSIONS = 4;
  private static final int TRIES = 2000;
  private static final Set<String> BOUNDARIES = Set.of("Node");

  private final EnvelopeReader reader = new EnvelopeReader("c", "topLevelSpan", List.of());

  @Property(tries = TRIES, shrinking = ShrinkingMode.OFF)
  void shouldBeTheSameInEveryOrderOfReading(@ForAll long seed) {
    Random random = new Random(seed);
    List<Input> received = received(random);
    List<Input> shuffled = new ArrayList<>(received);
    Collections.shuffle(shuffled, random);

    assertThat(withoutSequences(read(shuffled)))
        .as(
            () ->
                shuffled.stream()
                    .map(i -> new String(i.envelope(), StandardCharsets.UTF_8))
                    .toList()
                    .toString())
        .isEqualTo(withoutSequences(read(received)));
  }

  /** By receipt: versions, each followed by copies of those before it. */
  private static List<Input> received(Random random) {
    Input pod = Input.object("Pod", "p", "p");
    List<Input> owners =
        List.of(
            pod,
            Input.object("Job", "a", "a"),
            Input.object("Job", "b", "b"),
            Input.object("Node", "n", "n"));
    List<Input> versions = new ArrayList<>();
    List<Input> received = new ArrayList<>();
    int count = 1 + random.nextInt(MOST_VERSIONS);
    for (int i = 0; i < count; i++) {
      Input version = pod.again().resourceVersion("v" + i);
      if (random.nextInt(4) > 0) {
        version.ownedBy(owners.get(random.nextInt(owners.size())));
      }
      if (i == count - 1 && random.nextInt(4) == 0) {
        version.deleted();
      }
      versions.add(version);
      received.add(version.again().received(received.size() + 1));
      if (random.nextInt(2) == 0) {
        Input copy = versions.get(random.nextInt(versions.size())).again();
        received.add(copy.received(received.size() + 1));
      }
    }
    return received;
  }

  private IndexedObject read(List<Input> log) {
    IndexedObject known = null;
    for (Input input : log) {
      ObjectSnapshot next = ((InputRecord.Snapshot) reader.read(input.envelope())).object();
      ReceivedVersion version = ReceivedVersion.of(next);
      if (known == null) {
        known = IndexedObject.first(next, version).now();
      } else if (known.isCopy(version)) {
        known = known.copied(version.receiptMillis());
      } else {
        known = known.after(next, version, BOUNDARIES).now();
      }
    }
    return known;
  }

  private static List<Object> withoutSequences(IndexedObject object) {
    return List.of(object.published(), object.versions(), object.exists());
  }
}
