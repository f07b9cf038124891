package io.kspan.topology.capture;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Captures without receipts, and Lists, sentence by sentence of the capture format. */
class CaptureListsTest {
  @TempDir private Path folder;

  @Test
  void shouldReceiveTheItemsOfAFirstListAtItsLatestStamp() {
    assertThat(received(list("List", event("b", 5), event("a", 9), event("c", 7))))
        .containsExactly("ADDED Event b 9", "ADDED Event a 9", "ADDED Event c 9");
  }

  @Test
  void shouldGiveItemsWithoutKindThatOfTheList() {
    String item = "{\"metadata\":{\"name\":\"p\",\"creationTimestamp\":\"%s\"}}".formatted(at(3));

    assertThat(received(list("PodList", item))).containsExactly("ADDED Pod p 3");
  }

  @Test
  void shouldReceiveALaterListAtTheLaterOfThePreviousReceiptAndItsLatestStamp() {
    assertThat(received(list("List", event("a", 5)), list("List", event("b", 3))))
        .containsExactly("ADDED Event a 5", "ADDED Event b 5");
    assertThat(received(list("List", event("a", 5)), list("List", event("b", 8), event("c", 7))))
        .containsExactly("ADDED Event a 5", "ADDED Event b 8", "ADDED Event c 8");
  }

  @Test
  void shouldTakeAscendingAddedDocumentsAsTheLeadingList() {
    assertThat(
            received(
                added(event("a", 5)),
                added(event("b", 9)),
                added(event("b-1", 7)),
                added(event("a", 8))))
        .containsExactly(
            "ADDED Event a 9", "ADDED Event b 9", "ADDED Event b-1 9", "ADDED Event a 9");
  }

  @Test
  void shouldEndTheLeadingListWithAnotherTypeOrAReceipt() {
    assertThat(received(added(event("a", 5)), modified(event("b", 9))))
        .containsExactly("ADDED Event a 5", "MODIFIED Event b 9");
    assertThat(received(added(event("a", 5)), receivedAt(6, event("b", 9)), added(event("c", 8))))
        .containsExactly("ADDED Event a 5", "ADDED Event b 6", "ADDED Event c 8");
  }

  @Test
  void shouldReceiveBareObjectsAsModified() {
    assertThat(received(event("a", 5), event("b", 3)))
        .containsExactly("MODIFIED Event a 5", "MODIFIED Event b 5");
  }

  @Test
  void shouldReceiveAllLeadingListsOfAllFilesAtOneInstant() {
    Path events = write("events", list("List", event("a", 5)));
    Path pods = write("pods", list("List", event("b", 9)));

    assertThat(merged(events, pods)).containsExactly("ADDED Event a 9", "ADDED Event b 9");
  }

  @Test
  void shouldNotReceiveALeadingListAfterWhatFollowsIt() {
    Path goesOn = write("events", added(event("a", 5)), modified(event("c", 7)));
    Path pods = write("pods", list("List", event("b", 9)));

    assertThat(merged(goesOn, pods))
        .containsExactly("ADDED Event a 7", "MODIFIED Event c 7", "ADDED Event b 9");
  }

  @Test
  void shouldNeverReceiveALeadingListBeforeItsOwnLatestStamp() {
    Path goesOn = write("events", added(event("a", 8)), receivedAt(6, event("c", 6)));
    Path pods = write("pods", list("List", event("b", 9)));

    assertThat(merged(goesOn, pods))
        .containsExactly("ADDED Event c 6", "ADDED Event a 8", "ADDED Event b 9");
  }

  @Test
  void shouldReportAnItemThatIsNoObjectAndKeepTheOthers() {
    Path file = write("a", list("List", event("a", 5), "7"));

    CaptureScan scan = CaptureScan.of(file);

    assertThat(scan.records()).isEqualTo(1);
    assertThat(scan.problems())
        .singleElement()
        .asString()
        .contains(file + ":1: an item of the list is no object with a kind");
  }

