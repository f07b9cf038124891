package io.kspan.topology.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.kspan.testsupport.JavaProcess;
import io.kspan.topology.cli.ExitCode;
import io.kspan.topology.names.Topics;
import io.kspan.topology.otlp.OtlpEncoder;
import io.kspan.topology.otlp.Traces;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** SIGTERM, while there is work that cannot be finished, and while there is none. */
class StopIT {
  private static final String PREFIX = "stopped.";
  private static final String GROUP = "sink";

  @TempDir private Path folder;

  @Test
  void shouldEndWithinTheTimeForIt() throws Exception {
    Broker broker = Broker.shared();
    broker.createTopics(PREFIX);
    Map<String, String> exporting =
        Map.of(
            "bootstrap.servers",
            broker.address(),
            "topic.prefix",
            PREFIX,
            "sink.group.id",
            GROUP,
            "otel.exporter.otlp.endpoint",
            "http://127.0.0.1:1");
    new OtlpEncoder()
        .encode(Traces.trace(1, 2, 10))
        .forEach(request -> broker.write(Topics.withPrefix(PREFIX).spans(), request));
    try (JavaProcess sink = new JavaProcess("sink", exporting, folder.resolve("sink.log"));
        JavaProcess run =
            new JavaProcess("run", broker.settings(PREFIX, folder), folder.resolve("run.log"))) {
      await()
          .atMost(Broker.PATIENCE)
          .until(() -> !sink.isAlive() || sink.output().contains("Export failed"));
      await()
          .atMost(Broker.PATIENCE)
          .until(() -> !run.isAlive() || run.output().contains("Started over"));

      assertThat(sink.stop().exitCode()).as(sink.output()).isEqualTo(ExitCode.STOPPED);
      assertThat(run.stop().exitCode()).as(run.output()).isEqualTo(ExitCode.STOPPED);
    }
    assertThat(broker.committed(GROUP)).as("unanswered requests").isZero();
  }
}
