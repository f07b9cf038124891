package io.kspan.connect.worker;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.apache.kafka.common.config.provider.FileConfigProvider;

/**
 * A distributed Connect worker in a JVM of its own: whatever it knows of the connector, it has from
 * its {@code plugin.path}. One thread only.
 */
public final class WorkerProcess implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final long START_WITHIN_NANOS = TimeUnit.SECONDS.toNanos(90);

  private final HttpClient http = HttpClient.newHttpClient();
  private final Process process;
  private final Path log;
  private final String url;

  /** An answer of the worker's REST interface. */
  public record Answer(int status, JsonNode body) {}

  /**
   * Starts a worker and waits until it answers.
   *
   * @param classPath as for {@code java -cp}
   * @param home for its configuration and log
   */
  public static WorkerProcess start(
      String classPath, Path home, String bootstrapServers, Path pluginPath, String... jvmOptions)
      throws IOException, InterruptedException {
    WorkerProcess worker =
        new WorkerProcess(classPath, home, bootstrapServers, pluginPath, jvmOptions);
    try {
      worker.awaitStarted();
      return worker;
    } catch (IOException | InterruptedException e) {
      worker.close();
      throw e;
    }
  }

  private WorkerProcess(
      String classPath, Path home, String bootstrapServers, Path pluginPath, String... jvmOptions)
      throws IOException {
    Files.createDirectories(home);
    int port = freePort();
    url = "http://127.0.0.1:" + port;
    log = home.resolve("worker.log");
    Path config = home.resolve("worker.properties");
    try (var out = Files.newBufferedWriter(config)) {
      properties(home.getFileName().toString(), port, bootstrapServers, pluginPath)
          .store(out, null);
    }
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(Arrays.asList(jvmOptions));
    command.addAll(List.of("-cp", classPath, "org.apache.kafka.connect.cli.ConnectDistributed"));
    command.add(config.toString());
    process =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile()).start();
  }

  private static Properties properties(
      String group, int port, String bootstrapServers, Path pluginPath) {
    Properties properties = new Properties();
    properties.put("bootstrap.servers", bootstrapServers);
    properties.put("group.id", group);
    properties.put("listeners", "http://127.0.0.1:" + port);
    properties.put("plugin.path", pluginPath.toAbsolutePath().toString());
    properties.put("plugin.discovery", "service_load");
    properties.put("key.converter", "org.apache.kafka.connect.json.JsonConverter");
    properties.put("value.converter", "org.apache.kafka.connect.json.JsonConverter");
    properties.put("offset.flush.interval.ms", "500");
    properties.put("config.providers", "file");
    properties.put("config.providers.file.class", FileConfigProvider.class.getName());
    for (String store : List.of("config", "offset", "status")) {
      properties.put(store + ".storage.topic", group + '-' + store);
      properties.put(store + ".storage.replication.factor", "1");
    }
    properties.put("offset.storage.partitions", "1");
    properties.put("status.storage.partitions", "1");
    return properties;
  }

  /** The class path of this JVM without the connector and what it brings along. */
  public static String classPathOfNewestWorker() {
    return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
        .filter(entry -> !entry.contains(File.separator + "target" + File.separator))
        .filter(entry -> !entry.contains("fabric8"))
        .collect(Collectors.joining(File.pathSeparator));
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private void awaitStarted() throws IOException, InterruptedException {
    long deadline = System.nanoTime() + START_WITHIN_NANOS;
    while (!answers()) {
      if (!process.isAlive() || System.nanoTime() > deadline) {
        throw new IOException("the worker did not start: " + log());
      }
      TimeUnit.MILLISECONDS.sleep(100);
    }
  }

  private boolean answers() throws InterruptedException {
    try {
      // Not before it has joined its group does a worker take connectors.
      return get("/connectors").status() == 200;
    } catch (IOException e) {
      return false;
    }
  }

  public Answer get(String path) throws IOException, InterruptedException {
    return send(HttpRequest.newBuilder(URI.create(url + path)).GET());
  }

  public Answer put(String path, Object body) throws IOException, InterruptedException {
    return send(
        HttpRequest.newBuilder(URI.create(url + path))
            .header("Content-Type", "application/json")
            .PUT(HttpRequest.BodyPublishers.ofString(JSON.writeValueAsString(body))));
  }

  private Answer send(HttpRequest.Builder request) throws IOException, InterruptedException {
    HttpResponse<String> response =
        http.send(request.build(), HttpResponse.BodyHandlers.ofString());
    return new Answer(response.statusCode(), JSON.readTree(response.body()));
  }

  /** What the worker has logged. */
  public String log() throws IOException {
    return Files.readString(log);
  }

  public ProcessHandle process() {
    return process.toHandle();
  }

  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(10, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
