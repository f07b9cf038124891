package io.kspan.testsupport.broker;

import java.util.Map;
import org.apache.kafka.common.test.KafkaClusterTestKit;
import org.apache.kafka.common.test.TestKitNodes;
import org.apache.kafka.common.utils.Exit;

/** A broker in this JVM that is a cluster of its own. */
public final class SingleBroker {
  private SingleBroker() {}

  /**
   * Starts it.
   *
   * @param own settings beyond those that a single broker needs
   */
  public static KafkaClusterTestKit start(Map<String, String> own) throws Exception {
    // Kafka's hook deletes the folder of a broker that still runs when the JVM ends. Then the
    // broker halts the JVM, and the build takes that for a crash. Closing deletes the folder, too.
    Exit.setShutdownHookAdder((name, hook) -> {});
    KafkaClusterTestKit.Builder builder =
        new KafkaClusterTestKit.Builder(
                new TestKitNodes.Builder()
                    .setCombined(true)
                    .setNumBrokerNodes(1)
                    .setNumControllerNodes(1)
                    .build())
            .setConfigProp("offsets.topic.replication.factor", "1")
            .setConfigProp("offsets.topic.num.partitions", "1")
            .setConfigProp("transaction.state.log.replication.factor", "1")
            .setConfigProp("transaction.state.log.num.partitions", "1")
            .setConfigProp("transaction.state.log.min.isr", "1")
            .setConfigProp("group.initial.rebalance.delay.ms", "0")
            .setConfigProp("group.streams.initial.rebalance.delay.ms", "0")
            .setConfigProp("group.streams.min.heartbeat.interval.ms", "500")
            .setConfigProp("group.streams.heartbeat.interval.ms", "500");
    own.forEach(builder::setConfigProp);
    KafkaClusterTestKit cluster = builder.build();
    cluster.format();
    cluster.startup();
    cluster.waitForReadyBrokers();
    return cluster;
  }

  /** One that denies what ACLs deny, and only that. */
  public static KafkaClusterTestKit withAuthorizer() throws Exception {
    return start(
        Map.of(
            "authorizer.class.name",
            "org.apache.kafka.metadata.authorizer.StandardAuthorizer",
            "allow.everyone.if.no.acl.found",
            "true"));
  }
}
