package io.kspan.benchmarks.load;

import java.time.Duration;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Memory and state of a large cluster, and how long it takes to restore the state. */
@Command(
    name = "objects",
    description = "Heap and state of many objects, and the time to restore. Use with --heap 512m.")
final class ObjectsCommand extends LoadCommand {
  private static final long MIB = 1 << 20;

  @Option(names = "--objects", defaultValue = "1000000", description = "about so many")
  private long objects;

  @Override
  void measure() throws InterruptedException {
    try (TestTopics topics = bench.topics("objects.")) {
      RecordedShapes one = RecordedShapes.objects(1, ThroughputCommand.START, 1, Duration.ZERO);
      TestTopics.Loaded input =
          topics.load(
              RecordedShapes.objects(
                  1, ThroughputCommand.START, objects / one.size(), Duration.ofMillis(2)));
      Bench.note("loaded " + input);
      long began = System.nanoTime();
      long heap;
      long resident;
      try (ChildJvm application =
          bench.application("objects", false, topics.prefix(), input.records(), 0)) {
        application.await("running");
        began = System.nanoTime();
        application.await("through");
        Bench.note("read in " + since(began));
        application.tell("heap");
        heap = Long.parseLong(application.await("heap"));
        resident = application.peakResidentBytes();
      }
      Duration read = since(began);
      long state = Bench.size(bench.stateFolder("objects"));
      Duration started = startAgain(topics, input);
      Bench.delete(bench.stateFolder("objects"));
      Duration restored = startAgain(topics, input);
      printConditions("");
      printHead(
          "objects",
          "heap in use after all are read, MiB",
          "resident at most, MiB",
          "state directory, MiB",
          "read, s",
          "start with state, s",
          "start without state, s");
      System.out.println(
          Bench.row(
              input.records() - 2L * bench.partitions(),
              heap / MIB,
              resident / MIB,
              state / MIB,
              read.toSeconds(),
              started.toMillis() / 1e3,
              restored.toMillis() / 1e3));
    }
  }

  private Duration startAgain(TestTopics topics, TestTopics.Loaded input) {
    try (ChildJvm application = bench.application("objects", false, topics.prefix(), 0, 0)) {
      long began = System.nanoTime();
      application.await("running");
      return since(began);
    }
  }

  private static Duration since(long began) {
    return Duration.ofNanos(System.nanoTime() - began);
  }
}
