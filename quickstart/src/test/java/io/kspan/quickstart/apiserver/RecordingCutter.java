package io.kspan.quickstart.apiserver;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kspan.quickstart.capture.CaptureRecord;
import io.kspan.quickstart.capture.CaptureScan;
import io.kspan.quickstart.capture.Captures;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.zip.GZIPOutputStream;

/**
 * Cuts the bundled recording out of a capture: its first lists, without Events about nodes and
 * namespaces, then of each given namespace what happened until the first long pause in it. Pauses
 * between namespaces are shortened, by whole seconds; nothing is moved within one.
 *
 * <p>Arguments: capture, output, namespaces in order of time.
 */
final class RecordingCutter {

  private static final Duration LONG_PAUSE = Duration.ofSeconds(30);
  private static final Duration PAUSE = Duration.ofSeconds(3);
  private static final Set<String> CLUSTER_KINDS = Set.of("Node", "Namespace");
  private static final ObjectMapper JSON = new ObjectMapper();

  private RecordingCutter() {}

  public static void main(String[] args) throws IOException {
    List<CaptureRecord> all = new ArrayList<>();
    try (Captures captures = new Captures(List.of(CaptureScan.of(Path.of(args[0]))))) {
      for (CaptureRecord next = captures.next(); next != null; next = captures.next()) {
        all.add(next);
      }
    }
    Recording whole = Recording.of(all);
    List<CaptureRecord> cut =
        new ArrayList<>(
            whole.initial().stream().filter(record -> !isAboutTheCluster(record)).toList());
    for (String namespace : List.of(args).subList(2, args.length)) {
      append(cut, scenario(whole.changes(), namespace));
    }
    write(cut, Path.of(args[1]));
  }

  /** Old Events of the node would be the first traces to be seen, and say nothing. */
  private static boolean isAboutTheCluster(CaptureRecord record) {
    return record.object().path("kind").asText().equals("Event")
        && CLUSTER_KINDS.contains(record.object().path("involvedObject").path("kind").asText());
  }

  private static List<CaptureRecord> scenario(List<CaptureRecord> changes, String namespace) {
    List<CaptureRecord> scenario = new ArrayList<>();
    for (CaptureRecord change : changes) {
      var metadata = change.object().path("metadata");
      boolean inside =
          namespace.equals(metadata.path("namespace").asText())
              || "Namespace".equals(change.object().path("kind").asText())
                  && namespace.equals(metadata.path("name").asText());
      if (!inside) {
        continue;
      }
      if (!scenario.isEmpty() && isLongPause(scenario, change)) {
        break;
      }
      scenario.add(change);
    }
    return scenario;
  }

  private static boolean isLongPause(List<CaptureRecord> before, CaptureRecord next) {
    Instant last = before.get(before.size() - 1).receivedAt();
    return Duration.between(last, next.receivedAt()).compareTo(LONG_PAUSE) > 0;
  }

  private static void append(List<CaptureRecord> cut, List<CaptureRecord> scenario) {
    Instant end = cut.get(cut.size() - 1).receivedAt();
    Duration pause = Duration.between(end, scenario.get(0).receivedAt());
    long earlier = Math.max(0, pause.minus(PAUSE).toSeconds());
    TimeShift shift = new TimeShift(-earlier);
    scenario.forEach(record -> cut.add(shift.shift(record)));
  }

  private static void write(List<CaptureRecord> records, Path file) throws IOException {
    try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(file))) {
      for (CaptureRecord record : records) {
        ObjectNode line =
            JSON.createObjectNode()
                .put("receivedAt", record.receivedAt().toString())
                .put("resource", record.resource())
                .put("type", record.type());
        line.set("object", record.object());
        out.write(JSON.writeValueAsString(line).getBytes(StandardCharsets.UTF_8));
        out.write('\n');
      }
    }
  }
}
