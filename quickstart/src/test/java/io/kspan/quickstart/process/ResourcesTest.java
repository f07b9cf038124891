package io.kspan.quickstart.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ResourcesTest {

  private final Resources resources = new Resources();
  private final List<String> closed = new ArrayList<>();

  @Test
  void shouldCloseInOppositeOrderAlsoAfterAFailure() {
    resources.add(() -> closed.add("first"));
    resources.add(
        () -> {
          throw new IllegalStateException("broken");
        });
    resources.add(() -> closed.add("last"));

    resources.close();
    resources.close();

    assertThat(closed).containsExactly("last", "first");
    assertThat(resources.isEmpty()).isTrue();
  }

  @Test
  void shouldCloseAResourceThatIsAddedTooLate() {
    resources.close();

    assertThatThrownBy(() -> resources.add(() -> closed.add("late")))
        .isInstanceOf(Resources.StoppedException.class);
    assertThat(closed).containsExactly("late");
  }

  @Test
  void shouldInterruptAPause() {
    assertThat(resources.isInterrupted()).isFalse();
    resources.interrupt();

    assertThat(resources.isInterrupted()).isTrue();
    assertThatThrownBy(() -> resources.pause(60_000))
        .isInstanceOf(Resources.StoppedException.class);
  }
}
