package io.kspan.topology;

import static io.kspan.topology.rules.Told.event;
import static io.kspan.topology.rules.Told.object;
import static org.assertj.core.api.Assertions.assertThat;

import io.kspan.topology.otlp.OtlpDecoder;
import io.kspan.topology.rules.Told;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Records that are as late as they may be (trace-model 5.6). */
class LatenessTest {
  private static final Duration LOOK = Duration.ofSeconds(1);

  private final Told before = object("Deployment", "before", "uid-1").received(0);
  private final Told after = object("Deployment", "after", "uid-2").received(0);
  private final Told owned = object("ReplicaSet", "web", "uid-rs").ownedBy(before).received(0.5);
  private final Told adopted = object("ReplicaSet", "web", "uid-rs").ownedBy(after).received(1);
  private final Told about = event("about", owned, "Any").at(1);
  private final Told other = object("Pod", "other", "uid-other").received(3);
  private final Told aboutOther = event("about-other", other, "Any").at(3);

  /** Exactly the bound behind the highest receipt is not late. */
  @Test
  void shouldWaitForARecordThatIsExactlyAsLateAsAllowed() {
    List<Told> arrival = List.of(before, after, owned, about, other, aboutOther, adopted);

    assertThat(spans(arrival)).isEqualTo(spans(inOrder(arrival)));
  }

  private static List<Told> inOrder(List<Told> log) {
    List<Told> sorted = new ArrayList<>(log);
    sorted.sort(Comparator.comparingLong(Told::receivedMillis));
    return sorted;
  }

  /** What becomes of {@code arrival} when everybody looks after each record. */
  private static List<String> spans(List<Told> arrival) {
    try (TopologyHarness harness = new TopologyHarness(Told.START, Map.of())) {
      for (Told told : arrival) {
        if (told.isEvent()) {
          harness.event(told.envelope());
        } else {
          harness.object(told.envelope());
        }
        harness.pass(LOOK);
      }
      harness.end();
      return harness.spans().stream().map(r -> OtlpDecoder.decode(r).toString()).sorted().toList();
    }
  }
}
