package io.kspan.connect.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.apache.kafka.connect.util.clusters.EmbeddedConnectCluster;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Plays a recorded cluster while its API server fails in every known way. All versions that the
 * server still has arrive, no others do, and the connector runs on without an operator.
 */
@Execution(ExecutionMode.CONCURRENT)
class FaultsIT {
  private static final int PARTITIONS = 2;

  /** Growing delays keep requests to a few for each kind; a hot loop makes hundreds a second. */
  private static final int MOST_REQUESTS = 400;

  private static final Map<ApiServerFault, FaultScene> SCENES = new EnumMap<>(ApiServerFault.class);
  @TempDir private static Path tokens;
  private static EmbeddedConnectCluster connect;

  @BeforeAll
  static void startConnectors() {
    connect =
        new EmbeddedConnectCluster.Builder()
            .name("faults-it")
            // Several workers share tasks out anew for minutes, and a task that moves may list once
            // more.
            .numWorkers(1)
            .workerProps(
                new HashMap<>(
                    Map.of(
                        "offset.flush.interval.ms",
                        "500",
                        // A busy machine is not a fault.
                        "session.timeout.ms",
                        "60000")))
            .build();
    connect.start();
    for (ApiServerFault fault : ApiServerFault.values()) {
      SCENES.put(fault, scene(fault.name().toLowerCase(Locale.ROOT)));
    }
    SCENES.forEach(
        (fault, scene) ->
            await()
                .atMost(Duration.ofMinutes(1))
                // A worker refuses while its group is rebalanced.
                .ignoreExceptions()
                .until(
                    () -> {
                      connect.configureConnector(scene.name(), scene.config(fault.config()));
                      return true;
                    }));
  }

  private static FaultScene scene(String name) {
    String events = name + ".events";
    String objects = name + ".objects";
    connect.kafka().createTopic(events, PARTITIONS);
    connect.kafka().createTopic(objects, PARTITIONS);
    return new FaultScene(
        name,
        tokens.resolve(name),
        new TopicLog(connect.kafka().createConsumerAndSubscribeTo(Map.of(), events, objects)));
  }

  @AfterAll
  static void stop() {
    SCENES.values().forEach(FaultScene::close);
    connect.stop();
  }

  @ParameterizedTest(name = "{0}")
  @EnumSource
  void shouldDeliverWhatTheServerHas(ApiServerFault fault) throws InterruptedException {
    FaultScene scene = SCENES.get(fault);
    scene.awaitWatches(1);
    scene.cluster().happenThird();
    scene.awaitDelivered();

    fault.happenTo(scene);
    scene.awaitDelivered();
    scene.cluster().happenThird();
    scene.awaitDelivered();

    assertThat(scene.cluster().isOver()).isTrue();
    assertThat(scene.arrived()).isSubsetOf(scene.cluster().had());
    connect.assertions().assertConnectorAndExactlyNumTasksAreRunning(scene.name(), 2, "at the end");
    assertThat(scene.lists())
        .as("lists of each kind")
        .allMatch(lists -> lists <= 1 + fault.relists())
        .contains(1 + fault.relists());
    assertThat(scene.server().requests(request -> true)).hasSizeLessThan(MOST_REQUESTS);
  }
}
