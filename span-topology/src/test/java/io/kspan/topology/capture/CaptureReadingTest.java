package io.kspan.topology.capture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kspan.topology.errors.BadInputException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CaptureReadingTest {

  private static final String AT = "2026-11-20T20:17:38.%s";

  @TempDir private Path folder;

  @Test
  void shouldReadLinesInOrder() {
    Path file = write("a.ndjson", line("241Z", "ADDED", "a"), line("300Z", "MODIFIED", "a"));

    List<CaptureRecord> records = read(file);

    assertThat(records).extracting(CaptureRecord::type).containsExactly("ADDED", "MODIFIED");
    assertThat(records.get(1).receivedAt()).isEqualTo(Instant.parse("2026-11-20T20:17:38.300Z"));
    assertThat(records.get(0).object().path("kind").asText()).isEqualTo("Pod");
  }

  @Test
  void shouldReadGzipByName() throws IOException {
    Path file = folder.resolve("a.ndjson.gz");
    Files.write(file, gzip(line("241Z", "ADDED", "a")));

    assertThat(read(file)).hasSize(1);
  }

  @Test
  void shouldReadPrettyPrintedDocumentsWithoutReceipt() {
    Path file =
        write(
            "kubectl.json",
            "{",
            "    \"type\": \"ADDED\",",
            "    \"object\": {",
            "        \"kind\": \"Event\", \"metadata\": {\"name\": \"x\"},",
            "        \"lastTimestamp\": \"2026-11-20T20:17:38Z\"",
            "    }",
            "}",
            "{",
            "    \"type\": \"MODIFIED\",",
            "    \"object\": {\"kind\": \"Pod\", \"metadata\": {\"name\": \"y\"}}",
            "}");

    assertThat(read(file))
        .extracting(CaptureRecord::receivedAt)
        .containsOnly(Instant.parse("2026-11-20T20:17:38Z"))
        .hasSize(2);
  }

  @Test
  void shouldReadDocumentsThatShareALine() {
    Path file = write("a.ndjson", line("241Z", "ADDED", "a") + line("242Z", "ADDED", "b"));

    assertThat(read(file)).hasSize(2);
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      value = {
        "lastTimestamp first|'\"lastTimestamp\":\"2026-01-01T00:00:05Z\",\"eventTime\":\"2026-01-01T00:00:09.1Z\"'|2026-01-01T00:00:05Z",
        "series|'\"lastTimestamp\":null,\"series\":{\"lastObservedTime\":\"2026-01-01T00:00:07.123456Z\"}'|2026-01-01T00:00:07.123Z",
        "eventTime|'\"eventTime\":\"2026-01-01T00:00:09.999999Z\",\"firstTimestamp\":\"2026-01-01T00:00:01Z\"'|2026-01-01T00:00:09.999Z",
        "firstTimestamp|'\"firstTimestamp\":\"2026-01-01T00:00:01Z\"'|2026-01-01T00:00:01Z",
        "creation|'\"reason\":\"x\"'|2026-01-01T00:00:00Z",
        "managedFields later|'\"lastTimestamp\":\"2025-12-31T23:00:00Z\"'|2025-12-31T23:00:00Z",
      })
  void shouldDeriveTheReceiptOfAnEvent(String name, String fields, String expected) {
    Path file =
        write(
            "a.ndjson",
            "{\"type\":\"ADDED\",\"object\":{\"kind\":\"Event\",%s,\"metadata\":{\"creationTimestamp\":\"2026-01-01T00:00:00Z\"}}}"
                .formatted(fields));

    assertThat(read(file).get(0).receivedAt()).isEqualTo(Instant.parse(expected));
  }

  @Test
  void shouldDeriveTheReceiptOfAnObjectFromManagedFieldsAndConditions() {
    String object =
        "{\"type\":\"ADDED\",\"object\":{\"kind\":\"Pod\",\"metadata\":{\"creationTimestamp\":\"2026-01-01T00:00:00Z\",\"managedFields\":[{\"time\":\"%s\"}]},"
            + "\"status\":{\"conditions\":[{\"type\":\"Ready\",\"lastTransitionTime\":\"%s\"}]}}}";
    Path file =
        write(
            "a.ndjson",
            object.formatted("2026-01-01T00:00:03Z", "2026-01-01T00:00:02Z"),
            object.formatted("2026-01-01T00:00:03Z", "2026-01-01T00:00:04Z"),
            object.formatted("2026-01-01T00:00:01Z", "2026-01-01T00:00:01Z"));

    assertThat(read(file))
        .extracting(record -> record.receivedAt().toString())
        .containsExactly("2026-01-01T00:00:03Z", "2026-01-01T00:00:04Z", "2026-01-01T00:00:04Z");
  }

  @Test
  void shouldPassOverBookmarksAndCountErrors() {
    Path file =
        write(
            "a.ndjson",
            line("241Z", "ADDED", "a"),
            "{\"type\":\"BOOKMARK\",\"object\":{\"kind\":\"Pod\",\"metadata\":{\"resourceVersion\":\"7\"}}}",
            "{\"type\":\"ERROR\",\"object\":{\"kind\":\"Status\",\"code\":410}}");

    CaptureScan scan = CaptureScan.of(file);

    assertThat(scan.records()).isEqualTo(1);
    assertThat(scan.errors()).isEqualTo(1);
    assertThat(scan.problems()).isEmpty();
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      value = {
        "garbage|gar bage|not JSON",
        "cut off|'{\"type\":\"ADDED\",\"object\":{\"kind\":\"Po'|not JSON",
        "cut off in a number|'{\"type\":\"ADDED\",\"object\":{\"kind\":12'|not JSON",
        "other JSON|'{\"hello\":\"world\"}'|not a watch event",
        "array|'[1,2]'|not a watch event",
        "type|'{\"type\":\"PATCHED\",\"object\":{\"kind\":\"Pod\"}}'|unknown watch event type \"PATCHED\"",
        "kind|'{\"type\":\"ADDED\",\"object\":{}}'|the object has no kind",
        "receipt|'{\"receivedAt\":\"noon\",\"type\":\"ADDED\",\"object\":{\"kind\":\"Pod\"}}'|receivedAt is not an RFC 3339 time: \"noon\"",
      })
  void shouldReportAnUnreadableLineAndGoOn(String name, String bad, String reason) {
    Path file =
        write(
            "a.ndjson",
            line("241Z", "ADDED", "a"),
            line("242Z", "ADDED", "b"),
            bad,
            line("243Z", "ADDED", "c"));

    CaptureScan scan = CaptureScan.of(file);

    assertThat(scan.records()).isEqualTo(3);
    assertThat(scan.problems()).hasSize(1);
    assertThat(scan.problems().get(0).line()).isEqualTo(3);
    assertThat(scan.problems().get(0).reason()).contains(reason);
  }

  @Test
  void shouldReportEveryOneOfSeveralUnreadableLines() {
    Path file =
        write("a.ndjson", line("241Z", "ADDED", "a"), "x", "y", line("243Z", "ADDED", "c"), "{");

    assertThat(CaptureScan.of(file).problems())
        .extracting(CaptureFile.Problem::line)
        .containsExactly(2L, 3L, 5L);
  }

  @Test
  void shouldKeepTheDocumentsBeforeACutOffLastLine() {
    String last = line("243Z", "ADDED", "c");
    Path file = write("a.ndjson", line("241Z", "ADDED", "a"), last.substring(0, last.length() / 2));

    CaptureScan scan = CaptureScan.of(file);

    assertThat(scan.records()).isEqualTo(1);
    assertThat(scan.problems()).extracting(CaptureFile.Problem::line).containsExactly(2L);
  }

  @Test
  void shouldSortWithinAFileAndKeepTheOrderOfEqualReceipts() {
    Path file =
        write(
            "a.ndjson",
            line("300Z", "ADDED", "c"),
            line("100Z", "ADDED", "a"),
            line("300Z", "ADDED", "d"),
            line("200Z", "ADDED", "b"),
            line("900Z", "ADDED", "e"));

    assertThat(CaptureScan.of(file).disorder()).isEqualTo(Duration.ofMillis(200));
    assertThat(names(file)).containsExactly("a", "b", "c", "d", "e");
  }

  @Test
  void shouldMergeFilesByReceipt() {
    Path one = write("1.ndjson", line("100Z", "ADDED", "a"), line("300Z", "ADDED", "d"));
    Path two =
        write(
            "2.ndjson",
            line("200Z", "ADDED", "b"),
            line("300Z", "ADDED", "e"),
            line("250Z", "ADDED", "c"));

    assertThat(names(one, two)).containsExactly("a", "b", "c", "d", "e");
  }

  @Test
  void shouldRefuseAMissingFile() {
    assertRefused(folder.resolve("none.ndjson"), "does not exist; check the path");
  }

  @Test
  void shouldRefuseADirectory() {
    assertRefused(folder, "is a directory");
  }

  @Test
  void shouldRefuseAnEmptyFile() {
    assertRefused(write("empty.ndjson"), "is empty");
  }

  @Test
  void shouldRefuseAFileWithoutJson() {
    assertRefused(write("notes.txt", "some notes", "more"), "is not a capture: line 1 is not JSON");
  }

  @Test
  void shouldRefuseAnEmptyList() {
    assertRefused(
        write("pods.json", "{\"kind\":\"List\",\"items\":[]}"),
        "holds no watch event and no object");
  }

  @Test
  void shouldRefuseACutOffGzip() throws IOException {
    byte[] whole = gzip(line("241Z", "ADDED", "a"), line("243Z", "ADDED", "b"));
    Path file = folder.resolve("cut.ndjson.gz");
    Files.write(file, Arrays.copyOf(whole, whole.length - 10));

    assertRefused(file, "is cut off: its gzip stream ends early");
  }

  @Test
  void shouldRefuseAPlainFileNamedGz() throws IOException {
    Path file = folder.resolve("plain.gz");
    Files.writeString(file, line("241Z", "ADDED", "a"));

    assertRefused(file, "is named .gz but is not good gzip");
  }

  @Test
  void shouldRefuseAGzipWithoutTheName() throws IOException {
    Path file = folder.resolve("packed.ndjson");
    Files.write(file, gzip(line("241Z", "ADDED", "a")));

    assertRefused(file, "rename it to packed.ndjson.gz");
  }

  private static void assertRefused(Path file, String reason) {
    assertThatThrownBy(() -> CaptureScan.of(file))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining(file.toString())
        .hasMessageContaining(reason);
  }

  private static List<String> names(Path... files) {
    List<String> names = new ArrayList<>();
    try (Captures captures = new Captures(Arrays.stream(files).map(CaptureScan::of).toList())) {
      for (CaptureRecord next = captures.next(); next != null; next = captures.next()) {
        names.add(next.object().path("metadata").path("name").asText());
      }
    }
    return names;
  }

  private static List<CaptureRecord> read(Path file) {
    List<CaptureRecord> records = new ArrayList<>();
    try (CaptureFile capture =
        CaptureFile.open(
            file,
            problem -> {
              throw new AssertionError(problem);
            },
            new ReceiptClock(null, List.of()))) {
      for (CaptureRecord next = capture.next(); next != null; next = capture.next()) {
        records.add(next);
      }
    }
    return records;
  }

  private Path write(String name, String... lines) {
    try {
      return Files.writeString(folder.resolve(name), String.join("\n", lines));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static byte[] gzip(String... lines) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (OutputStream out = new GZIPOutputStream(bytes)) {
      out.write(String.join("\n", lines).getBytes(StandardCharsets.UTF_8));
    }
    return bytes.toByteArray();
  }

  private static String line(String millis, String type, String name) {
    return "{\"receivedAt\":\"%s\",\"type\":\"%s\",\"object\":{\"kind\":\"Pod\",\"apiVersion\":\"v1\",\"metadata\":{\"name\":\"%s\"}}}"
        .formatted(AT.formatted(millis), type, name);
  }
}
