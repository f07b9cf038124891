package io.kspan.quickstart.connect;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.TimeUnit;

/**
 * One of several Connect workers of a group, in a JVM of its own, so that it can be killed. One
 * thread only.
 */
public final class WorkerProcess implements AutoCloseable {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration REQUEST = Duration.ofSeconds(20);

  private final HttpClient http = HttpClient.newHttpClient();
  private final String address;
  private final Process process;

  /**
   * Starts it; it takes requests some seconds later.
   *
   * @param home for its configuration and what it prints
   */
  public WorkerProcess(String bootstrapServers, Path plugins, Path home) {
    try {
      Files.createDirectories(home);
      address = "127.0.0.1:" + freePort();
      Path config = home.resolve("worker.properties");
      try (var out = Files.newBufferedWriter(config)) {
        settings(bootstrapServers, plugins).store(out, null);
      }
      process =
          new ProcessBuilder(
                  Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                  "-Xmx256m",
                  "-cp",
                  System.getProperty("java.class.path"),
                  "org.apache.kafka.connect.cli.ConnectDistributed",
                  config.toString())
              .redirectErrorStream(true)
              .redirectOutput(home.resolve("worker.out").toFile())
              .start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Properties settings(String bootstrapServers, Path plugins) {
    Properties settings = new Properties();
    settings.put("bootstrap.servers", bootstrapServers);
    settings.put("group.id", "several-workers");
    settings.put("listeners", "http://" + address);
    settings.put("rest.advertised.host.name", "127.0.0.1");
    settings.put("plugin.path", plugins.toAbsolutePath().toString());
    settings.put("plugin.discovery", "service_load");
    String converter = "org.apache.kafka.connect.storage.StringConverter";
    settings.put("key.converter", converter);
    settings.put("value.converter", converter);
    for (String storage : List.of("config", "offset", "status")) {
      settings.put(storage + ".storage.topic", "several-workers-" + storage);
      settings.put(storage + ".storage.replication.factor", "1");
    }
    settings.put("offset.storage.partitions", "1");
    settings.put("status.storage.partitions", "1");
    settings.put("offset.flush.interval.ms", "500");
    // A dead worker is noticed soon, and its tasks are given to the others at once.
    settings.put("session.timeout.ms", "6000");
    settings.put("heartbeat.interval.ms", "1000");
    settings.put("scheduled.rebalance.max.delay.ms", "0");
    settings.put("topic.creation.enable", "false");
    return settings;
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  /** Host and port, which is also the worker's id in the group. */
  public String address() {
    return address;
  }

  /**
   * One request to its REST interface.
   *
   * @param body null for none
   * @throws IOException unless it succeeds; a worker refuses while its group is rebalanced
   */
  public JsonNode call(String method, String path, Object body)
      throws IOException, InterruptedException {
    HttpRequest.BodyPublisher sent =
        body == null
            ? HttpRequest.BodyPublishers.noBody()
            : HttpRequest.BodyPublishers.ofByteArray(JSON.writeValueAsBytes(body));
    HttpResponse<byte[]> response =
        http.send(
            HttpRequest.newBuilder(URI.create("http://" + address + path))
                .header("Content-Type", "application/json")
                .timeout(REQUEST)
                .method(method, sent)
                .build(),
            HttpResponse.BodyHandlers.ofByteArray());
    if (response.statusCode() / 100 != 2) {
      throw new IOException(
          response.statusCode() + " " + new String(response.body(), StandardCharsets.UTF_8));
    }
    return JSON.readTree(response.body());
  }

  /** SIGKILL: the worker has no time to stop its tasks or to leave its group. */
  public void kill() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }

  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(15, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
