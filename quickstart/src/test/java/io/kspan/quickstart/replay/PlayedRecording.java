package io.kspan.quickstart.replay;

import io.kspan.quickstart.recording.RecordedApiServer;
import io.kspan.quickstart.recording.Recording;
import io.kspan.testsupport.corpus.Corpus;
import io.kspan.topology.capture.CaptureRecord;
import io.kspan.topology.capture.CaptureScan;
import io.kspan.topology.capture.Captures;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** A recording that happens on an API server of its own, in parts. One thread only. */
final class PlayedRecording implements AutoCloseable {

  private static final Path CAPTURE = Corpus.recording("cluster-a");
  private static final Set<String> WATCHED =
      Set.of("v1", "apps/v1", "batch/v1", "autoscaling/v2", "policy/v1");

  private final Recording recording = recording();
  private final RecordedApiServer server = new RecordedApiServer(recording);
  private final Map<String, Instant> receipts = new HashMap<>();
  private final Set<String> had = new TreeSet<>();
  private int next;

  PlayedRecording() {
    Map<String, String> listed = new HashMap<>();
    for (CaptureRecord record : recording.initial()) {
      var metadata = record.object().path("metadata");
      String key = metadata.path("namespace").asText() + '/' + metadata.path("name").asText();
      listed.put(record.object().path("kind").asText() + '/' + key, received(record));
    }
    had.addAll(listed.values());
    recording.changes().forEach(this::received);
  }

  private String received(CaptureRecord record) {
    String id = ConnectorTopics.id(record.type(), record.object());
    receipts.putIfAbsent(id, record.receivedAt());
    return id;
  }

  private static Recording recording() {
    List<CaptureRecord> records = new ArrayList<>();
    try (Captures captures = new Captures(List.of(CaptureScan.of(CAPTURE)))) {
      for (CaptureRecord record = captures.next(); record != null; record = captures.next()) {
        if (WATCHED.contains(record.object().path("apiVersion").asText())) {
          records.add(record);
        }
      }
    }
    return Recording.of(records);
  }

  RecordedApiServer server() {
    return server;
  }

  /** Lets one part of {@code parts} happen. */
  void play(int parts) {
    int until = Math.min(recording.changes().size(), next + recording.changes().size() / parts + 1);
    while (next < until) {
      CaptureRecord change = recording.changes().get(next++);
      had.add(ConnectorTopics.id(change.type(), change.object()));
      server.apply(change);
    }
  }

  /** Lets the rest happen. */
  void playOut() {
    play(1);
  }

  /** Every version there has been so far. */
  Set<String> had() {
    return had;
  }

  /** When the recorder received each version. */
  Map<String, Instant> receipts() {
    return receipts;
  }

  Instant begun() {
    return recording.initial().isEmpty()
        ? recording.start()
        : recording.initial().get(0).receivedAt();
  }

  Instant ended() {
    return recording.start().plus(recording.length());
  }

  @Override
  public void close() {
    server.close();
  }
}
