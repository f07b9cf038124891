package io.kspan.benchmarks.connector;

import io.kspan.quickstart.broker.EmbeddedBroker;
import io.kspan.testsupport.JavaProcess;
import io.kspan.testsupport.connect.WorkerProcess;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.awaitility.Awaitility;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Measures what the connector costs. A worker, the API server, and the broker with the measurement
 * have a JVM each. For one thread; run it in the root of the repository.
 */
@Command(
    name = "connector",
    description = "Heap, CPU and delay of the connector with many pods, and Events at a rate.")
public final class ConnectorCommand implements Callable<Integer> {
  private static final Path PLUGINS = Path.of("event-source-connector", "target", "plugin");
  private static final Pattern SENT = Pattern.compile("\\(sent (\\d+)\\)");
  private static final Duration POLL = Duration.ofMillis(100);

  private final HttpClient http = HttpClient.newHttpClient();
  private final List<Integer> latencies = new ArrayList<>();

  @Option(names = "--pods", defaultValue = "100000", description = "that the first list has")
  private int pods;

  @Option(names = "--rate", defaultValue = "1000", description = "of Events, per second")
  private int rate;

  @Option(names = "--minutes", defaultValue = "5", description = "of Events")
  private int minutes;

  @Option(names = "--heap", defaultValue = "256", description = "of the worker, MiB")
  private int heap;

