package io.kspan.benchmarks.load;

import io.kspan.benchmarks.load.TestTopics.Loader;
import io.kspan.testsupport.generate.InputMessage;
import io.kspan.testsupport.generate.SimulatedCluster;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.function.Predicate;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListTopicsOptions;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.TopicPartition;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * What an application costs that has read everything and receives nothing: CPU, and records written
 * to internal topics, those of the broker for offsets and transactions included.
 */
@Command(name = "idle", description = "An application that receives nothing.")
final class IdleCommand extends LoadCommand {
  /** Older than any session lasts, and younger than what is forgotten, which is written too. */
  private static final Duration AGE = Duration.ofMinutes(90);

  private static final int TREES = 50;
  private static final int PODS = 4;

  @Option(names = "--settle", defaultValue = "90", description = "seconds before measuring")
  private int settleSeconds;

  @Option(names = "--seconds", defaultValue = "120", description = "how long to measure")
  private int seconds;

  @Override
  void measure() throws InterruptedException {
    printConditions("");
    printHead(
        "partitions",
        "app, % of a core",
        "broker, % of a core",
        "application's records/s",
        "offsets and transactions, records/s");
    for (int partitions : bench.partitionCounts()) {
      measure(partitions);
    }
  }

  private void measure(int partitions) throws InterruptedException {
    bench.use(partitions);
    String prefix = "idle-" + partitions + ".";
    try (TestTopics topics = bench.topics(prefix);
        Admin admin = Admin.create(Map.of("bootstrap.servers", bench.bootstrapServers()))) {
      load(topics);
      try (ChildJvm application = bench.application("idle", false, prefix, 0, 0)) {
        application.await("running");
        Thread.sleep(Duration.ofSeconds(settleSeconds).toMillis());
        Predicate<String> own =
            topic -> topic.startsWith(prefix) && !topic.equals(topics.topics().spans());
        Predicate<String> offsets = topic -> topic.startsWith("__");
        Duration app = application.cpu();
        Duration broker = bench.brokerCpu();
        long ownBefore = records(admin, own);
        long offsetsBefore = records(admin, offsets);
        Thread.sleep(Duration.ofSeconds(seconds).toMillis());
        System.out.println(
            Bench.row(
                partitions,
                percent(application.cpu().minus(app)),
                percent(bench.brokerCpu().minus(broker)),
                (double) (records(admin, own) - ownBefore) / seconds,
                (double) (records(admin, offsets) - offsetsBefore) / seconds));
      }
    }
  }

  /** Rollouts that have been over for longer than any timer waits. */
  private static void load(TestTopics topics) {
    Iterator<InputMessage> messages =
        SimulatedCluster.rollouts(1, Instant.now().minus(AGE), TREES, PODS, Duration.ofSeconds(1));
    try (Loader loader = topics.loader()) {
      messages.forEachRemaining(loader::send);
    }
  }

  private double percent(Duration cpu) {
    return 100.0 * cpu.toMillis() / Duration.ofSeconds(seconds).toMillis();
  }

  /** The sum of the end offsets. */
  private static long records(Admin admin, Predicate<String> wanted) throws InterruptedException {
    try {
      Map<TopicPartition, OffsetSpec> ends = new HashMap<>();
      List<String> names =
          admin.listTopics(new ListTopicsOptions().listInternal(true)).names().get().stream()
              .filter(wanted)
              .toList();
      for (TopicDescription topic : admin.describeTopics(names).allTopicNames().get().values()) {
        topic
            .partitions()
            .forEach(
                p ->
                    ends.put(new TopicPartition(topic.name(), p.partition()), OffsetSpec.latest()));
      }
      return admin.listOffsets(ends).all().get().values().stream()
          .mapToLong(end -> end.offset())
          .sum();
    } catch (ExecutionException e) {
      throw new IllegalStateException("cannot count records", e.getCause());
    }
  }
}
