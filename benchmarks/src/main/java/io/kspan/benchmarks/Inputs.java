package io.kspan.benchmarks;

import io.kspan.testsupport.generate.InputMessage;
import io.kspan.testsupport.generate.SimulatedCluster;
import io.kspan.topology.config.TopologyConfig;
import io.kspan.topology.explain.OfflineModel;
import io.kspan.topology.model.RootLog;
import java.time.Duration;
import java.time.Instant;
import java.util.Iterator;
import java.util.List;
import java.util.Map;

/** The input of the benchmarks. Stateless. */
public final class Inputs {
  private static final long SEED = 1;
  private static final Instant START = Instant.parse("2026-01-01T10:00:00Z");

  private Inputs() {}

  /** One Deployment of {@code pods} pods, half of them of the ReplicaSet that it was updated to. */
  static Iterator<InputMessage> rollout(int pods) {
    return SimulatedCluster.rollouts(SEED, START, 1, pods, Duration.ZERO);
  }

  /** Everything about {@code trees} such Deployments, as gather has it when all is over. */
  static List<RootLog> rolloutLogs(int trees, int pods) {
    return model(SimulatedCluster.rollouts(SEED, START, trees, pods, Duration.ofSeconds(1)))
        .rootLogs();
  }

  /** The trace model over all of {@code input}, with the default settings. */
  public static OfflineModel model(Iterator<InputMessage> input) {
    TopologyConfig config = new TopologyConfig(Map.of("bootstrap.servers", "unused:9092"));
    OfflineModel model = new OfflineModel(config, config.traceSettings());
    input.forEachRemaining(message -> model.add(message.envelope()));
    return model;
  }
}
