package io.kspan.benchmarks.load;

import io.kspan.topology.ops.TopicReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.utils.AppInfoParser;
import org.apache.kafka.common.utils.Utils;
import picocli.CommandLine.Option;

/** The options that all benchmarks share, and the machinery behind them. For one thread. */
final class Bench {
  @Option(
      names = "--partitions",
      defaultValue = "4",
      split = ",",
      description = "of the input topics; several for benchmarks that compare them")
  private List<Integer> partitionCounts = new ArrayList<>();

  private int partitions;

  @Option(names = "--threads", defaultValue = "2", description = "stream threads")
  private int threads;

  @Option(names = "--heap", defaultValue = "2g", description = "-Xmx of the application")
  private String heap;

  @Option(
      names = "--stored-bytes",
      defaultValue = "300",
      description = "how much of a record the baseline puts into its store")
  private int storedBytes;

  @Option(names = "--work", description = "folder for logs and state; else a temporary one")
  private Path work;

  @Option(names = "--jvm-option", description = "of the application's JVM, several times if needed")
  private List<String> jvmOptions = new ArrayList<>();

  @Option(names = "--set", description = "settings of the topology, key=value")
  private Map<String, String> settings = Map.of();

  private ChildJvm broker;
  private String bootstrapServers;
  private boolean temporary;

