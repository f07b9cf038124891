package io.kspan.quickstart.replay;

import static org.assertj.core.api.Assertions.assertThat;

import io.kspan.quickstart.replay.Pipeline.Shape;
import io.kspan.testsupport.corpus.Corpus;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The spans that {@code replay} makes of every capture of the repository are, byte for byte, those
 * whose hashes stand in {@code testdata/pins.tsv}.
 *
 * <p>In every build recordings and dumps of clusters over one partition, and the two largest over
 * seven partitions by three instances, too; with {@code -Dpins.all=true} all lines of the file.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PinnedSpansIT {
  private static final Path PINS = Corpus.file("pins.tsv");
  private static final int RUNS_AT_ONCE = 4;
  // Small captures of one rule each, which CasesTest has in every build.
  private static final Pattern CASE = Pattern.compile("\\d\\d-.*|kspan-two-pods");

  @TempDir private static Path folder;

  private final ExecutorService executor = Executors.newFixedThreadPool(RUNS_AT_ONCE);
  private final Map<Pin, Future<String>> runs = new LinkedHashMap<>();
  private Pipeline pipeline;

  private record Pin(String capture, Shape shape, String sha256) {
    static Pin of(String line) {
      String[] columns = line.split("\t");
      return new Pin(
          columns[0],
          new Shape(Integer.parseInt(columns[1]), Integer.parseInt(columns[2])),
          columns[3]);
    }

    boolean isOfEveryBuild() {
      return shape.equals(new Shape(1, 1)) && !CASE.matcher(capture).matches()
          || shape.equals(new Shape(7, 3));
    }

    @Override
    public String toString() {
      return capture + " " + shape;
    }
  }

  static Stream<Pin> pins() throws IOException {
    return Files.readAllLines(PINS).stream()
        .map(Pin::of)
        .filter(pin -> Boolean.getBoolean("pins.all") || pin.isOfEveryBuild());
  }

  /** Queues all runs at once: most of a run is waiting, for groups and commits. */
  @BeforeAll
  void start() throws IOException {
    pipeline = new Pipeline(folder);
    pins().forEach(pin -> runs.put(pin, executor.submit(() -> sha256(pin))));
  }

  @AfterAll
  void stop() {
    executor.shutdownNow();
    pipeline.close();
  }

  @ParameterizedTest
  @MethodSource("pins")
  void shouldBeTheSameSpans(Pin pin) throws Exception {
    assertThat(runs.get(pin).get()).isEqualTo(pin.sha256);
  }

  private String sha256(Pin pin) throws Exception {
    SpanLog log = pipeline.run(captures(pin.capture), "replay", pin.shape, "infinite");
    List<byte[]> lines = new ArrayList<>();
    for (ExportTraceServiceRequest request : log.requests()) {
      lines.add((OtlpJsonLines.of(request) + "\n").getBytes(StandardCharsets.UTF_8));
    }
    lines.sort(Arrays::compareUnsigned);
    MessageDigest digest = MessageDigest.getInstance("SHA-256");
    lines.forEach(digest::update);
    return HexFormat.of().formatHex(digest.digest());
  }

  /** A recording, or all files of a case but those that are plain lists. */
  private static List<Path> captures(String name) throws IOException {
    if (Files.exists(Corpus.recording(name))) {
      return List.of(Corpus.recording(name));
    }
    try (Stream<Path> files = Files.list(Corpus.file("cases"))) {
      return files
          .filter(file -> file.getFileName().toString().startsWith(name + "."))
          .filter(file -> file.toString().matches(".*\\.(nd)?json\\.gz"))
          .filter(file -> !file.toString().endsWith("-list.json.gz"))
          .sorted(Comparator.naturalOrder())
          .toList();
    }
  }
}
