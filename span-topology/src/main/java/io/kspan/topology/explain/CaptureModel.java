package io.kspan.topology.explain;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kspan.topology.capture.CaptureRecord;
import io.kspan.topology.capture.CaptureScan;
import io.kspan.topology.capture.CaptureSources;
import io.kspan.topology.capture.Captures;
import io.kspan.topology.config.TopologyConfig;
import io.kspan.topology.envelope.UnreadableRecordException;
import io.kspan.topology.errors.BadInputException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;

/** Reads captures into a model. Stateless. */
public final class CaptureModel {
  private static final ObjectMapper JSON = new ObjectMapper();

  private CaptureModel() {}

  /**
   * The model of all records of {@code files}. Objects are read as they were recorded, not as the
   * connector projects them.
   *
   * @param problems receives what is not read, with its place
   * @throws BadInputException if a file cannot be read
   */
  public static OfflineModel read(
      List<Path> files, TopologyConfig config, Consumer<String> problems) {
    OfflineModel model = new OfflineModel(config, config.traceSettings());
    try (CaptureSources sources = new CaptureSources()) {
      List<CaptureScan> scans = sources.scan(files, problems);
      for (CaptureScan scan : scans) {
        scan.problems().forEach(problem -> problems.accept(problem.toString()));
      }
      addAll(scans, model, config.clusterName(), problems);
    }
    return model;
  }

  private static void addAll(
      List<CaptureScan> scans, OfflineModel model, String cluster, Consumer<String> problems) {
    try (Captures captures = new Captures(scans)) {
      for (CaptureRecord next = captures.next(); next != null; next = captures.next()) {
        try {
          model.add(envelope(next, cluster));
        } catch (UnreadableRecordException e) {
          problems.accept("received " + next.receivedAt() + ": " + e.getMessage());
        }
      }
    }
  }

  private static byte[] envelope(CaptureRecord record, String cluster) {
    ObjectNode envelope = JSON.createObjectNode();
    envelope.put("type", record.type());
    envelope.put("cluster", cluster);
    envelope.put("observedAt", record.receivedAt().toString());
    envelope.set("object", record.object());
    try {
      return JSON.writeValueAsBytes(envelope);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a JSON tree cannot be written", e);
    }
  }
}