  /** A list that is too long to hold is read item by item, with the same result. */
  @Test
  void shouldReadLongListsAsShortOnes() {
    String pod = "{\"metadata\":{\"name\":\"p\",\"creationTimestamp\":\"%s\"}}".formatted(at(3));
    List<List<String>> captures =
        List.of(
            List.of(list("List", event("b", 5), event("a", 9), event("c", 7))),
            List.of(list("List", event("b", 5), event("a", 9)), added(event("d", 8))),
            List.of(
                added(event("d", 8)), list("List", event("b", 5), event("a", 9)), event("e", 6)),
            List.of(list("List", event("a", 5)), list("List", event("b", 8), event("c", 7))),
            List.of(list("List", event("a", 9)), receivedAt(6, event("b", 6))),
            List.of(list("PodList", pod), modified(event("b", 4))),
            List.of(list("List", event("a", 5), "7", event("b", 6))));
    for (List<String> capture : captures) {
      String[] shorts = capture.toArray(String[]::new);
      String[] longs =
          capture.stream()
              .map(document -> document.contains("List\"") ? lengthened(document) : document)
              .toArray(String[]::new);
      CaptureScan shortScan = CaptureScan.of(write("short", shorts));
      CaptureScan longScan = CaptureScan.of(write("long", longs));
      assertThat(longScan.problems()).hasSameSizeAs(shortScan.problems());
      assertThat(received(longScan)).as(capture.toString()).isEqualTo(received(shortScan));
    }
  }

  @Test
  void shouldReadALongListOfManyLinesWithTheKindBehindTheItems() {
    StringBuilder list = new StringBuilder("{\n  \"items\": [\n");
    for (int i = 0; i < 80_000; i++) {
      list.append("    ")
          .append(event("e%05d".formatted(i), i % 50))
          .append(i < 79_999 ? ",\n" : "\n");
    }
    String text = list + "  ],\n  \"kind\": \"List\"\n}";

    assertThat(text.length()).isGreaterThan(8 * 1024 * 1024);
    assertThat(received(text, receivedAt(55, event("last", 54))))
        .hasSize(80_001)
        .startsWith("ADDED Event e00000 49", "ADDED Event e00001 49")
        .endsWith("ADDED Event e79999 49", "ADDED Event last 55");
  }

  @Test
  void shouldKeepTheItemsOfALongListThatBreaksOff() {
    String whole = lengthened(list("List", event("a", 5), event("b", 6)));
    Path file = write("cut", whole.substring(0, whole.length() - 100), added(event("c", 7)));

    CaptureScan scan = CaptureScan.of(file);

    assertThat(scan.records()).isEqualTo(2);
    assertThat(scan.problems())
        .singleElement()
        .asString()
        .startsWith(file + ":1: a List that breaks off: ");
  }

  @Test
  void shouldReportALongDocumentThatIsNoListAndGoOn() {
    Path file = write("long", lengthened(added(event("a", 5))), added(event("b", 6)));

    CaptureScan scan = CaptureScan.of(file);

    assertThat(scan.records()).isEqualTo(1);
    assertThat(scan.problems())
        .singleElement()
        .asString()
        .isEqualTo(file + ":1: longer than 8388608 characters and no List");
  }

  /** The same document, its items with so much text that it cannot be held. */
  private static String lengthened(String document) {
    String text = "x".repeat(9 * 1024 * 1024);
    return document.replaceFirst(
        "\"metadata\":\\{", "\"metadata\":{\"annotations\":{\"a\":\"" + text + "\"},");
  }

  private List<String> received(String... documents) {
    return merged(write("capture", documents));
  }

  private static List<String> merged(Path... files) {
    return received(Arrays.stream(files).map(CaptureScan::of).toArray(CaptureScan[]::new));
  }

  private static List<String> received(CaptureScan... scans) {
    List<String> received = new ArrayList<>();
    try (Captures captures = new Captures(List.of(scans))) {
      for (CaptureRecord next = captures.next(); next != null; next = captures.next()) {
        received.add(
            "%s %s %s %d"
                .formatted(
                    next.type(),
                    next.object().path("kind").asText(),
                    next.object().path("metadata").path("name").asText(),
                    next.receivedAt().getEpochSecond() % 60));
      }
    }
    return received;
  }

  private Path write(String name, String... documents) {
    try {
      return Files.writeString(folder.resolve(name), String.join("\n", documents));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static String at(int second) {
    return "2026-01-01T00:00:%02dZ".formatted(second);
  }

  private static String event(String name, int second) {
    return "{\"kind\":\"Event\",\"apiVersion\":\"v1\",\"metadata\":{\"namespace\":\"n\",\"name\":\"%s\"},\"lastTimestamp\":\"%s\"}"
        .formatted(name, at(second));
  }

  private static String list(String kind, String... items) {
    return "{\"kind\":\"%s\",\"apiVersion\":\"v1\",\"items\":[%s]}"
        .formatted(kind, String.join(",", items));
  }

  private static String added(String object) {
    return "{\"type\":\"ADDED\",\"object\":%s}".formatted(object);
  }

  private static String modified(String object) {
    return "{\"type\":\"MODIFIED\",\"object\":%s}".formatted(object);
  }

  private static String receivedAt(int second, String object) {
    return "{\"receivedAt\":\"%s\",\"type\":\"ADDED\",\"object\":%s}".formatted(at(second), object);
  }
}
