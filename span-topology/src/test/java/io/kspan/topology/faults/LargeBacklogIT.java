package io.kspan.topology.faults;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;
import io.kspan.testsupport.JavaProcess;
import io.kspan.topology.cli.ExitCode;
import io.kspan.topology.model.FinishedTrace;
import io.kspan.topology.names.Topics;
import io.kspan.topology.otlp.OtlpDecoder;
import io.kspan.topology.otlp.OtlpEncoder;
import io.kspan.topology.otlp.Traces;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Many times the memory of the sink has gathered in the topic while the backend was down. */
class LargeBacklogIT {
  private static final String PREFIX = "large.";
  private static final int RECORDS = 400;
  private static final int BYTES = 500_000;

  private final Map<String, Integer> received = new ConcurrentHashMap<>();
  private final AtomicBoolean up = new AtomicBoolean();

  @TempDir private Path folder;

  @Test
  void shouldExportItInLittleMemory() throws Exception {
    HttpServer backend =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    backend.createContext(
        "/v1/traces",
        exchange -> {
          try (exchange) {
            byte[] body = exchange.getRequestBody().readAllBytes();
            if (up.get()) {
              OtlpDecoder.spans(body)
                  .forEach(span -> received.merge(span.getTraceId().toString(), 1, Integer::sum));
            }
            exchange.sendResponseHeaders(up.get() ? 200 : 503, -1);
          }
        });
    backend.start();
    try (Broker broker = Broker.start()) {
      broker.createTopics(PREFIX);
      fill(broker);
      Map<String, String> settings = new HashMap<>();
      settings.put("bootstrap.servers", broker.address());
      settings.put("topic.prefix", PREFIX);
      settings.put("sink.backoff.max.ms", "1000");
      settings.put("otel.exporter.otlp.protocol", "http/protobuf");
      settings.put(
          "otel.exporter.otlp.endpoint", "http://127.0.0.1:" + backend.getAddress().getPort());
      try (JavaProcess sink = new JavaProcess("sink", settings, folder.resolve("sink.log"))) {
        await()
            .atMost(Broker.PATIENCE)
            .until(() -> !sink.isAlive() || sink.output().contains("Export failed (3 in a row)"));
        up.set(true);
        await().atMost(Broker.PATIENCE).until(() -> !sink.isAlive() || received.size() == RECORDS);
        assertThat(sink.stop().exitCode()).as(sink.output()).isEqualTo(ExitCode.STOPPED);
      }
      assertThat(received).hasSize(RECORDS).allSatisfy((id, times) -> assertThat(times).isOne());
    } finally {
      backend.stop(0);
    }
  }

  /** Compresses well, so that a fetch brings far more than its size on the wire. */
  private static void fill(Broker broker) {
    String topic = Topics.withPrefix(PREFIX).spans();
    OtlpEncoder encoder = new OtlpEncoder();
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", broker.address(), "compression.type", "lz4"),
            new ByteArraySerializer(),
            new ByteArraySerializer())) {
      for (int i = 1; i <= RECORDS; i++) {
        FinishedTrace trace = Traces.trace(i, 1, BYTES);
        byte[] key = trace.traceId().getBytes(UTF_8);
        encoder
            .encode(trace)
            .forEach(request -> producer.send(new ProducerRecord<>(topic, key, request)));
      }
    }
  }
}
