package io.kspan.quickstart.replay;

import static io.kspan.quickstart.replay.DerivedCaptures.objects;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kspan.quickstart.capture.CaptureRecord;
import io.kspan.quickstart.capture.CaptureScan;
import io.kspan.quickstart.capture.Captures;
import io.kspan.quickstart.replay.Pipeline.Shape;
import io.kspan.testsupport.corpus.Corpus;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The spans are a function of the input, however partitions and instances share the work: a
 * recording and captures derived from it, in catch-up as fast as possible.
 *
 * <p>In every build the recording once over all shapes, each derived capture over the smallest and
 * the largest, and two of them as a whole log. With {@code mvn -Psoak verify} all of that over all
 * shapes, as often as {@code soak.repetitions} says; the result is a table in {@code target}.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class OrderIndependenceIT {

  private static final Path RECORDING = Corpus.recording("cluster-a");
  private static final Path REPORT = Path.of("target", "order-independence.md");
  private static final boolean SOAK = Integer.getInteger("soak.repetitions") != null;
  private static final int REPETITIONS = Integer.getInteger("soak.repetitions", 1);
  private static final int RUNS_AT_ONCE = 4;
  private static final String UNDISTURBED = "the recording";
  private static final String LISTED = "everything listed at one instant";
  private static final List<Shape> ALL =
      Stream.of(1, 2, 7).flatMap(p -> Stream.of(new Shape(p, 1), new Shape(p, 3))).toList();
  private static final List<Shape> EXTREMES = List.of(new Shape(1, 1), new Shape(7, 3));
  private static final Set<String> AS_A_WHOLE = Set.of(UNDISTURBED, LISTED);
  private static final Map<String, UnaryOperator<List<CaptureRecord>>> CAPTURES = captures();

  private enum Mode {
    LIVE("2000"),
    WHOLE_LOG("infinite");

    private final String latenessMillis;

    Mode(String latenessMillis) {
      this.latenessMillis = latenessMillis;
    }

    @Override
    public String toString() {
      return this == LIVE ? "live" : "whole log";
    }
  }

  @TempDir private static Path folder;

  private final ExecutorService executor = Executors.newFixedThreadPool(RUNS_AT_ONCE);
  private final OrderIndependenceReport report = new OrderIndependenceReport();
  private final Map<String, List<Future<String>>> runs = new LinkedHashMap<>();
  private Pipeline pipeline;

  private static Map<String, UnaryOperator<List<CaptureRecord>>> captures() {
    Map<String, UnaryOperator<List<CaptureRecord>>> all = new LinkedHashMap<>();
    all.put(UNDISTURBED, r -> r);
    all.put("snapshots 3 s later", r -> DerivedCaptures.snapshotsDelayed(r, seconds(3)));
    all.put("snapshots 20 s later", r -> DerivedCaptures.snapshotsDelayed(r, seconds(20)));
    all.put(
        "without the ReplicaSets of a-rollout, a-scale and a-drain",
        r ->
            DerivedCaptures.withoutObjects(
                r, objects("ReplicaSet", "a-rollout", "a-scale", "a-drain")));
    all.put(
        "without any ReplicaSet", r -> DerivedCaptures.withoutObjects(r, objects("ReplicaSet")));
    all.put("without any Pod", r -> DerivedCaptures.withoutObjects(r, objects("Pod")));
    all.put("Events without UID of the object", DerivedCaptures::uidsStripped);
    all.put(LISTED, DerivedCaptures::atOneInstant);
    all.put("a relist in the middle", DerivedCaptures::relistInTheMiddle);
    all.put("kubelet 2 s fast", r -> DerivedCaptures.kubeletClocksOff(r, seconds(2)));
    all.put("kubelet 2 s slow", r -> DerivedCaptures.kubeletClocksOff(r, seconds(-2)));
    return all;
  }

  private static Duration seconds(long seconds) {
    return Duration.ofSeconds(seconds);
  }

  /** Queues all runs at once: most of a run is waiting, for groups, commits and idle partitions. */
  @BeforeAll
  void start() throws IOException {
    List<CaptureRecord> recording = recording();
    pipeline = new Pipeline(folder);
    Map<String, Path> files = new HashMap<>();
    for (int repetition = 1; repetition <= REPETITIONS; repetition++) {
      for (String name : CAPTURES.keySet()) {
        List<CaptureRecord> capture = CAPTURES.get(name).apply(recording);
        if (!files.containsKey(name)) {
          files.put(name, write(capture, name));
        }
        List<String> occurrences = DerivedCaptures.occurrences(capture);
        List<Future<String>> queued = new ArrayList<>();
        for (Shape shape : SOAK || name.equals(UNDISTURBED) ? ALL : EXTREMES) {
          queued.add(executor.submit(run(name, files.get(name), shape, Mode.LIVE, occurrences)));
        }
        for (Shape shape : SOAK || AS_A_WHOLE.contains(name) ? EXTREMES : List.<Shape>of()) {
          queued.add(
              executor.submit(run(name, files.get(name), shape, Mode.WHOLE_LOG, occurrences)));
        }
        runs.put(name + repetition, queued);
      }
    }
  }

  private static List<CaptureRecord> recording() {
    List<CaptureRecord> recording = new ArrayList<>();
    try (Captures captures = new Captures(List.of(CaptureScan.of(RECORDING)))) {
      for (CaptureRecord next = captures.next(); next != null; next = captures.next()) {
        recording.add(next);
      }
    }
    return recording;
  }

  @AfterAll
  void stop() throws IOException {
    executor.shutdownNow();
    if (pipeline != null) {
      pipeline.close();
      report.write(REPORT);
    }
  }

  static Stream<Arguments> capturesAndRepetitions() {
    return IntStream.rangeClosed(1, REPETITIONS)
        .boxed()
        .flatMap(r -> CAPTURES.keySet().stream().map(capture -> Arguments.of(capture, r)));
  }

  @ParameterizedTest(name = "{0}, {1}")
  @MethodSource("capturesAndRepetitions")
  void shouldGiveTheSameSpansForAnyPartitionsAndInstances(String name, int repetition)
      throws Exception {
    List<String> differences = new ArrayList<>();
    for (Future<String> run : runs.get(name + repetition)) {
      differences.add(run.get());
    }
    report.write(REPORT);
    assertThat(differences).as("differences from the first run").containsOnly("");
  }

  /** One run; its result is how the output differs from that of the first, empty if it does not. */
  private Callable<String> run(
      String name, Path file, Shape shape, Mode mode, List<String> occurrences) {
    // Where the whole log can say other things than what was known at the time, each is compared
    // with its own kind only.
    String comparable = name.equals(UNDISTURBED) ? name : name + mode;
    return () -> {
      long started = System.nanoTime();
      SpanLog log = pipeline.run(List.of(file), "a", shape, mode.latenessMillis);
      SpanInvariants.check(log.spans().toList(), occurrences);
      String difference = report.differenceFromFirst(comparable, lines(log));
      report.add(
          name,
          mode.toString(),
          shape,
          log,
          difference.isEmpty(),
          Duration.ofNanos(System.nanoTime() - started));
      return difference.isEmpty() ? "" : mode + " over " + shape + ": " + difference;
    };
  }

  /** What {@code --spans-out} writes, sorted by trace. */
  private static List<String> lines(SpanLog log) throws IOException {
    List<String> lines = new ArrayList<>();
    for (ExportTraceServiceRequest request : log.requests()) {
      lines.add(OtlpJsonLines.of(request));
    }
    return lines;
  }

  private static Path write(List<CaptureRecord> capture, String name) throws IOException {
    ObjectMapper json = new ObjectMapper();
    List<String> lines = new ArrayList<>();
    for (CaptureRecord record : capture) {
      ObjectNode line = json.createObjectNode();
      line.put("receivedAt", record.receivedAt().toString());
      line.put("type", record.type());
      line.put("resource", record.resource());
      line.set("object", record.object());
      lines.add(json.writeValueAsString(line));
    }
    return Files.write(folder.resolve(name + ".ndjson"), lines);
  }
}
