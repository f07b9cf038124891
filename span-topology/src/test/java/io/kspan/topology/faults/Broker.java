package io.kspan.topology.faults;

import org.apache.kafka.common.test.KafkaClusterTestKit;
import org.apache.kafka.common.test.TestKitNodes;

/** A broker in this JVM. */
final class Broker extends Kafka {
  private static final String NO_LIMIT = Long.toString(Long.MAX_VALUE);

  private final KafkaClusterTestKit cluster;

  private Broker(KafkaClusterTestKit cluster) {
    super(cluster.admin());
    this.cluster = cluster;
  }

  static Broker start() throws Exception {
    KafkaClusterTestKit cluster =
        new KafkaClusterTestKit.Builder(
                new TestKitNodes.Builder()
                    .setCombined(true)
                    .setNumBrokerNodes(1)
                    .setNumControllerNodes(1)
                    .build())
            .setConfigProp("offsets.topic.replication.factor", "1")
            .setConfigProp("offsets.topic.num.partitions", "3")
            .setConfigProp("transaction.state.log.replication.factor", "1")
            .setConfigProp("transaction.state.log.num.partitions", "3")
            .setConfigProp("transaction.state.log.min.isr", "1")
            .setConfigProp("group.initial.rebalance.delay.ms", "0")
            .setConfigProp("log.retention.ms", "-1")
            .setConfigProp("log.message.timestamp.before.max.ms", NO_LIMIT)
            .setConfigProp("log.message.timestamp.after.max.ms", NO_LIMIT)
            .build();
    cluster.format();
    cluster.startup();
    cluster.waitForReadyBrokers();
    return new Broker(cluster);
  }

  @Override
  String address() {
    return cluster.bootstrapServers();
  }

  /** The connections break, and nobody listens any more. */
  void stop() {
    cluster.brokers().values().forEach(broker -> broker.shutdown());
  }

  @Override
  public void close() {
    super.close();
    try {
      cluster.close();
    } catch (Exception e) {
      throw new IllegalStateException("the broker does not stop", e);
    }
  }
}
