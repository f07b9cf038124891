package io.kspan.benchmarks.load;

import io.kspan.topology.export.OtlpSink;
import io.kspan.topology.metrics.Metrics;
import io.kspan.topology.names.Topics;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * Reads the spans twice, each time as a new consumer group: first so that the JVM has compiled it,
 * then measured. Says {@code measured} and {@code through}; ends with its standard input.
 *
 * <p>Arguments: {@code forward} or {@code sink}, bootstrap servers, topic prefix, endpoint, records
 * in the topic.
 */
final class SinkJvm {
  private static final long LOOK_MILLIS = 5;
  private static final int REQUEST_BYTES = 3 * 1024 * 1024;

  private final String bootstrapServers;
  private final String prefix;
  private final String endpoint;
  private final long records;

  private SinkJvm(String bootstrapServers, String prefix, String endpoint, long records) {
    this.bootstrapServers = bootstrapServers;
    this.prefix = prefix;
    this.endpoint = endpoint;
    this.records = records;
  }

  /** Ends with its standard input. */
  public static void main(String[] args) throws IOException, InterruptedException {
    SinkJvm jvm = new SinkJvm(args[1], args[2], args[3], Long.parseLong(args[4]));
    boolean forward = args[0].equals("forward");
    String group = args[0] + "-" + System.nanoTime();
    for (String round : List.of("warm", "measured")) {
      System.out.println(round);
      if (forward) {
        jvm.forward(group + round);
      } else {
        jvm.sink(group + round);
      }
    }
    System.out.println("through");
    // The process is asked for its CPU time before it ends.
    while (System.in.read() >= 0) {
      continue;
    }
  }

  private void sink(String group) throws InterruptedException {
    Map<String, String> settings = new HashMap<>();
    settings.put("bootstrap.servers", bootstrapServers);
    settings.put("topic.prefix", prefix);
    settings.put("sink.group.id", group);
    settings.put("otel.exporter.otlp.endpoint", endpoint);
    settings.put("otel.exporter.otlp.protocol", "http/protobuf");
    try (OtlpSink sink = new OtlpSink(settings, Map.of(), new Metrics())) {
      sink.start();
      while (sink.statistics().records() < records || !sink.caughtUp()) {
        if (sink.failure().isPresent()) {
          throw sink.failure().get();
        }
        Thread.sleep(LOOK_MILLIS);
      }
    }
  }

  /** The least that a forwarder of spans from a topic to a backend has to do. */
  private void forward(String group) throws IOException, InterruptedException {
    HttpClient client = HttpClient.newHttpClient();
    try (KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(consumer(group))) {
      consumer.subscribe(List.of(Topics.withPrefix(prefix).spans()));
      ByteArrayOutputStream request = new ByteArrayOutputStream();
      for (long read = 0; read < records; ) {
        for (ConsumerRecord<byte[], byte[]> record :
            consumer.poll(Duration.ofMillis(LOOK_MILLIS))) {
          read++;
          // One message after the other is one message with all their fields: protobuf's encoding.
          request.writeBytes(record.value());
        }
        if (request.size() >= REQUEST_BYTES || read == records) {
          post(client, request.toByteArray());
          consumer.commitSync();
          request.reset();
        }
      }
    }
  }

  private void post(HttpClient client, byte[] body) throws IOException, InterruptedException {
    client.send(
        HttpRequest.newBuilder(URI.create(endpoint + "/v1/traces"))
            .header("Content-Type", "application/x-protobuf")
            .POST(HttpRequest.BodyPublishers.ofByteArray(body))
            .build(),
        HttpResponse.BodyHandlers.discarding());
  }

  private Map<String, Object> consumer(String group) {
    return Map.of(
        ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
        bootstrapServers,
        ConsumerConfig.GROUP_ID_CONFIG,
        group,
        ConsumerConfig.AUTO_OFFSET_RESET_CONFIG,
        "earliest",
        ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG,
        false,
        ConsumerConfig.ISOLATION_LEVEL_CONFIG,
        "read_committed",
        ConsumerConfig.KEY_DESERIALIZER_CLASS_CONFIG,
        ByteArrayDeserializer.class,
        ConsumerConfig.VALUE_DESERIALIZER_CLASS_CONFIG,
        ByteArrayDeserializer.class);
  }
}
