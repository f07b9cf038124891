package io.kspan.topology.application;

import static io.kspan.testsupport.generate.Input.event;
import static io.kspan.testsupport.generate.Input.object;
import static org.assertj.core.api.Assertions.assertThat;

import io.kspan.testsupport.generate.Input;
import io.kspan.topology.otlp.OtlpDecoder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Records that are as late as they may be (trace-model 5.7). */
class LatenessTest {
  private static final Duration LOOK = Duration.ofSeconds(1);

  private final Input before = object("Deployment", "before", "uid-1").received(0);
  private final Input after = object("Deployment", "after", "uid-2").received(0);
  private final Input owned = object("ReplicaSet", "web", "uid-rs").ownedBy(before).received(0.5);
  private final Input adopted = object("ReplicaSet", "web", "uid-rs").ownedBy(after).received(1);
  private final Input about = event("about", owned, "Any").at(1);
  private final Input other = object("Pod", "other", "uid-other").received(3);
  private final Input aboutOther = event("about-other", other, "Any").at(3);

  /** Exactly the bound behind the highest receipt is not late. */
  @Test
  void shouldWaitForARecordThatIsExactlyAsLateAsAllowed() {
    List<Input> arrival = List.of(before, after, owned, about, other, aboutOther, adopted);

    assertThat(spans(arrival)).isEqualTo(spans(inOrder(arrival)));
  }

  private static List<Input> inOrder(List<Input> log) {
    List<Input> sorted = new ArrayList<>(log);
    sorted.sort(Comparator.comparingLong(Input::receivedMillis));
    return sorted;
  }

  /** The spans of {@code arrival} if all tasks punctuate after each record. */
  private static List<String> spans(List<Input> arrival) {
    try (TopologyHarness harness = new TopologyHarness(Input.START, Map.of())) {
      for (Input input : arrival) {
        harness.pipe(input);
        harness.pass(LOOK);
      }
      harness.end();
      return harness.spans().stream().map(r -> OtlpDecoder.decode(r).toString()).sorted().toList();
    }
  }
}
