package io.kspan.topology.faults;

import io.kspan.testsupport.JavaProcess;
import io.kspan.testsupport.broker.TcpProxy;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.Writer;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.metadata.storage.Formatter;
import org.awaitility.Awaitility;

/** A broker in a JVM of its own, which can be killed, and be reached through a {@link TcpProxy}. */
final class BrokerProcess extends Kafka {
  private static final String HOST = "127.0.0.1";
  private static final int HEAP_MEGABYTES = 1024;

  private final String address;
  private final int securedPort;
  private final TcpProxy proxy;
  private final Path settings;
  private final Path output;
  private JavaProcess process;

  private BrokerProcess(
      String address, int securedPort, TcpProxy proxy, Path settings, Path output) {
    super(Admin.create(Map.of("bootstrap.servers", address)));
    this.address = address;
    this.securedPort = securedPort;
    this.proxy = proxy;
    this.settings = settings;
    this.output = output;
  }

  /**
   * Formats and starts a broker.
   *
   * @param disk for its logs
   * @param folder for its settings and what it prints
   */
  static BrokerProcess start(Path disk, Path folder) throws Exception {
    return start(disk, folder, Map.of());
  }

  /**
   * The same.
   *
   * @param secured settings of a listener for who authenticates himself over TLS, and who may do
   *     what there; none is opened without any
   */
  static BrokerProcess start(Path disk, Path folder, Map<String, String> secured) throws Exception {
    int[] ports = freePorts(4);
    TcpProxy proxy = new TcpProxy(ports[1]);
    Path logs = Files.createDirectories(disk.resolve("logs"));
    format(logs);
    Path file = folder.resolve("server.properties");
    try (Writer writer = Files.newBufferedWriter(file)) {
      Properties settings = settings(logs, ports, proxy.port());
      if (!secured.isEmpty()) {
        String listener = ",SECURED://" + HOST + ":" + ports[3];
        settings.merge("listeners", listener, (a, b) -> a.toString() + b);
        settings.merge("advertised.listeners", listener, (a, b) -> a.toString() + b);
        settings.merge(
            "listener.security.protocol.map", ",SECURED:SASL_SSL", (a, b) -> a.toString() + b);
        settings.putAll(secured);
      }
      settings.store(writer, null);
    }
    BrokerProcess broker =
        new BrokerProcess(
            HOST + ":" + ports[0], ports[3], proxy, file, folder.resolve("broker.log"));
    broker.start();
    return broker;
  }

  private static int[] freePorts(int count) throws IOException {
    int[] ports = new int[count];
    ServerSocket[] sockets = new ServerSocket[count];
    for (int i = 0; i < count; i++) {
      sockets[i] = new ServerSocket(0, 1, InetAddress.getByName(HOST));
      ports[i] = sockets[i].getLocalPort();
    }
    for (ServerSocket socket : sockets) {
      socket.close();
    }
    return ports;
  }

  private static void format(Path logs) throws Exception {
    new Formatter()
        .setNodeId(1)
        .setClusterId(Uuid.randomUuid().toString())
        .addDirectory(logs.toString())
        .setMetadataLogDirectory(logs.toString())
        .setControllerListenerName("CONTROLLER")
        .setPrintStream(
            new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8))
        .run();
  }

  private static Properties settings(Path logs, int[] ports, int proxied) {
    Properties settings = new Properties();
    settings.put("process.roles", "broker,controller");
    settings.put("node.id", "1");
    settings.put("log.dirs", logs.toString());
    settings.put(
        "listeners",
        "DIRECT://%1$s:%2$d,PROXIED://%1$s:%3$d,CONTROLLER://%1$s:%4$d"
            .formatted(HOST, ports[0], ports[1], ports[2]));
    settings.put(
        "advertised.listeners",
        "DIRECT://%1$s:%2$d,PROXIED://%1$s:%3$d".formatted(HOST, ports[0], proxied));
    settings.put(
        "listener.security.protocol.map",
        "DIRECT:PLAINTEXT,PROXIED:PLAINTEXT,CONTROLLER:PLAINTEXT");
    settings.put("inter.broker.listener.name", "DIRECT");
    settings.put("controller.listener.names", "CONTROLLER");
    settings.put("controller.quorum.voters", "1@" + HOST + ":" + ports[2]);
    for (String topic : List.of("offsets.topic", "transaction.state.log")) {
      settings.put(topic + ".replication.factor", "1");
      settings.put(topic + ".num.partitions", "3");
    }
    settings.put("transaction.state.log.min.isr", "1");
    settings.put("group.initial.rebalance.delay.ms", "0");
    settings.put("group.min.session.timeout.ms", "1000");
    settings.put("log.retention.ms", "-1");
    settings.put("log.message.timestamp.before.max.ms", Long.toString(Long.MAX_VALUE));
    settings.put("log.message.timestamp.after.max.ms", Long.toString(Long.MAX_VALUE));
    settings.put("controlled.shutdown.enable", "false");
    return settings;
  }

  @Override
  public String address() {
    return address;
  }

  /** What stands between the broker and the users of {@link #proxiedAddress}. */
  TcpProxy proxy() {
    return proxy;
  }

  String securedAddress() {
    return HOST + ":" + securedPort;
  }

  String proxiedAddress() {
    return HOST + ":" + proxy.port();
  }

  boolean isAlive() {
    return process.isAlive();
  }

  /** Starts it, again on the same logs; returns when it answers. */
  void start() {
    process = new JavaProcess(HEAP_MEGABYTES, "kafka.Kafka", List.of(settings.toString()), output);
    Awaitility.await()
        .atMost(PATIENCE)
        .ignoreExceptions()
        .until(
            () -> {
              assertAlive();
              return isAnswering();
            });
  }

  private void assertAlive() {
    if (!process.isAlive()) {
      throw new AssertionError("the broker has ended; it has printed:\n" + process.output());
    }
  }

  void kill() {
    process.kill();
  }

  @Override
  public void close() {
    super.close();
    process.close();
    proxy.close();
  }
}
