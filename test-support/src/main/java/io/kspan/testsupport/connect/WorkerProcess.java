package io.kspan.testsupport.connect;

import static java.util.concurrent.TimeUnit.SECONDS;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.kspan.testsupport.JavaProcess;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Properties;
import java.util.stream.Collectors;
import org.apache.kafka.common.config.provider.FileConfigProvider;
import org.awaitility.Awaitility;

/**
 * A distributed Connect worker in a JVM of its own, which loads the connector from its {@code
 * plugin.path} only and can be killed. One thread only.
 */
public final class WorkerProcess implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration START = Duration.ofSeconds(90);
  private static final Duration REQUEST = Duration.ofSeconds(20);
  private static final long STOP_SECONDS = 15;

  private final HttpClient http = HttpClient.newHttpClient();
  private final JavaProcess process;
  private final String address;

  /** An answer of the worker's REST interface. */
  public record Answer(int status, JsonNode body) {}

  /**
   * Starts a worker; it takes requests some seconds later, see {@link #awaitStarted}.
   *
   * @param group of workers, also the prefix of their internal topics
   * @param home for its configuration and log
   */
  public WorkerProcess(
      String classPath,
      String group,
      Path home,
      String bootstrapServers,
      Path pluginPath,
      String... jvmOptions) {
    try {
      Files.createDirectories(home);
      address = "127.0.0.1:" + freePort();
      Path config = home.resolve("worker.properties");
      try (var out = Files.newBufferedWriter(config)) {
        properties(group, bootstrapServers, pluginPath).store(out, null);
      }
      process =
          new JavaProcess(
              List.of(jvmOptions),
              classPath,
              "org.apache.kafka.connect.cli.ConnectDistributed",
              List.of(config.toString()),
              home.resolve("worker.log"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Properties properties(String group, String bootstrapServers, Path pluginPath) {
    Properties properties = new Properties();
    properties.put("bootstrap.servers", bootstrapServers);
    properties.put("group.id", group);
    properties.put("listeners", "http://" + address);
    properties.put("rest.advertised.host.name", "127.0.0.1");
    properties.put("plugin.path", pluginPath.toAbsolutePath().toString());
    properties.put("plugin.discovery", "service_load");
    String converter = "org.apache.kafka.connect.storage.StringConverter";
    properties.put("key.converter", converter);
    properties.put("value.converter", converter);
    properties.put("config.providers", "file");
    properties.put("config.providers.file.class", FileConfigProvider.class.getName());
    for (String storage : List.of("config", "offset", "status")) {
      properties.put(storage + ".storage.topic", group + '-' + storage);
      properties.put(storage + ".storage.replication.factor", "1");
    }
    properties.put("offset.storage.partitions", "1");
    properties.put("status.storage.partitions", "1");
    properties.put("offset.flush.interval.ms", "500");
    // The group notices a dead worker soon, and gives its tasks to the others at once.
    properties.put("session.timeout.ms", "6000");
    properties.put("heartbeat.interval.ms", "1000");
    properties.put("scheduled.rebalance.max.delay.ms", "0");
    return properties;
  }

  /** The class path of this JVM without the connector and what it brings along. */
  public static String classPathWithoutConnector() {
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

  /** Waits until it takes connectors, which it does not before it has joined its group. */
  public WorkerProcess awaitStarted() {
    try {
      Awaitility.await()
          .atMost(START)
          .ignoreExceptionsInstanceOf(IOException.class)
          .until(() -> !process.isAlive() || get("/connectors").status() == 200);
    } finally {
      if (!process.isAlive()) {
        throw new AssertionError("the worker has ended; it has printed:\n" + log());
      }
    }
    return this;
  }

  /** Host and port, which is also the id of the worker in its group. */
  public String address() {
    return address;
  }

  public Answer get(String path) throws IOException, InterruptedException {
    return send("GET", path, null);
  }

  public Answer put(String path, Object body) throws IOException, InterruptedException {
    return send("PUT", path, body);
  }

  /**
   * Sends one request to the REST interface.
   *
   * @param body null for none
   */
  public Answer send(String method, String path, Object body)
      throws IOException, InterruptedException {
    HttpResponse<String> response =
        http.send(
            HttpRequest.newBuilder(URI.create("http://" + address + path))
                .header("Content-Type", "application/json")
                .timeout(REQUEST)
                .method(
                    method,
                    body == null
                        ? BodyPublishers.noBody()
                        : BodyPublishers.ofString(JSON.writeValueAsString(body)))
                .build(),
            HttpResponse.BodyHandlers.ofString());
    return new Answer(response.statusCode(), JSON.readTree(response.body()));
  }

  /** The log of the worker. */
  public String log() {
    return process.output();
  }

  public ProcessHandle process() {
    return process.handle();
  }

  /** Sends SIGKILL: the worker has no time to stop its tasks or to leave its group. */
  public void kill() {
    process.kill();
  }

  @Override
  public void close() {
    process.stop().handle().onExit().completeOnTimeout(null, STOP_SECONDS, SECONDS).join();
    process.close();
  }
}
