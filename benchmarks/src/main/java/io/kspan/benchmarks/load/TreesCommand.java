package io.kspan.benchmarks.load;

import io.kspan.benchmarks.load.Bench.Run;
import io.kspan.testsupport.generate.SimulatedCluster;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/** What a record costs in small and in large clusters, and in small and in large trees. */
@Command(name = "trees", description = "Cost per record by number and by size of trees.")
final class TreesCommand implements Callable<Integer> {
  private static final int WARM_TREES = 200;
  private static final int WARM_PODS = 20;

  @ParentCommand private Main.Commands parent;
  @Mixin private Bench bench;

  @Option(
      names = "--sizes",
      split = ",",
      defaultValue = "10x1000,1000x10,1x10000,10000x1",
      description = "trees x pods per tree")
  private List<String> sizes;

  @Option(names = "--runs", defaultValue = "3", description = "of each")
  private int runs;

  @Override
  public Integer call() throws InterruptedException {
    bench.open();
    try (TestTopics warm = bench.topics("warm.")) {
      long warmed = warm.load(rollouts(WARM_TREES, WARM_PODS)).records();
      System.out.println(Bench.conditions(parent.arguments()));
      System.out.println();
      System.out.println(
          Bench.row(
              "trees",
              "pods per tree",
              "records",
              "events",
              "records/s",
              "scatter %",
              "CPU us per record, app",
              "broker"));
      System.out.println("|---|---|---|---|---|---|---|---|");
      for (int i = 0; i < sizes.size(); i++) {
        measure(i, warm, warmed);
      }
    } finally {
      bench.close();
    }
    return 0;
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
