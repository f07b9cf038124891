package io.kspan.topology.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.kspan.topology.application.SpanTopologyApplication;
import io.kspan.topology.cli.ExitCode;
import io.kspan.topology.export.OtlpSink;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The only broker goes away and does not come back. */
class LostBrokerIT {
  @TempDir private Path folder;

  @Test
  void shouldFailWhetherThereIsSomethingToWriteOrNot() throws Exception {
    try (Broker broker = Broker.start()) {
      broker.createTopics("busy.");
      broker.createTopics("idle.");
      try (SpanTopologyApplication busy = start(broker, "busy.");
          SpanTopologyApplication idle = start(broker, "idle.");
          OtlpSink sink = new OtlpSink(sinkSettings(broker))) {
        sink.start();
        broker.write("idle.", Broker.rollouts(1, 2));
        broker.writeEnd("idle.");
        await()
            .atMost(Broker.PATIENCE)
            .until(() -> idle.progress().drained().size() == Broker.PARTITIONS);
        broker.write("busy.", Broker.rollouts(200, 10));
        await().atMost(Broker.PATIENCE).until(() -> busy.progress().objects() > 0);

        broker.stop();

        await().atMost(Broker.PATIENCE).until(() -> busy.failure().isPresent());
        await().atMost(Broker.PATIENCE).until(() -> idle.failure().isPresent());
        assertThat(idle.failure().orElseThrow())
            .hasMessageStartingWith("the brokers have not answered for");
        assertThat(busy.failure().map(ExitCode::of)).contains(ExitCode.FAILED);
        assertThat(idle.failure().map(ExitCode::of)).contains(ExitCode.FAILED);
        assertThat(sink.failure()).as("it has nothing to lose by waiting").isEmpty();
      }
    }
  }

  private static Map<String, String> sinkSettings(Broker broker) {
    return Map.of(
        "bootstrap.servers", broker.address(),
        "topic.prefix", "busy.",
        "shutdown.timeout.ms", "1000",
        "otel.exporter.otlp.endpoint", "http://127.0.0.1:1");
  }

  private SpanTopologyApplication start(Broker broker, String prefix) {
    Map<String, String> settings = broker.settings(prefix, folder);
    settings.put("shutdown.timeout.ms", "100");
    // What is 5 and 2 minutes otherwise.
    settings.put("kafka.task.timeout.ms", "3000");
    settings.put("kafka.producer.delivery.timeout.ms", "2000");
    settings.put("kafka.producer.request.timeout.ms", "1000");
    settings.put("kafka.producer.max.block.ms", "2000");
    SpanTopologyApplication application = new SpanTopologyApplication(settings);
    application.start();
    return application;
  }
}
