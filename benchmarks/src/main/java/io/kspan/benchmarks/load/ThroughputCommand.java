package io.kspan.benchmarks.load;

import io.kspan.benchmarks.load.Bench.Run;
import io.kspan.connect.record.Projection;
import io.kspan.quickstart.recording.Recording;
import io.kspan.topology.capture.CaptureRecord;
import io.kspan.topology.capture.CaptureScan;
import io.kspan.topology.capture.Captures;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Throughput against the baseline, in turn, on one broker. */
@Command(name = "throughput", description = "The topology against a baseline, in the same run.")
final class ThroughputCommand extends LoadCommand {
  static final long SEED = 1;
  static final Instant START = Instant.parse("2026-01-01T10:00:00Z");
  private static final Duration BETWEEN = Duration.ofMillis(250);
  private static final int RECORDS_BETWEEN = 219;

  @Option(names = "--records", defaultValue = "400000", description = "about so many in the input")
  private long records;

  @Option(
      names = "--warm-records",
      defaultValue = "400000",
      description = "read by each JVM before")
  private long warmRecords;

  @Option(names = "--runs", defaultValue = "3", description = "of each, after one that is dropped")
  private int runs;

  @Option(names = "--only", description = "topology or baseline")
  private String only = "";

  @Option(
      names = "--capture",
      description = "a capture file instead of the recording that comes with the quickstart")
  private Path capture;

  @Option(names = "--projection", defaultValue = "safe", description = "of the connector")
  private String projection;

  @Override
  void measure() throws InterruptedException {
    try (TestTopics warm = bench.topics("warm.");
        TestTopics topics = bench.topics("load.")) {
      long warmed = warm.load(shapes(SEED + 1, warmRecords)).records();
      TestTopics.Loaded input = topics.load(shapes(SEED, records));
      Bench.note("loaded " + input);
      List<Run> baseline = new ArrayList<>();
      List<Run> topology = new ArrayList<>();
      for (int i = 0; i <= runs; i++) {
        if (!only.equals("topology")) {
          run("baseline-" + i, true, warm, topics, input, warmed, baseline);
        }
        if (!only.equals("baseline")) {
          run("topology-" + i, false, warm, topics, input, warmed, topology);
        }
      }
      print(
          input,
          baseline.subList(Math.min(1, baseline.size()), baseline.size()),
          topology.subList(Math.min(1, topology.size()), topology.size()));
    }
  }

  private void run(
      String name,
      boolean baseline,
      TestTopics warm,
      TestTopics topics,
      TestTopics.Loaded input,
      long warmed,
      List<Run> runs)
      throws InterruptedException {
    warm.renew();
    runs.add(bench.run(name, baseline, topics, input.records(), warmed));
  }

  private RecordedShapes shapes(long seed, long wanted) {
    Recording recording = capture == null ? Recording.bundled() : Recording.of(read(capture));
    Projection level = Projection.of(projection);
    int size = RecordedShapes.of(recording, level, seed, START, 1, BETWEEN).size();
    // So many records of each second, whatever the length of the recording.
    Duration between = BETWEEN.multipliedBy(size).dividedBy(RECORDS_BETWEEN);
    return RecordedShapes.of(recording, level, seed, START, Math.max(1, wanted / size), between);
  }

  private static List<CaptureRecord> read(Path path) {
    List<CaptureRecord> records = new ArrayList<>();
    CaptureScan scan = CaptureScan.of(path);
    scan.problems().forEach(problem -> Bench.note(problem.toString()));
    try (Captures captures = new Captures(List.of(scan))) {
      for (CaptureRecord next = captures.next(); next != null; next = captures.next()) {
        records.add(next);
      }
    }
    return records;
  }

  private void print(TestTopics.Loaded input, List<Run> baseline, List<Run> topology) {
    printConditions(
        "Input: %,d records (%,d Events), %,d bytes each on average."
            .formatted(input.records(), input.events(), input.bytes() / input.records()));
    printHead("", "records/s", "scatter %", "CPU us per record, app", "broker", "written");
    for (List<Run> runs : List.of(baseline, topology)) {
      if (!runs.isEmpty()) {
        System.out.println(
            Bench.row(
                runs == baseline ? "baseline" : "topology",
                Bench.median(runs, Run::perSecond),
                Bench.scatter(runs),
                Bench.median(runs, Run::appMicros),
                Bench.median(runs, Run::brokerMicros),
                runs.get(0).written()));
      }
    }
    if (!baseline.isEmpty() && !topology.isEmpty()) {
      System.out.printf(
          "%nThe topology does %.2f times the records of the baseline.%n",
          Bench.median(topology, Run::perSecond) / Bench.median(baseline, Run::perSecond));
    }
  }
}
