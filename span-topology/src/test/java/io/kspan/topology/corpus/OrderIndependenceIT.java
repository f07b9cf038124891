package io.kspan.topology.corpus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.kspan.testsupport.corpus.Corpus;
import io.kspan.testsupport.corpus.WatchEvent;
import io.kspan.topology.application.SpanTopologyApplication;
import io.kspan.topology.faults.Broker;
import io.kspan.topology.faults.Kafka;
import io.kspan.topology.otlp.OtlpDecoder;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.trace.v1.Span;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.common.utils.Utils;
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
 * <p>In every build the recording with a relist in its middle, of which tasks and instances learn
 * at very different times, over the smallest shape and the largest; {@code CorpusScheduleTest} has
 * all captures in every build, also as whole logs, without a broker, and {@code PinnedSpansIT}
 * recordings as whole logs over one. With {@code mvn -Psoak verify} all captures over all shapes,
 * as often as {@code soak.repetitions} says; the result is a table in {@code target}.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class OrderIndependenceIT {

  private static final Path RECORDING = Corpus.recording("cluster-a");
  private static final Path REPORT = Path.of("target", "order-independence.md");
  private static final boolean SOAK = Integer.getInteger("soak.repetitions") != null;
  private static final int REPETITIONS = Integer.getInteger("soak.repetitions", 1);
  private static final int RUNS_AT_ONCE = 4;
  private static final List<Shape> ALL =
      Stream.of(1, 2, 7).flatMap(p -> Stream.of(new Shape(p, 1), new Shape(p, 3))).toList();
  private static final List<Shape> TWO = List.of(new Shape(1, 1), new Shape(2, 3));
  private static final List<Shape> EXTREMES = List.of(new Shape(1, 1), new Shape(7, 3));
  private static final Map<String, UnaryOperator<List<WatchEvent>>> CAPTURES = captures();

  /** How a run is spread. */
  record Shape(int partitions, int instances) {
    @Override
    public String toString() {
      return partitions + "x" + instances;
    }
  }

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
  private final AtomicInteger count = new AtomicInteger();
  private Broker kafka;

  private static Map<String, UnaryOperator<List<WatchEvent>>> captures() {
    Map<String, UnaryOperator<List<WatchEvent>>> captures = DerivedCaptures.all();
    if (!SOAK) {
      captures.keySet().retainAll(Set.of("a relist in the middle"));
    }
    return captures;
  }

  /** Queues all runs at once: most of a run is waiting, for groups, commits and idle partitions. */
  @BeforeAll
  void start() throws Exception {
    List<WatchEvent> recording = Corpus.watchEvents("cluster-a");
    kafka = Broker.start();
    for (int repetition = 1; repetition <= REPETITIONS; repetition++) {
      for (String name : CAPTURES.keySet()) {
        List<WatchEvent> capture = CAPTURES.get(name).apply(recording);
        List<Future<String>> queued = new ArrayList<>();
        for (Shape shape : SOAK ? ALL : EXTREMES) {
          queued.add(executor.submit(run(name, capture, shape, Mode.LIVE)));
        }
        for (Shape shape : SOAK ? TWO : List.<Shape>of()) {
          queued.add(executor.submit(run(name, capture, shape, Mode.WHOLE_LOG)));
        }
        runs.put(name + repetition, queued);
      }
    }
  }

  @AfterAll
  void stop() throws IOException {
    executor.shutdownNow();
    if (kafka != null) {
      kafka.close();
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
  private Callable<String> run(String name, List<WatchEvent> capture, Shape shape, Mode mode) {
    // Where the whole log can say other things than what was known at the time, each is compared
    // with its own kind only.
    String comparable = name.equals(DerivedCaptures.UNDISTURBED) ? name : name + mode;
    return () -> {
      long begun = System.nanoTime();
      List<ExportTraceServiceRequest> requests = run(capture, shape, mode);
      List<Span> spans = requests.stream().flatMap(OtlpDecoder::spans).toList();
      SpanInvariants.check(spans, DerivedCaptures.occurrences(capture));
      String difference = report.differenceFromFirst(comparable, requests);
      Duration took = Duration.ofNanos(System.nanoTime() - begun);
      report.add(name, mode.toString(), shape, spans, difference.isEmpty(), took);
      return difference.isEmpty() ? "" : mode + " over " + shape + ": " + difference;
    };
  }

  /** Each run has topics, a group and state folders of its own, and leaves none of them behind. */
  private List<ExportTraceServiceRequest> run(List<WatchEvent> capture, Shape shape, Mode mode)
      throws Exception {
    String prefix = "run" + count.incrementAndGet() + ".";
    kafka.createTopics(prefix, shape.partitions);
    // Before the topology starts: an empty partition would count as idle, and its time as now.
    kafka.write(prefix, capture.stream().flatMap(event -> event.messages("a").stream()).toList());
    kafka.writeEnd(prefix, shape.partitions);
    Path state = folder.resolve(prefix + "state");
    List<SpanTopologyApplication> instances = new ArrayList<>();
    for (int i = 0; i < shape.instances; i++) {
      Map<String, String> settings = kafka.settings(prefix, folder);
      settings.put("watermark.lateness.ms", mode.latenessMillis);
      settings.put("kafka.client.id", "instance-" + i);
      settings.put("kafka.state.dir", state.resolve("instance-" + i).toString());
      instances.add(new SpanTopologyApplication(settings));
    }
    try {
      instances.forEach(SpanTopologyApplication::start);
      await().atMost(Kafka.PATIENCE).until(() -> drained(instances) == shape.partitions);
    } finally {
      instances.parallelStream().forEach(SpanTopologyApplication::close);
    }
    assertThat(kafka.deadLetters(prefix)).isEmpty();
    List<ExportTraceServiceRequest> requests = kafka.requests(prefix);
    kafka.deleteTopics(prefix);
    Utils.delete(state.toFile());
    return requests;
  }

  private static int drained(List<SpanTopologyApplication> instances) {
    Set<Integer> drained = new HashSet<>();
    for (SpanTopologyApplication instance : instances) {
      assertThat(instance.failure()).isEmpty();
      drained.addAll(instance.progress().drained());
    }
    return drained.size();
  }
}
