package io.kspan.benchmarks.load;

import io.kspan.benchmarks.load.Bench.Run;
import io.kspan.testsupport.generate.SimulatedCluster;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** What a record costs in small and in large clusters, and in small and in large trees. */
@Command(name = "trees", description = "Cost per record by number and by size of trees.")
final class TreesCommand extends LoadCommand {
  private static final int WARM_TREES = 200;
  private static final int WARM_PODS = 20;

  @Option(
      names = "--sizes",
      split = ",",
      defaultValue = "10x1000,1000x10,1x10000,10000x1",
      description = "trees x pods per tree")
  private List<String> sizes;

  @Option(names = "--runs", defaultValue = "3", description = "of each")
  private int runs;

  @Override
  void measure() throws InterruptedException {
    try (TestTopics warm = bench.topics("warm.")) {
      long warmed = warm.load(rollouts(WARM_TREES, WARM_PODS)).records();
      printConditions("");
      printHead(
          "trees",
          "pods per tree",
          "records",
          "events",
          "records/s",
          "scatter %",
          "CPU us per record, app",
          "broker");
      for (int i = 0; i < sizes.size(); i++) {
        measure(i, warm, warmed);
      }
    }
  }

  private void measure(int number, TestTopics warm, long warmed) throws InterruptedException {
    String[] size = sizes.get(number).split("x");
    int trees = Integer.parseInt(size[0]);
    int pods = Integer.parseInt(size[1]);
    try (TestTopics topics = bench.topics("trees" + number + ".")) {
      TestTopics.Loaded input = topics.load(rollouts(trees, pods));
      List<Run> measured = new ArrayList<>();
      for (int i = 0; i < runs; i++) {
        warm.renew();
        measured.add(
            bench.run("trees-" + number + "-" + i, false, topics, input.records(), warmed));
      }
      System.out.println(
          Bench.row(
              trees,
              pods,
              input.records(),
              input.events(),
              Bench.median(measured, Run::perSecond),
              Bench.scatter(measured),
              Bench.median(measured, Run::appMicros),
              Bench.median(measured, Run::brokerMicros)));
    }
  }

  /** Never more than a few hundred events a second, as a cluster under load writes. */
  private static SimulatedCluster rollouts(int trees, int pods) {
    return SimulatedCluster.rollouts(
        ThroughputCommand.SEED,
        ThroughputCommand.START,
        trees,
        pods,
        Duration.ofMillis(Math.min(10_000, 20L * pods)));
  }
}