  /** Starts the broker. */
  void open() {
    use(partitionCounts.get(0));
    try {
      temporary = work == null;
      work = temporary ? Files.createTempDirectory("kspan-load") : Files.createDirectories(work);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    broker =
        ChildJvm.start(
            BrokerJvm.class,
            work,
            "broker",
            List.of("-Xmx1g"),
            List.of(work.resolve("kafka-" + System.nanoTime()).toString()));
    bootstrapServers = broker.await("ready");
  }

  void close() {
    broker.close();
    if (temporary) {
      delete(work);
    }
  }

  int partitions() {
    return partitions;
  }

  List<Integer> partitionCounts() {
    return List.copyOf(partitionCounts);
  }

  /** From now on topics have {@code count} partitions. */
  void use(int count) {
    partitions = count;
  }

  String bootstrapServers() {
    return bootstrapServers;
  }

  Path stateFolder(String name) {
    return work.resolve("state-" + name);
  }

  Duration brokerCpu() {
    return broker.cpu();
  }

  TestTopics topics(String prefix) throws InterruptedException {
    return new TestTopics(bootstrapServers, prefix, partitions);
  }

  /** Hands every committed record of the spans topic to {@code action}. */
  void readSpans(TestTopics topics, Consumer<ConsumerRecord<byte[], byte[]>> action) {
    new TopicReader(Map.of("bootstrap.servers", bootstrapServers))
        .forEach(topics.topics().spans(), action);
  }

  /**
   * An application's JVM.
   *
   * @param records in its input, 0 if that has no end
   * @param warmRecords in the input under {@code warm.}, 0 for none
   */
  ChildJvm application(
      String name, boolean baseline, String prefix, long records, long warmRecords) {
    List<String> arguments = new ArrayList<>();
    settings.forEach((key, value) -> arguments.add(key + "=" + value));
    arguments.add("baseline=" + baseline);
    arguments.add("partitions=" + partitions);
    arguments.add("stored.bytes=" + storedBytes);
    arguments.add("records=" + records);
    arguments.add("warm.prefix=warm.");
    arguments.add("warm.records=" + warmRecords);
    arguments.add("bootstrap.servers=" + bootstrapServers);
    arguments.add("application.id=" + name);
    arguments.add("topic.prefix=" + prefix);
    arguments.add("kafka.num.stream.threads=" + threads);
    arguments.add("kafka.state.dir=" + stateFolder(name));
    return child(ApplicationJvm.class, name, arguments);
  }

  /** Another JVM, with the options of the application's. */
  ChildJvm child(Class<?> main, String name, List<String> arguments) {
    List<String> options = new ArrayList<>(List.of("-Xmx" + heap));
    options.addAll(jvmOptions);
    return ChildJvm.start(main, work, name, options, arguments);
  }

  /**
   * One run over a whole input.
   *
   * @param written spans, or records of the baseline
   * @param app CPU time of the application's JVM
   * @param broker CPU time of the broker's JVM
   */
  record Run(long records, long written, Duration wall, Duration app, Duration broker) {
    double perSecond() {
      return records * 1e9 / wall.toNanos();
    }

    double appMicros() {
      return app.toNanos() / 1e3 / records;
    }

    double brokerMicros() {
      return broker.toNanos() / 1e3 / records;
    }
  }

  Run run(String name, boolean baseline, TestTopics topics, long records, long warmRecords)
      throws InterruptedException {
    topics.renew();
    try (ChildJvm application =
        application(name, baseline, topics.prefix(), records, warmRecords)) {
      application.await("running");
      long began = System.nanoTime();
      Duration app = application.cpu();
      Duration brokerBefore = broker.cpu();
      long written = Long.parseLong(application.await("through"));
      Run run =
          new Run(
              records,
              written,
              Duration.ofNanos(System.nanoTime() - began),
              application.cpu().minus(app),
              broker.cpu().minus(brokerBefore));
      note(
          "%s: %,.0f records/s, %.1f + %.1f us CPU per record, %,d written, %,d MiB resident at most"
              .formatted(
                  name,
                  run.perSecond(),
                  run.appMicros(),
                  run.brokerMicros(),
                  written,
                  application.peakResidentBytes() >> 20));
      return run;
    } finally {
      delete(stateFolder(name));
    }
  }

  /** Progress, apart from the table. */
  static void note(String text) {
    System.err.println(text);
  }

  /** What the figures were measured with. */
  static String conditions(String arguments) {
    Runtime runtime = Runtime.getRuntime();
    return "`java -cp benchmarks/target/benchmarks.jar io.kspan.benchmarks.load.Main %s`; %d cores (%s), JDK %s, Kafka %s"
        .formatted(
            arguments,
            runtime.availableProcessors(),
            processor(),
            Runtime.version(),
            AppInfoParser.getVersion());
  }

  private static String processor() {
    try (Stream<String> lines = Files.lines(Path.of("/proc/cpuinfo"))) {
      return lines
          .filter(line -> line.startsWith("model name"))
          .map(line -> line.substring(line.indexOf(':') + 1).trim())
          .findFirst()
          .orElse(System.getProperty("os.arch"));
    } catch (IOException e) {
      return System.getProperty("os.name") + " " + System.getProperty("os.arch");
    }
  }

  static double median(List<Run> runs, ToDoubleFunction<Run> figure) {
    double[] sorted = runs.stream().mapToDouble(figure).sorted().toArray();
    int middle = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  }

  /** Largest less smallest throughput, in percent of the median. */
  static double scatter(List<Run> runs) {
    double[] sorted = runs.stream().mapToDouble(Run::perSecond).sorted().toArray();
    return 100 * (sorted[sorted.length - 1] - sorted[0]) / median(runs, Run::perSecond);
  }

  static String row(Object... cells) {
    StringBuilder row = new StringBuilder("|");
    for (Object cell : cells) {
      row.append(' ')
          .append(
              cell instanceof Double number
                  ? String.format(Locale.ROOT, number < 100 ? "%,.1f" : "%,.0f", number)
                  : cell instanceof Number number
                      ? String.format(Locale.ROOT, "%,d", number.longValue())
                      : cell)
          .append(" |");
    }
    return row.toString();
  }

  /** Bytes in all files under {@code folder}. */
  static long size(Path folder) {
    try (Stream<Path> files = Files.walk(folder)) {
      return files.filter(Files::isRegularFile).mapToLong(file -> file.toFile().length()).sum();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static void delete(Path folder) {
    try {
      Utils.delete(folder.toFile());
    } catch (IOException e) {
      throw new UncheckedIOException("cannot delete " + folder, e);
    }
  }
}
