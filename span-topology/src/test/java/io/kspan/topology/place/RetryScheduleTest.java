package io.kspan.topology.place;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class RetryScheduleTest {
  private static final int ALL = 100;

  private final RetrySchedule schedule = new RetrySchedule(10_000);

  @Test
  void shouldTryLessAndLessOftenUntilTheWindowIsOver() {
    schedule.postpone("a", "Pod", 0, 0);
    assertThat(schedule.due(99, ALL)).isEmpty();
    assertThat(schedule.due(100, ALL)).containsExactly("a");

    schedule.postpone("a", "Pod", 0, 4000);
    assertThat(schedule.due(4999, ALL)).isEmpty();
    assertThat(schedule.due(5000, ALL)).containsExactly("a");

    schedule.postpone("a", "Pod", 0, 9000);
    assertThat(schedule.due(9999, ALL)).isEmpty();
    assertThat(schedule.due(10_000, ALL)).containsExactly("a");
  }

  @Test
  void shouldTryTheOldestFirst() {
    schedule.postpone("b", "Pod", 0, 0);
    schedule.add("a", 0);
    schedule.add("c", 0);

    assertThat(schedule.first()).isEqualTo("a");
    assertThat(schedule.due(1000, 2)).containsExactly("a", "b");
  }

  @Test
  void shouldNotTryBeforeTheReceiptIsComplete() {
    schedule.add("a", 500);

    assertThat(schedule.due(499, ALL)).isEmpty();
    assertThat(schedule.due(500, ALL)).containsExactly("a");
  }

  @Test
  void shouldForgetDecidedItems() {
    schedule.add("a", 0);
    schedule.remove("a");

    assertThat(schedule.first()).isNull();
    assertThat(schedule.due(Long.MAX_VALUE, ALL)).isEmpty();
  }

  @Test
  void shouldCountWaitingItemsByKind() {
    schedule.add("a", 0);
    schedule.postpone("b", "Pod", 0, 0);
    schedule.postpone("b", "Pod", 0, 100);
    schedule.add("b", 0);
    assertThat(schedule.waitingByKind()).containsExactly(Map.entry("Pod", 1L));

    schedule.remove("a");
    schedule.remove("b");
    assertThat(schedule.waitingByKind()).containsExactly(Map.entry("Pod", 0L));
  }
}
