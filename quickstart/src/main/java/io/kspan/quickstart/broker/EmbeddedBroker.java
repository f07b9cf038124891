package io.kspan.quickstart.broker;

import static java.util.Map.entry;

import io.kspan.topology.names.Topics;
import io.kspan.topology.ops.NewTopics;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.storage.Formatter;

/**
 * One Kafka node, both broker and controller, on free ports of the loopback interface. It is the
 * production server from the published jars. Thread-safe. {@link #start} either returns a running
 * broker or throws and leaves nothing running; {@link #close} never throws.
 */
public final class EmbeddedBroker implements AutoCloseable {

  private static final String HOST = "127.0.0.1";
  private static final int NODE_ID = 1;
  private static final int START_ATTEMPTS = 3;

  private static final Map<String, String> SETTINGS =
      Map.ofEntries(
          entry("process.roles", "broker,controller"),
          entry("node.id", Integer.toString(NODE_ID)),
          entry("listener.security.protocol.map", "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT"),
          entry("controller.listener.names", "CONTROLLER"),
          entry("offsets.topic.replication.factor", "1"),
          entry("offsets.topic.num.partitions", "3"),
          entry("transaction.state.log.replication.factor", "1"),
          entry("transaction.state.log.min.isr", "1"),
          entry("transaction.state.log.num.partitions", "3"),
          entry("share.coordinator.state.topic.replication.factor", "1"),
          entry("share.coordinator.state.topic.min.isr", "1"),
          entry("group.initial.rebalance.delay.ms", "0"),
          // A misspelt name must not create a topic.
          entry("auto.create.topics.enable", "false"),
          // Captures are older than any retention, and their stamps may be ahead of this clock.
          entry("log.retention.ms", "-1"),
          entry("log.message.timestamp.before.max.ms", Long.toString(Long.MAX_VALUE)),
          entry("log.message.timestamp.after.max.ms", Long.toString(Long.MAX_VALUE)),
          // One node on a laptop: fewer threads, and no replica to move leaders to at the end.
          entry("num.network.threads", "2"),
          entry("num.io.threads", "4"),
          entry("controlled.shutdown.enable", "false"),
          entry("broker.heartbeat.interval.ms", "500"));

  private final KafkaRaftServer server;
  private final String bootstrapServers;

  private EmbeddedBroker(KafkaRaftServer server, String bootstrapServers) {
    this.server = server;
    this.bootstrapServers = bootstrapServers;
  }

  /**
   * Formats {@code folder} and starts on it; returns when clients can connect.
   *
   * @param folder for the logs of the broker; created if absent
   * @throws IllegalStateException when the broker does not come up
   */
  public static EmbeddedBroker start(Path folder) {
    RuntimeException last = null;
    // A port that was free a moment ago may be taken by the time the broker binds it.
    for (int attempt = 0; attempt < START_ATTEMPTS; attempt++) {
      try {
        return startOnce(folder.resolve("node-" + attempt));
      } catch (Exception e) {
        last = new IllegalStateException("the broker did not start: " + e.getMessage(), e);
      }
    }
    throw last;
  }

  private static EmbeddedBroker startOnce(Path folder) throws Exception {
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
            KafkaConfig.fromProps(settings(folder, brokerPort, controllerPort)), Time.SYSTEM);
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

  private static void format(Path folder) throws Exception {
    new Formatter()
        .setNodeId(NODE_ID)
        .setClusterId(Uuid.randomUuid().toString())
        .addDirectory(folder.toString())
        .setMetadataLogDirectory(folder.toString())
        .setControllerListenerName("CONTROLLER")
        .setPrintStream(
            new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8))
        .run();
  }

  private static Properties settings(Path folder, int brokerPort, int controllerPort) {
    Properties settings = new Properties();
    settings.putAll(SETTINGS);
    settings.put("log.dirs", folder.toString());
    String broker = "PLAINTEXT://" + HOST + ":" + brokerPort;
    settings.put("listeners", broker + ",CONTROLLER://" + HOST + ":" + controllerPort);
    settings.put("advertised.listeners", broker);
    settings.put("controller.quorum.voters", NODE_ID + "@" + HOST + ":" + controllerPort);
    return settings;
  }

  /** The address for clients. */
  public String bootstrapServers() {
    return bootstrapServers;
  }

  /**
   * Creates the topics of a pipeline; returns when every partition can be written.
   *
   * @throws IllegalStateException when the broker refuses
   */
  public void createTopics(Topics topics, int partitions) throws InterruptedException {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrapServers))) {
      NewTopics.create(admin, NewTopics.inputs(topics, partitions));
      NewTopics.create(admin, NewTopics.outputs(topics, partitions));
    }
  }

  @Override
  public void close() {
    server.shutdown();
    server.awaitShutdown();
  }
}
