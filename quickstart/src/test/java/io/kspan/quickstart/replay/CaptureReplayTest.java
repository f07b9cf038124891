package io.kspan.quickstart.replay;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class CaptureReplayTest {

  private final SpanLog empty = new SpanLog(List.of(), 1, "junk");

  @Test
  void shouldSummarizeWithPluralsAndNameSkippedBookmarks() {
    assertThat(new CaptureReplay.Result(1, 0, empty, "2.0 s", "").summary(0, 63))
        .isEqualTo(
            "1 watch event, 0 occurrences, 0 traces, 0 spans; 0 unreadable, 63 bookmarks skipped,"
                + " 0 without a name, 1 dead letter (the first: junk); 2.0 s");
    assertThat(new CaptureReplay.Result(2, 0, empty, "2.0 s", "").summary(0, 0))
        .startsWith("2 watch events,")
        .doesNotContain("bookmark");
  }
}
