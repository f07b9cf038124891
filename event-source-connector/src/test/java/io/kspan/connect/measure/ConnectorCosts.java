package io.kspan.connect.measure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.kspan.connect.worker.Archives;
import io.kspan.testsupport.connect.WorkerProcess;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
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
import java.util.Properties;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.connect.util.clusters.EmbeddedKafkaCluster;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Measures what the connector costs; no test, run it by name. A worker, the API server, and the
 * broker with the measurement have a JVM each. System properties: {@code pods}, {@code rate} (per
 * second), {@code minutes}, {@code heap} (of the worker, MiB).
 */
class ConnectorCosts {
  private static final int PODS = Integer.getInteger("pods", 100_000);
  private static final int RATE = Integer.getInteger("rate", 1_000);
  private static final int MINUTES = Integer.getInteger("minutes", 5);
  private static final int HEAP = Integer.getInteger("heap", 256);
  private static final Pattern SENT = Pattern.compile("\\(sent (\\d+)\\)");
  private static final Duration POLL = Duration.ofMillis(100);

  private final HttpClient http = HttpClient.newHttpClient();
  private final List<String> table = new ArrayList<>();
  private final List<Integer> latencies = new ArrayList<>();

  @TempDir private Path directory;

  @Test
  void measure() throws Exception {
    Properties broker = new Properties();
    broker.put("log.retention.ms", "-1");
    EmbeddedKafkaCluster kafka = new EmbeddedKafkaCluster(1, broker);
    kafka.start();
    Process server = startServer();
    try {
      kafka.createTopic("k8s.objects", 4);
      kafka.createTopic("k8s.events", 4);
      String url = "http://127.0.0.1:" + firstLine(server);
      Path plugins = Archives.unpack(Archives.find("*-plugin.zip"), directory.resolve("plugins"));
      try (WorkerProcess worker =
              new WorkerProcess(
                      WorkerProcess.classPathWithoutConnector(),
                      "costs",
                      directory.resolve("worker"),
                      kafka.bootstrapServers(),
                      plugins,
                      "-Xmx" + HEAP + "m")
                  .awaitStarted();
          WorkerGauge gauge = new WorkerGauge(worker.process())) {
        row(
            "worker, idle",
            gauge.liveMegabytes() + " MiB live heap of " + gauge.maxHeapMegabytes());
        list(kafka, worker, gauge, url);
        watch(kafka, gauge, url);
        assertThat(worker.log()).doesNotContain("OutOfMemoryError");
      }
    } finally {
      server.destroy();
      kafka.stop();
    }
    Files.write(Path.of("target/connector-costs.md"), table);
  }

  private void list(EmbeddedKafkaCluster kafka, WorkerProcess worker, WorkerGauge gauge, String url)
      throws Exception {
    long pods = 0;
    try (KafkaConsumer<byte[], byte[]> consumer =
        kafka.createConsumerAndSubscribeTo(Map.of(), "k8s.objects")) {
      Duration cpuBefore = gauge.cpu();
      long begun = System.nanoTime();
      assertThat(worker.put("/connectors/c/config", config(url)).status()).isEqualTo(201);
      boolean listed = false;
      while (!listed || pods < PODS) {
        for (ConsumerRecord<byte[], byte[]> one : consumer.poll(POLL)) {
          if (new String(one.key(), StandardCharsets.UTF_8).equals("c//pods")) {
            listed = true;
          } else {
            pods++;
          }
        }
      }
      double seconds = (System.nanoTime() - begun) / 1e9;
      row(
          "list of %,d pods of %,d bytes, the last one in Kafka"
              .formatted(PODS, GeneratedObjects.pod(0, 0).length()),
          "%.1f s, %,.0f pods/s, CPU %.1f s"
              .formatted(seconds, PODS / seconds, seconds(gauge.cpu().minus(cpuBefore))));
    }
    row("after the list", gauge.liveMegabytes() + " MiB live heap");
    assertThat(pods).isEqualTo(PODS);
  }

  private void watch(EmbeddedKafkaCluster kafka, WorkerGauge gauge, String url) throws Exception {
    try (KafkaConsumer<byte[], byte[]> consumer =
        kafka.createConsumerAndSubscribeTo(Map.of(), "k8s.events")) {
      // The marker of the empty list.
      long[] received = {-1};
      get(url + "/load?rate=" + RATE);
      for (int minute = 1; minute <= MINUTES; minute++) {
        Duration cpuBefore = gauge.cpu();
        long receivedBefore = received[0];
        long begun = System.nanoTime();
        latencies.clear();
        while (System.nanoTime() - begun < Duration.ofMinutes(1).toNanos()) {
          receive(consumer, received);
        }
        double elapsed = (System.nanoTime() - begun) / 1e9;
        row(
            "%,d Events/s, minute %d".formatted(RATE, minute),
            "%,.0f/s delivered, %d ms median and %d ms 99th percentile from the API server's socket to a consumer, CPU %.1f %% of a core, %d MiB live heap"
                .formatted(
                    (received[0] - receivedBefore) / elapsed,
                    latency(0.5),
                    latency(0.99),
                    100 * seconds(gauge.cpu().minus(cpuBefore)) / elapsed,
                    gauge.liveMegabytes()));
      }
      get(url + "/load?rate=0");
      await()
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

  private void row(String what, String figure) {
    String row = "| " + what + " | " + figure + " |";
    System.out.println(row);
    table.add(row);
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

  private static Process startServer() throws IOException {
    return new ProcessBuilder(
            Arrays.asList(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                "target/test-classes",
                LoadServer.class.getName(),
                Integer.toString(PODS)))
        .redirectError(ProcessBuilder.Redirect.INHERIT)
        .start();
  }

  private static String firstLine(Process process) throws IOException {
    // The stream stays open: closing it would break the server's output.
    return new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))
        .readLine();
  }

  private String get(String url) throws IOException, InterruptedException {
    return http.send(
            HttpRequest.newBuilder(URI.create(url)).GET().build(),
            HttpResponse.BodyHandlers.ofString())
        .body();
  }
}