  @Override
  public Integer call() throws Exception {
    Path directory = Files.createTempDirectory("kspan-connector");
    try (EmbeddedBroker broker = EmbeddedBroker.start(directory.resolve("broker"));
        JavaProcess server = startServer(directory)) {
      String bootstrapServers = broker.bootstrapServers();
      try (Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrapServers))) {
        admin
            .createTopics(
                Stream.of("k8s.objects", "k8s.events")
                    .map(topic -> new NewTopic(topic, 4, (short) 1))
                    .toList())
            .all()
            .get();
      }
      Awaitility.await().until(() -> server.output().endsWith("\n"));
      String url = server.output().strip();
      try (WorkerProcess worker =
              new WorkerProcess(
                      classPathWithoutConnector(),
                      "costs",
                      directory.resolve("worker"),
                      bootstrapServers,
                      PLUGINS,
                      "-Xmx" + heap + "m")
                  .awaitStarted();
          WorkerGauge gauge = new WorkerGauge(worker.process())) {
        System.out.println("| | |\n|---|---|");
        row(
            "worker, idle",
            gauge.liveMegabytes() + " MiB live heap of " + gauge.maxHeapMegabytes());
        list(bootstrapServers, worker, gauge, url);
        watch(bootstrapServers, gauge, url);
        check(!worker.log().contains("OutOfMemoryError"), "the worker ran out of memory");
      }
    }
    return 0;
  }

  /** The libraries beside this jar; the worker takes the connector from its plugin folder. */
  private static String classPathWithoutConnector() {
    File[] libraries =
        new File(System.getProperty("java.class.path"))
            .getAbsoluteFile()
            .toPath()
            .resolveSibling("lib")
            .toFile()
            .listFiles(file -> !file.getName().matches("(event-source-connector|kubernetes-).*"));
    return Arrays.stream(libraries)
        .map(File::getPath)
        .collect(Collectors.joining(File.pathSeparator));
  }

  private static KafkaConsumer<byte[], byte[]> consumer(String bootstrapServers, String topic) {
    KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(
            Map.of(
                "bootstrap.servers",
                bootstrapServers,
                "group.id",
                topic,
                "auto.offset.reset",
                "earliest"),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer());
    consumer.subscribe(List.of(topic));
    return consumer;
  }

  private static void check(boolean holds, String otherwise) {
    if (!holds) {
      throw new IllegalStateException(otherwise);
    }
  }

  private void list(String bootstrapServers, WorkerProcess worker, WorkerGauge gauge, String url)
      throws Exception {
    long received = 0;
    try (KafkaConsumer<byte[], byte[]> consumer = consumer(bootstrapServers, "k8s.objects")) {
      Duration cpuBefore = gauge.cpu();
      long begun = System.nanoTime();
      check(
          worker.put("/connectors/c/config", config(url)).status() == 201,
          "the worker refuses the connector");
      boolean listed = false;
      while (!listed || received < pods) {
        for (ConsumerRecord<byte[], byte[]> one : consumer.poll(POLL)) {
          if (new String(one.key(), StandardCharsets.UTF_8).equals("c//pods")) {
            listed = true;
          } else {
            received++;
          }
        }
      }
      double seconds = (System.nanoTime() - begun) / 1e9;
      row(
          "list of %,d pods of %,d bytes, the last one in Kafka"
              .formatted(pods, GeneratedObjects.pod(0, 0).length()),
          "%.1f s, %,.0f pods/s, CPU %.1f s"
              .formatted(seconds, pods / seconds, seconds(gauge.cpu().minus(cpuBefore))));
    }
    row("after the list", gauge.liveMegabytes() + " MiB live heap");
    check(received == pods, "received " + received + " pods");
  }

  private void watch(String bootstrapServers, WorkerGauge gauge, String url) throws Exception {
    try (KafkaConsumer<byte[], byte[]> consumer = consumer(bootstrapServers, "k8s.events")) {
      // The marker of the empty list.
      long[] received = {-1};
      get(url + "/load?rate=" + rate);
      for (int minute = 1; minute <= minutes; minute++) {
        Duration cpuBefore = gauge.cpu();
        long receivedBefore = received[0];
        long begun = System.nanoTime();
        latencies.clear();
        while (System.nanoTime() - begun < Duration.ofMinutes(1).toNanos()) {
          receive(consumer, received);
        }
        double elapsed = (System.nanoTime() - begun) / 1e9;
        row(
            "%,d Events/s, minute %d".formatted(rate, minute),
            "%,.0f/s delivered, %d ms median and %d ms 99th percentile from the API server's socket to a consumer, CPU %.1f %% of a core, %d MiB live heap"
                .formatted(
                    (received[0] - receivedBefore) / elapsed,
                    latency(0.5),
                    latency(0.99),
                    100 * seconds(gauge.cpu().minus(cpuBefore)) / elapsed,
                    gauge.liveMegabytes()));
      }
      get(url + "/load?rate=0");
      Awaitility.await()
          .atMost(Duration.ofMinutes(1))
          .until(
              () -> {
                receive(consumer, received);
                return received[0] >= Long.parseLong(get(url + "/load"));
              });
      row("Events sent and delivered", get(url + "/load") + " and " + received[0]);
    }
  }

  private void receive(KafkaConsumer<byte[], byte[]> consumer, long[] received) {
    for (ConsumerRecord<byte[], byte[]> one : consumer.poll(POLL)) {
      received[0]++;
      Matcher sent = SENT.matcher(new String(one.value(), StandardCharsets.UTF_8));
      if (sent.find()) {
        latencies.add((int) (System.currentTimeMillis() - Long.parseLong(sent.group(1))));
      }
    }
  }

  private int latency(double quantile) {
    int[] sorted = latencies.stream().mapToInt(Integer::intValue).sorted().toArray();
    return sorted[(int) (quantile * (sorted.length - 1))];
  }

  private static double seconds(Duration duration) {
    return duration.toMillis() / 1e3;
  }

  private static void row(String what, String figure) {
    System.out.println("| " + what + " | " + figure + " |");
  }

  private static Map<String, String> config(String url) {
    Map<String, String> config = new HashMap<>();
    config.put("connector.class", "io.kspan.connect.KubernetesEventSourceConnector");
    config.put("tasks.max", "2");
    config.put("key.converter", "org.apache.kafka.connect.storage.StringConverter");
    config.put("value.converter", "org.apache.kafka.connect.storage.StringConverter");
    config.put("cluster.name", "c");
    config.put("kubernetes.url", url);
    config.put("resources", "v1/events,v1/pods");
    return config;
  }

  private JavaProcess startServer(Path directory) {
    return new JavaProcess(
        List.of(),
        System.getProperty("java.class.path"),
        LoadServer.class.getName(),
        List.of(Integer.toString(pods)),
        directory.resolve("server.log"));
  }

  private String get(String url) throws IOException, InterruptedException {
    return http.send(
            HttpRequest.newBuilder(URI.create(url)).GET().build(),
            HttpResponse.BodyHandlers.ofString())
        .body();
  }
}
