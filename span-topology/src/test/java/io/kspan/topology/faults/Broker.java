package io.kspan.topology.faults;

import io.kspan.testsupport.broker.SingleBroker;
import java.util.Map;
import org.apache.kafka.common.test.KafkaClusterTestKit;

/** A broker in this JVM. */
public final class Broker extends Kafka {
  private static final String NO_LIMIT = Long.toString(Long.MAX_VALUE);

  private static Broker shared;

  private final KafkaClusterTestKit cluster;

  private Broker(KafkaClusterTestKit cluster) {
    super(cluster.admin());
    this.cluster = cluster;
  }

  public static Broker start() throws Exception {
    KafkaClusterTestKit cluster =
        SingleBroker.start(
            Map.of(
                "offsets.topic.num.partitions",
                "3",
                "transaction.state.log.num.partitions",
                "3",
                "log.retention.ms",
                "-1",
                "log.message.timestamp.before.max.ms",
                NO_LIMIT,
                "log.message.timestamp.after.max.ms",
                NO_LIMIT));
    return new Broker(cluster);
  }

  /** One that denies what ACLs deny, and only that. */
  public static Broker withAuthorizer() throws Exception {
    return new Broker(SingleBroker.withAuthorizer());
  }

  /**
   * The broker of all tests in this JVM whose topics begin with a prefix of their own; ends with
   * the JVM. Not to be closed.
   */
  public static synchronized Broker shared() throws Exception {
    if (shared == null) {
      shared = start();
      Runtime.getRuntime().addShutdownHook(new Thread(shared::close, "shared-broker"));
    }
    return shared;
  }

  @Override
  public String address() {
    return cluster.bootstrapServers();
  }

  /** The connections break, and nothing listens any more. */
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
