package io.kspan.deploy.cluster;

import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.EnvVarBuilder;
import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.client.LocalPortForward;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * One broker in a pod, with the topics of create-topics.sh. Pods reach it by the address of its
 * pod, since not every cluster has names and Service addresses; this JVM through a forwarded port.
 */
final class KafkaInCluster implements AutoCloseable {
  private static final String IMAGE =
      System.getProperty("cluster.kafka.image", "apache/kafka:4.3.1");
  private static final String POD = "kafka";
  private static final int INSIDE = 9092;
  private static final int OUTSIDE = 9094;

  private static final Map<String, String> SETTINGS =
      Map.ofEntries(
          Map.entry("NODE_ID", "1"),
          Map.entry("PROCESS_ROLES", "broker,controller"),
          Map.entry("LISTENERS", "INSIDE://:9092,CONTROLLER://:9093,OUTSIDE://:9094"),
          Map.entry(
              "LISTENER_SECURITY_PROTOCOL_MAP",
              "INSIDE:PLAINTEXT,CONTROLLER:PLAINTEXT,OUTSIDE:PLAINTEXT"),
          Map.entry("INTER_BROKER_LISTENER_NAME", "INSIDE"),
          Map.entry("CONTROLLER_LISTENER_NAMES", "CONTROLLER"),
          Map.entry("CONTROLLER_QUORUM_VOTERS", "1@127.0.0.1:9093"),
          Map.entry("AUTO_CREATE_TOPICS_ENABLE", "false"),
          Map.entry("DEFAULT_REPLICATION_FACTOR", "1"),
          Map.entry("OFFSETS_TOPIC_REPLICATION_FACTOR", "1"),
          Map.entry("OFFSETS_TOPIC_NUM_PARTITIONS", "3"),
          Map.entry("TRANSACTION_STATE_LOG_REPLICATION_FACTOR", "1"),
          Map.entry("TRANSACTION_STATE_LOG_MIN_ISR", "1"),
          Map.entry("TRANSACTION_STATE_LOG_NUM_PARTITIONS", "3"),
          Map.entry("SHARE_COORDINATOR_STATE_TOPIC_REPLICATION_FACTOR", "1"),
          Map.entry("SHARE_COORDINATOR_STATE_TOPIC_MIN_ISR", "1"),
          Map.entry("GROUP_INITIAL_REBALANCE_DELAY_MS", "0"),
          Map.entry("HEAP_OPTS", "-Xmx384m"));

  private final Cluster cluster;
  private final String namespace;
  private final int port;
  private final String address;
  private final LocalPortForward forward;

  /** Returns when the topics are there. */
  KafkaInCluster(Cluster cluster, String namespace, int partitions) {
    this.cluster = cluster;
    this.namespace = namespace;
    port = freePort();
    startBroker();
    String podIp = cluster.awaitReady(namespace, POD).getStatus().getPodIP();
    address = podIp + ":" + INSIDE;
    createTopics(partitions);
    forward =
        cluster
            .client()
            .pods()
            .inNamespace(namespace)
            .withName(POD)
            .portForward(OUTSIDE, InetAddress.getLoopbackAddress(), port);
  }

  /** For pods. */
  String address() {
    return address;
  }

  /** For this JVM. */
  String forwarded() {
    return "127.0.0.1:" + port;
  }

  private void startBroker() {
    List<EnvVar> environment = new ArrayList<>();
    environment.add(
        new EnvVarBuilder()
            .withName("POD_IP")
            .withNewValueFrom()
            .withNewFieldRef()
            .withFieldPath("status.podIP")
            .endFieldRef()
            .endValueFrom()
            .build());
    SETTINGS.forEach((key, value) -> environment.add(new EnvVar("KAFKA_" + key, value, null)));
    String advertised = "INSIDE://$(POD_IP):%d,OUTSIDE://127.0.0.1:%d".formatted(INSIDE, port);
    environment.add(new EnvVar("KAFKA_ADVERTISED_LISTENERS", advertised, null));
    cluster
        .client()
        .resource(
            new PodBuilder()
                .withNewMetadata()
                .withName(POD)
                .endMetadata()
                .withNewSpec()
                // Variables of Services would be taken for settings of the broker.
                .withEnableServiceLinks(false)
                .addNewContainer()
                .withName(POD)
                .withImage(IMAGE)
                .withEnv(environment)
                // Without a share of its own it gets no time on a busy node.
                .withNewResources()
                .addToRequests("cpu", new Quantity("400m"))
                .endResources()
                .withNewReadinessProbe()
                .withNewTcpSocket()
                .withPort(new IntOrString(INSIDE))
                .endTcpSocket()
                .withPeriodSeconds(2)
                .endReadinessProbe()
                .endContainer()
                .endSpec()
                .build())
        .inNamespace(namespace)
        .create();
  }

  private void createTopics(int partitions) {
    String name = "create-topics";
    cluster
        .client()
        .resource(
            new ConfigMapBuilder()
                .withNewMetadata()
                .withName(name)
                .endMetadata()
                .addToData("create-topics.sh", script())
                .build())
        .inNamespace(namespace)
        .create();
    cluster
        .client()
        .resource(
            new PodBuilder()
                .withNewMetadata()
                .withName(name)
                .endMetadata()
                .withNewSpec()
                .withRestartPolicy("Never")
                .withEnableServiceLinks(false)
                .addNewContainer()
                .withName(name)
                .withImage(IMAGE)
                .withCommand("bash", "/scripts/create-topics.sh")
                .withEnv(
                    new EnvVar("BOOTSTRAP_SERVERS", address, null),
                    new EnvVar("PARTITIONS", Integer.toString(partitions), null),
                    new EnvVar("REPLICATION_FACTOR", "1", null))
                .addNewVolumeMount()
                .withName("scripts")
                .withMountPath("/scripts")
                .endVolumeMount()
                .endContainer()
                .addNewVolume()
                .withName("scripts")
                .withNewConfigMap()
                .withName(name)
                .endConfigMap()
                .endVolume()
                .endSpec()
                .build())
        .inNamespace(namespace)
        .create();
    cluster.awaitSucceeded(namespace, name);
  }

  private static String script() {
    try {
      return Files.readString(Path.of("topics/create-topics.sh"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static int freePort() {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    try {
      forward.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
