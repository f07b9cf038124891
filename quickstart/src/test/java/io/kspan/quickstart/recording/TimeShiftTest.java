package io.kspan.quickstart.recording;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class TimeShiftTest {

  private static final ObjectMapper JSON = new ObjectMapper();

  @Test
  void shouldMoveEveryStampAndKeepItsForm() throws IOException {
    ObjectNode shifted =
        shift(
            90,
            "{\"kind\":\"Pod\",\"metadata\":{\"creationTimestamp\":\"2026-12-31T23:59:00Z\",\"managedFields\":[{\"time\":\"2026-11-20T20:13:09Z\"}]},"
                + "\"eventTime\":\"2026-11-20T20:13:09.123456Z\",\"none\":null,\"n\":7,\"message\":\"at 2026-11-20T20:13:09Z\"}");

    assertThat(shifted.toString())
        .isEqualTo(
            "{\"kind\":\"Pod\",\"metadata\":{\"creationTimestamp\":\"2027-01-01T00:00:30Z\",\"managedFields\":[{\"time\":\"2026-11-20T20:14:39Z\"}]},"
                + "\"eventTime\":\"2026-11-20T20:14:39.123456Z\",\"none\":null,\"n\":7,\"message\":\"at 2026-11-20T20:13:09Z\"}");
  }

  @Test
  void shouldMoveTheNanosecondsInTheNameOfAnEvent() throws IOException {
    ObjectNode shifted =
        shift(1, "{\"kind\":\"Event\",\"metadata\":{\"name\":\"web.18e9da3830cf0cdd\"}}");

    long before = 0x18e9da3830cf0cddL;
    assertThat(shifted.path("metadata").path("name").asText())
        .isEqualTo("web." + Long.toHexString(before + 1_000_000_000L));
  }

  @Test
  void shouldLeaveOtherNamesAlone() throws IOException {
    assertThat(shift(1, "{\"kind\":\"Event\",\"metadata\":{\"name\":\"my.event\"}}").toString())
        .contains("\"my.event\"");
    assertThat(
            shift(1, "{\"kind\":\"Pod\",\"metadata\":{\"name\":\"web.18e9da3830cf0cdd\"}}")
                .toString())
        .contains("web.18e9da3830cf0cdd");
  }

  @Test
  void shouldKeepTheBundledRecordingsRelations() {
    Recording bundled = Recording.bundled();
    Recording shifted = bundled.shifted(1_000);

    assertThat(bundled.initial())
        .as("the node and the namespaces, without old Events")
        .hasSize(5)
        .noneMatch(record -> record.object().path("kind").asText().equals("Event"));
    assertThat(bundled.changes()).hasSize(221);
    assertThat(shifted.length()).isEqualTo(bundled.length());
    assertThat(Duration.between(bundled.start(), shifted.start()))
        .isEqualTo(Duration.ofSeconds(1_000));
    assertThat(names(shifted))
        .hasSameSizeAs(names(bundled))
        .doesNotContainAnyElementsOf(names(bundled));
  }

  private static List<String> names(Recording recording) {
    return recording.changes().stream()
        .filter(change -> change.object().path("kind").asText().equals("Event"))
        .map(change -> change.object().path("metadata").path("name").asText())
        .toList();
  }

  private static ObjectNode shift(long seconds, String json) throws IOException {
    return new TimeShift(seconds).shift((ObjectNode) JSON.readTree(json));
  }
}
