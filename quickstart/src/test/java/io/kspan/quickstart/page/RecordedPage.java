package io.kspan.quickstart.page;

import io.kspan.testsupport.corpus.Corpus;
import io.kspan.topology.cli.OutputFile;
import io.kspan.topology.config.TopologyConfig;
import io.kspan.topology.explain.CaptureModel;
import io.kspan.topology.model.FinishedTrace;
import io.kspan.topology.otlp.OtlpEncoder;
import io.kspan.topology.waterfall.OtlpReader;
import io.kspan.topology.waterfall.page.TracesPage;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The page that {@code replay --html} writes of a recording; made once in a JVM. */
final class RecordedPage {
  /** The rolling update, and the crash loop. */
  static final String ROLLOUT = "c7c5d29c22985d873688e27dd95ac013";

  private static final Path FOLDER = Path.of("target", "waterfall-page");

  private static Path page;
  private static Path withoutStates;

  private RecordedPage() {}

  static synchronized Path file() {
    if (page == null) {
      page = make("recorded.html", "pods");
    }
    return page;
  }

  /** The same with Events only. */
  static synchronized Path withoutStates() {
    if (withoutStates == null) {
      withoutStates = make("events.html", "off");
    }
    return withoutStates;
  }

  /** By the model itself: that a replay over a broker gives the same is pinned elsewhere. */
  private static Path make(String name, String states) {
    Path recording = Corpus.recording("cluster-a");
    TopologyConfig config =
        new TopologyConfig(
            Map.of(
                "bootstrap.servers", "unused:9092",
                "cluster.name", "demo",
                "trace.state.spans", states));
    OtlpEncoder encoder = new OtlpEncoder();
    List<ExportTraceServiceRequest> requests = new ArrayList<>();
    try {
      for (FinishedTrace trace :
          CaptureModel.read(List.of(recording), config, problem -> {}).traces()) {
        for (byte[] request : encoder.encode(trace)) {
          requests.add(ExportTraceServiceRequest.parseFrom(request));
        }
      }
      Files.createDirectories(FOLDER);
      Path html = FOLDER.resolve(name).toAbsolutePath();
      // Whole or not there: a browser of another JVM may read it meanwhile.
      try (OutputFile file = OutputFile.prepare("--html", html)) {
        TracesPage page = TracesPage.file("Replay of " + recording.getFileName());
        file.write(out -> page.write(out, OtlpReader.traces(requests)));
      }
      return html;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
