package io.kspan.topology.resolve;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class UndecidedTest {
  private static final int ALL = 100;

  private final Undecided undecided = new Undecided(10_000);

  @Test
  void shouldAskLessAndLessOftenUntilTheWindowIsOver() {
    undecided.postpone("a", "Pod", 0, 0);
    assertThat(undecided.due(99, ALL)).isEmpty();
    assertThat(undecided.due(100, ALL)).containsExactly("a");

    undecided.postpone("a", "Pod", 0, 4000);
    assertThat(undecided.due(4999, ALL)).isEmpty();
    assertThat(undecided.due(5000, ALL)).containsExactly("a");

    undecided.postpone("a", "Pod", 0, 9000);
    assertThat(undecided.due(9999, ALL)).isEmpty();
    assertThat(undecided.due(10_000, ALL)).containsExactly("a");
  }

  @Test
  void shouldAskTheOldestFirst() {
    undecided.postpone("b", "Pod", 0, 0);
    undecided.add("a");
    undecided.add("c");

    assertThat(undecided.first()).isEqualTo("a");
    assertThat(undecided.due(1000, 2)).containsExactly("a", "b");
  }

  @Test
  void shouldForgetWhatIsDecided() {
    undecided.add("a");
    undecided.remove("a");

    assertThat(undecided.first()).isNull();
    assertThat(undecided.due(Long.MAX_VALUE, ALL)).isEmpty();
  }

  @Test
  void shouldSayOfWhichKindsSomethingWaits() {
    undecided.add("a");
    undecided.postpone("b", "Pod", 0, 0);
    undecided.postpone("b", "Pod", 0, 100);
    undecided.add("b");
    assertThat(undecided.held()).containsExactly(Map.entry("Pod", 1L));

    undecided.remove("a");
    undecided.remove("b");
    assertThat(undecided.held()).containsExactly(Map.entry("Pod", 0L));
  }
}
