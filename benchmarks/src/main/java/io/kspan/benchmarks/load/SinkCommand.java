package io.kspan.benchmarks.load;

import io.kspan.benchmarks.load.Bench.Run;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Throughput of the sink against a consumer that forwards the bytes, to a backend that only counts.
 */
@Command(name = "sink", description = "The sink against a consumer that only forwards bytes.")
final class SinkCommand extends LoadCommand {
  @Option(
      names = "--records",
      defaultValue = "300000",
      description = "about so many in the input that the topology makes the spans of")
  private long records;

  @Option(names = "--runs", defaultValue = "3", description = "of each, after one that is dropped")
  private int runs;

  @Override
  void measure() throws InterruptedException {
    try (TestTopics topics = bench.topics("load.")) {
      long spans = makeSpans(topics);
      long traces = count(topics);
      Bench.note("%,d spans in %,d records".formatted(spans, traces));
      List<Run> forwarded = new ArrayList<>();
      List<Run> exported = new ArrayList<>();
      for (int i = 0; i <= runs; i++) {
        forwarded.add(run("forward", topics, spans, traces));
        exported.add(run("sink", topics, spans, traces));
      }
      print(spans, traces, forwarded.subList(1, runs + 1), exported.subList(1, runs + 1));
    }
  }

  private long makeSpans(TestTopics topics) {
    Duration between = Duration.ofMillis(250);
    int size = RecordedShapes.all(1, ThroughputCommand.START, 1, between).size();
    TestTopics.Loaded input =
        topics.load(RecordedShapes.all(1, ThroughputCommand.START, records / size, between));
    try (ChildJvm topology =
        bench.application("spans", false, topics.prefix(), input.records(), 0)) {
      topology.await("running");
      return Long.parseLong(topology.await("through"));
    }
  }

  /** Transactions leave markers, so offsets do not tell. */
  private long count(TestTopics topics) {
    LongAdder found = new LongAdder();
    bench.readSpans(topics, record -> found.increment());
    return found.sum();
  }

  private Run run(String name, TestTopics topics, long spans, long traces) {
    try (ChildJvm receiver = bench.child(ReceiverJvm.class, "receiver", List.of());
        ChildJvm sink =
            bench.child(
                SinkJvm.class,
                name,
                List.of(
                    name,
                    bench.bootstrapServers(),
                    topics.prefix(),
                    "http://127.0.0.1:" + receiver.await("ready"),
                    Long.toString(traces)))) {
      sink.await("measured");
      long began = System.nanoTime();
      Duration before = sink.cpu();
      Duration brokerBefore = bench.brokerCpu();
      receiver.tell("received");
      receiver.await("received");
      sink.await("through");
      Run run =
          new Run(
              spans,
              spans,
              Duration.ofNanos(System.nanoTime() - began),
              sink.cpu().minus(before),
              bench.brokerCpu().minus(brokerBefore));
      receiver.tell("received");
      Bench.note(
          "%s: %,.0f spans/s, %.1f us CPU per span; requests and bytes %s"
              .formatted(name, run.perSecond(), run.appMicros(), receiver.await("received")));
      return run;
    }
  }

  private void print(long spans, long traces, List<Run> forwarded, List<Run> exported) {
    printConditions("Input: %,d spans in %,d records, OTLP/HTTP.".formatted(spans, traces));
    printHead("", "spans/s", "scatter %", "CPU us per span", "broker");
    for (List<Run> each : List.of(forwarded, exported)) {
      System.out.println(
          Bench.row(
              each == forwarded ? "bytes forwarded" : "sink",
              Bench.median(each, Run::perSecond),
              Bench.scatter(each),
              Bench.median(each, Run::appMicros),
              Bench.median(each, Run::brokerMicros)));
    }
  }
}
