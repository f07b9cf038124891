package io.kspan.topology.history;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.awaitility.Durations.ONE_SECOND;

import io.kspan.testsupport.JavaProcess;
import io.kspan.testsupport.corpus.Corpus;
import io.kspan.testsupport.corpus.WatchEvent;
import io.kspan.testsupport.otlp.OtlpBackend;
import io.kspan.topology.application.SpanTopologyApplication;
import io.kspan.topology.cli.ReplayCommand;
import io.kspan.topology.cli.Shutdown;
import io.kspan.topology.faults.Broker;
import io.kspan.topology.faults.Kafka;
import io.kspan.topology.names.Topics;
import io.kspan.topology.otlp.OtlpDecoder;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.trace.v1.Span;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.GroupListing;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import picocli.CommandLine;

/**
 * Replays over the topics of an application that runs: a recording is in its topics, and it has
 * written every trace of it.
 *
 * <p>Its settings look back a few minutes only, so that a replay from the middle of the recording
 * begins to read in the middle, too.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Execution(ExecutionMode.CONCURRENT)
class ReplayHistoryIT {
  private static final Path RECORDING = Corpus.recording("cluster-a");
  private static final Duration PATIENCE = Duration.ofMinutes(5);
  private static final String PREFIX = "k8s.";
  private static final Topics TOPICS = Topics.withPrefix(PREFIX);
  private static final int OCCURRENCES = 829;
  private static final String CUT = "kspan.replay.cut";

  @TempDir private static Path folder;

  private final AtomicInteger replays = new AtomicInteger();
  private Broker kafka;
  private Admin admin;
  private SpanTopologyApplication live;
  private Instant first;
  private Instant last;
  private Map<String, List<ExportTraceServiceRequest>> written;

  @BeforeAll
  void runLive() throws Exception {
    List<WatchEvent> recording = Corpus.watchEvents("cluster-a");
    first = recording.get(0).receivedAt();
    last = recording.get(recording.size() - 1).receivedAt();
    kafka = Broker.start();
    admin = Admin.create(Map.of("bootstrap.servers", kafka.address()));
    kafka.createTopics(PREFIX);
    kafka.write(PREFIX, recording.stream().flatMap(event -> event.messages("a").stream()).toList());
    abortTransactions();
    Map<String, String> properties = properties();
    properties.put("kafka.state.dir", folder.resolve("live").toString());
    live = new SpanTopologyApplication(properties);
    live.start();
    await()
        .atMost(PATIENCE)
        .pollInterval(ONE_SECOND)
        .until(
            () ->
                live.progress().spans() >= OCCURRENCES
                    && kafka.requests(PREFIX).stream()
                            .flatMap(OtlpDecoder::spans)
                            .filter(ReplayHistoryIT::isOfEvent)
                            .count()
                        == OCCURRENCES);
    written = byTrace(kafka.requests(PREFIX));
  }

  /** Aborted records follow the last record of each partition. */
  private void abortTransactions() throws Exception {
    Map<String, Object> settings =
        Map.of("bootstrap.servers", kafka.address(), "transactional.id", "aborted");
    try (KafkaProducer<String, String> producer =
        new KafkaProducer<>(settings, new StringSerializer(), new StringSerializer())) {
      producer.initTransactions();
      producer.beginTransaction();
      for (String topic : List.of(TOPICS.events(), TOPICS.objects())) {
        for (int partition = 0; partition < Kafka.PARTITIONS; partition++) {
          producer.send(new ProducerRecord<>(topic, partition, "aborted", "record")).get();
        }
      }
      producer.abortTransaction();
    }
  }

  @AfterAll
  void stop() throws Exception {
    try {
      assertNothingIsLeftBehind();
    } finally {
      if (live != null) {
        live.close();
      }
      if (admin != null) {
        admin.close();
      }
      if (kafka != null) {
        kafka.close();
      }
    }
  }

  /** No replay does. */
  private void assertNothingIsLeftBehind() throws Exception {
    assertThat(admin.listTopics().names().get()).noneMatch(name -> name.contains("-replay-"));
    assertThat(admin.listGroups().all().get())
        .extracting(GroupListing::groupId)
        .noneMatch(name -> name.contains("-replay-"));
    try (Stream<Path> state = Files.list(Files.createDirectories(folder.resolve("replays")))) {
      assertThat(state).isEmpty();
    }
  }

  private Map<String, String> properties() {
    Map<String, String> properties = new HashMap<>();
    properties.put("bootstrap.servers", kafka.address());
    properties.put("application.id", "history");
    properties.put("cluster.name", "a");
    properties.put("dedupe.window.ms", "60000");
    properties.put("trace.inactivity.ms", "30000");
    properties.put("trace.max.duration.ms", "60000");
    properties.put("kafka.state.dir", folder.resolve("replays").toString());
    return properties;
  }

  private Map<String, List<ExportTraceServiceRequest>> replay(
      Map<String, String> properties, ReplayRange range, boolean export) throws Exception {
    List<ExportTraceServiceRequest> requests = new ArrayList<>();
    ReplayReport report =
        new HistoryReplay(
                properties,
                range,
                "it" + replays.incrementAndGet(),
                ReplayProgress.on(new PrintWriter(new StringWriter())),
                ReplayHistoryIT::pause)
            .run(export, requests::add);
    Map<String, List<ExportTraceServiceRequest>> traces = byTrace(requests);
    long spans = requests.stream().flatMap(OtlpDecoder::spans).count();
    assertThat(report.deadLetters()).isZero();
    assertThat(report.traces()).isEqualTo(traces.size());
    assertThat(report.spans()).isEqualTo(spans);
    assertThat(report.exported()).isEqualTo(export ? spans : -1);
    assertThat(report.refused()).isZero();
    assertThat(report.cut())
        .isEqualTo(traces.values().stream().filter(t -> !cut(t).isEmpty()).count());
    return traces;
  }

  @Test
  void shouldExportTheSameBytesOnceMoreAndWriteFinishedChangesOnlyIfAsked() throws Exception {
    List<String> live = kafka.changes(PREFIX);
    shouldExportTheSameBytesOnceMore();
    assertThat(kafka.changes(PREFIX)).isEqualTo(live);

    Map<String, String> asked = properties();
    asked.put("replay.changes", "true");
    replay(asked, new ReplayRange(0, Long.MAX_VALUE, null, null), false);

    List<String> more = new ArrayList<>(kafka.changes(PREFIX));
    live.forEach(more::remove);
    assertThat(more)
        .isNotEmpty()
        .containsExactlyElementsOf(live.stream().filter(c -> c.contains("finished")).toList());
  }

  private void shouldExportTheSameBytesOnceMore() throws Exception {
    try (OtlpBackend backend = new OtlpBackend(0)) {
      Map<String, String> properties = properties();
      properties.put("otel.exporter.otlp.protocol", "http/protobuf");
      properties.put("otel.exporter.otlp.endpoint", backend.url());
      properties.put("logs.enabled", "true");

      ReplayRange everythingOfA = new ReplayRange(0, Long.MAX_VALUE, "a", null);
      var replayed = replay(properties, everythingOfA, true);
      assertThat(replayed.equals(written)).isTrue();
      assertThat(backend.logs())
          .hasSize(OCCURRENCES)
          .containsExactlyInAnyOrderElementsOf(
              replayed.values().stream()
                  .flatMap(List::stream)
                  .flatMap(OtlpDecoder::spans)
                  .filter(ReplayHistoryIT::isOfEvent)
                  .map(OtlpDecoder::ids)
                  .toList());
    }
  }

  @Test
  void shouldGiveTheSameBytesWithinARangeAndMarkTracesThatItCuts() throws Exception {
    Duration third = Duration.between(first, last).dividedBy(3);
    Instant from = first.plus(third);
    Instant to = last.minus(third);

    ReplayRange range = new ReplayRange(from.toEpochMilli(), to.toEpochMilli(), null, null);
    var replayed = replay(properties(), range, false);

    Map<String, List<ExportTraceServiceRequest>> inside = new HashMap<>();
    Map<String, List<ExportTraceServiceRequest>> touching = new HashMap<>();
    written.forEach(
        (id, trace) -> {
          Span root = root(trace);
          boolean starts = root.getStartTimeUnixNano() >= nanos(from);
          boolean ends = root.getEndTimeUnixNano() < nanos(to);
          if (starts && ends) {
            inside.put(id, trace);
          } else if (root.getStartTimeUnixNano() < nanos(to)
              && root.getEndTimeUnixNano() >= nanos(from)) {
            touching.put(id, trace);
          }
        });
    assertThat(inside).isNotEmpty();
    assertThat(touching).isNotEmpty();
    assertThat(inside.keySet())
        .as("the same requests")
        .allMatch(id -> inside.get(id).equals(replayed.get(id)));
    assertThat(replayed.keySet())
        .hasSize(inside.size() + touching.size())
        .containsAll(touching.keySet());
    touching.forEach(
        (id, trace) -> {
          Span root = root(trace);
          boolean start = root.getStartTimeUnixNano() < nanos(from);
          boolean end = root.getEndTimeUnixNano() >= nanos(to);
          assertThat(cut(replayed.get(id)))
              .isEqualTo(start && end ? "both" : start ? "start" : "end");
        });
  }

  /** In a process of its own, as Ctrl-C and an orchestrator end it. */
  @Test
  void shouldCleanUpWhenItIsTerminated() throws Exception {
    Path output = folder.resolve("terminated.out");
    List<String> arguments = JavaProcess.arguments("replay", properties());
    arguments.addAll(List.of("--from", first.toString()));
    try (JavaProcess process = new JavaProcess(256, "io.kspan.topology.Main", arguments, output)) {
      await().atMost(PATIENCE).until(() -> process.output().contains("reading"));
      process.stop().exitCode();
    }
    assertThat(Files.readString(output)).contains("stopped; nothing is left of the replay");
  }

  @Test
  void shouldPrintTracesInADryRun() throws Exception {
    String namespace =
        OtlpDecoder.text(root(written.values().iterator().next()), "k8s.namespace.name");

    Printed printed = command("--dry-run", "--cluster", "a", "--namespace", namespace);

    List<String> expected = idsOf(namespace);
    assertThat(printed.out().lines().filter(line -> line.contains(" · trace ")))
        .hasSameSizeAs(expected);
    assertThat(printed.err()).contains(" read, " + expected.size() + " trace");
  }

  @Test
  void shouldWriteAPageOfNoMoreSpansThanAskedForAndSayHowManyAreMissing() throws Exception {
    String namespace =
        OtlpDecoder.text(root(written.values().iterator().next()), "k8s.namespace.name");
    Path page = folder.resolve("traces.html");

    Printed printed =
        command(
            "--dry-run", "--namespace", namespace, "--max-spans", "1", "--html", page.toString());

    assertThat(printed.out()).isEmpty();
    String html = Files.readString(page);
    List<String> expected = idsOf(namespace);
    assertThat(html)
        .startsWith("<!DOCTYPE html>")
        .contains("Replay from " + first)
        .containsPattern("Replay from [^\"]*: only 1 of " + expected.size() + " traces");
    assertThat(written.keySet().stream().filter(id -> html.contains("{\"id\":\"" + id + "\"")))
        .singleElement()
        .isIn(expected);
    assertThat(printed.err().lines().reduce((line, next) -> next).orElseThrow())
        .contains(" read, ", "; shown are only 1 of ", "--max-spans", "-Xmx");
  }

  private record Printed(String out, String err) {}

  private Printed command(String... options) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    CommandLine command =
        new CommandLine(new ReplayCommand(Map.of(), new Shutdown()))
            .setOut(new PrintWriter(out))
            .setErr(new PrintWriter(err));
    List<String> arguments = new ArrayList<>(List.of("--from", first.toString()));
    arguments.addAll(List.of(options));
    properties().forEach((key, value) -> arguments.addAll(List.of("--set", key + "=" + value)));
    assertThat(command.execute(arguments.toArray(String[]::new))).as(err.toString()).isZero();
    return new Printed(out.toString(), err.toString());
  }

  private List<String> idsOf(String namespace) {
    return written.entrySet().stream()
        .filter(t -> OtlpDecoder.text(root(t.getValue()), "k8s.namespace.name").equals(namespace))
        .filter(t -> root(t.getValue()).getEndTimeUnixNano() >= nanos(first))
        .map(Map.Entry::getKey)
        .toList();
  }

  @Test
  void shouldExplainTheTraces() throws Exception {
    Set<String> explained = ConcurrentHashMap.newKeySet();
    new HistoryReplay(
            properties(),
            new ReplayRange(0, Long.MAX_VALUE, null, "a-badimage"),
            "explaining",
            ReplayProgress.on(new PrintWriter(new StringWriter())),
            ReplayHistoryIT::pause)
        .explain(explanation -> explained.addAll(explanation.lines()));

    List<String> ids = idsOf("a-badimage");
    assertThat(ids).isNotEmpty();
    for (String id : ids) {
      assertThat(explained).anyMatch(line -> line.startsWith("  trace " + id + ": "));
    }
    assertThat(explained)
        .contains(
            "      parent: rule 4.2: the event is about the root of the tree: below the root span")
        .anyMatch(
            line ->
                line.startsWith("      owner: ")
                    && line.contains("rule 3.3: ownerReferences in the snapshot received"));
  }

  @Test
  void shouldDeleteTheTopicsOfAKilledReplay() throws Exception {
    kafka.createTopics("other-replay-killed-");
    admin
        .deleteTopics(
            List.of(
                "other-replay-killed-events",
                "other-replay-killed-objects",
                "other-replay-killed-changes"))
        .all()
        .get();
    Map<String, String> properties = properties();
    // The replays of the other tests go on.
    properties.put("application.id", "other");

    assertThat(HistoryReplay.cleanUp(properties)).containsExactly("killed");
  }

  /** Never wants to stop. */
  private static boolean pause() throws InterruptedException {
    return new CountDownLatch(1).await(50, TimeUnit.MILLISECONDS);
  }

  private static long nanos(Instant instant) {
    return instant.toEpochMilli() * 1_000_000;
  }

  private static Map<String, List<ExportTraceServiceRequest>> byTrace(
      List<ExportTraceServiceRequest> requests) {
    Map<String, List<ExportTraceServiceRequest>> traces = new HashMap<>();
    for (ExportTraceServiceRequest request : requests) {
      Span span = request.getResourceSpans(0).getScopeSpans(0).getSpans(0);
      String id = HexFormat.of().formatHex(span.getTraceId().toByteArray());
      traces.computeIfAbsent(id, key -> new ArrayList<>()).add(request);
    }
    return traces;
  }

  private static Span root(List<ExportTraceServiceRequest> trace) {
    return trace.get(0).getResourceSpans(0).getScopeSpans(0).getSpans(0);
  }

  private static String cut(List<ExportTraceServiceRequest> trace) {
    return OtlpDecoder.text(root(trace), CUT);
  }

  private static boolean isOfEvent(Span span) {
    return !OtlpDecoder.text(span, "k8s.event.uid").isEmpty();
  }
}
