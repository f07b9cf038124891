package io.kspan.benchmarks;

import io.kspan.testsupport.generate.InputMessage;
import io.kspan.testsupport.generate.SimulatedCluster;
import io.kspan.topology.model.RootLog;
import java.time.Duration;
import java.time.Instant;
import java.util.Iterator;
import java.util.List;

/** What the benchmarks run on. */
final class Inputs {
  private static final long SEED = 1;
  private static final Instant START = Instant.parse("2026-01-01T10:00:00Z");

  private Inputs() {}

  /** One Deployment of {@code pods} pods, half of them of the ReplicaSet that it was updated to. */
  static Iterator<InputMessage> rollout(int pods) {
    return SimulatedCluster.rollouts(SEED, START, 1, pods, Duration.ZERO);
  }

  /** Everything about {@code trees} such Deployments, as gather has it when all is over. */
  static List<RootLog> rolloutLogs(int trees, int pods) {
    return RolloutLogs.of(
        SimulatedCluster.rollouts(SEED, START, trees, pods, Duration.ofSeconds(1)));
  }
}
