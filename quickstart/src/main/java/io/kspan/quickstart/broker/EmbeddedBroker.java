package io.kspan.quickstart.broker;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.storage.Formatter;

/**
 * One Kafka node, broker and controller in one, on loopback with ports the system picks: the
 * production server from the published jars, not a test fixture.
 *
 * <p>Thread-safe. {@link #start} either returns a running broker or throws and leaves nothing
 * running; {@link #close} never throws.
 */
public final class EmbeddedBroker implements AutoCloseable {

  private static final String HOST = "127.0.0.1";
  private static final int NODE_ID = 1;
  private static final int START_ATTEMPTS = 3;

  private final KafkaRaftServer server;
  private final String bootstrapServers;

  private EmbeddedBroker(KafkaRaftServer server, String bootstrapServers) {
    this.server = server;
    this.bootstrapServers = bootstrapServers;
  }

  /**
   * Formats {@code folder} and starts on it; returns when clients can connect.
   *
   * @param folder where the broker keeps its logs; made if absent
   * @throws IllegalStateException when the broker does not come up
   */
  public static EmbeddedBroker start(Path folder) {
    RuntimeException last = null;
    // A port that was free a moment ago may be taken by the time the broker binds it.
    for (int attempt = 0; attempt < START_ATTEMPTS; attempt++) {
      try {
        return startOnce(folder.resolve("node-" + attempt));
      } catch (IOException | RuntimeException e) {
        last = new IllegalStateException("the broker did not start: " + e.getMessage(), e);
      }
    }
    throw last;
  }

  private static EmbeddedBroker startOnce(Path folder) throws IOException {
    Files.createDirectories(folder);
    int brokerPort;
    int controllerPort;
    try (ServerSocket broker = freePort();
        ServerSocket controller = freePort()) {
      brokerPort = broker.getLocalPort();
      controllerPort = controller.getLocalPort();
    }
    format(folder);
    KafkaRaftServer server =
        new KafkaRaftServer(
            KafkaConfig.fromProps(asProperties(settings(folder, brokerPort, controllerPort))),
            Time.SYSTEM);
    try {
      server.startup();
    } catch (RuntimeException e) {
      server.shutdown();
      throw e;
    }
    return new EmbeddedBroker(server, HOST + ":" + brokerPort);
  }

  private static ServerSocket freePort() throws IOException {
    return new ServerSocket(0, 1, InetAddress.getByName(HOST));
  }

  private static void format(Path folder) throws IOException {
    try {
      new Formatter()
          .setNodeId(NODE_ID)
          .setClusterId(Uuid.randomUuid().toString())
          .addDirectory(folder.toString())
          .setMetadataLogDirectory(folder.toString())
          .setControllerListenerName("CONTROLLER")
          .setPrintStream(
              new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8))
          .run();
    } catch (IOException | RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IOException("cannot format " + folder, e);
    }
  }

  private static Map<String, String> settings(Path folder, int brokerPort, int controllerPort) {
    Map<String, String> settings = new HashMap<>();
    settings.put("process.roles", "broker,controller");
    settings.put("node.id", Integer.toString(NODE_ID));
    settings.put("log.dirs", folder.toString());
    settings.put(
        "listeners",
        "PLAINTEXT://%s:%d,CONTROLLER://%s:%d".formatted(HOST, brokerPort, HOST, controllerPort));
    settings.put("advertised.listeners", "PLAINTEXT://" + HOST + ":" + brokerPort);
    settings.put("listener.security.protocol.map", "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT");
    settings.put("controller.listener.names", "CONTROLLER");
    settings.put("controller.quorum.voters", NODE_ID + "@" + HOST + ":" + controllerPort);
    settings.put("offsets.topic.replication.factor", "1");
    settings.put("offsets.topic.num.partitions", "3");
    settings.put("transaction.state.log.replication.factor", "1");
    settings.put("transaction.state.log.min.isr", "1");
    settings.put("transaction.state.log.num.partitions", "3");
    settings.put("share.coordinator.state.topic.replication.factor", "1");
    settings.put("share.coordinator.state.topic.min.isr", "1");
    settings.put("group.initial.rebalance.delay.ms", "0");
    // Nothing is created by a typo; Streams and the quickstart create what they need.
    settings.put("auto.create.topics.enable", "false");
    // A capture is older than any sensible retention, and its stamps may lie ahead of this clock.
    settings.put("log.retention.ms", "-1");
    settings.put("log.message.timestamp.before.max.ms", Long.toString(Long.MAX_VALUE));
    settings.put("log.message.timestamp.after.max.ms", Long.toString(Long.MAX_VALUE));
    // One node on a laptop: fewer threads, and no replica to hand leadership to at the end.
    settings.put("num.network.threads", "2");
    settings.put("num.io.threads", "4");
    settings.put("controlled.shutdown.enable", "false");
    settings.put("broker.heartbeat.interval.ms", "500");
    return settings;
  }

  private static java.util.Properties asProperties(Map<String, String> settings) {
    java.util.Properties properties = new java.util.Properties();
    properties.putAll(settings);
    return properties;
  }

  /** What clients connect to. */
  public String bootstrapServers() {
    return bootstrapServers;
  }

  @Override
  public void close() {
    server.shutdown();
    server.awaitShutdown();
  }
}
