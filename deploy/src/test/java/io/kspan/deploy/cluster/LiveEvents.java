package io.kspan.deploy.cluster;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kspan.testsupport.generate.InputMessage;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Writes what a connector would write of a cluster in which Events happen all the time, on a thread
 * of its own: each Event of a few Deployments happens three times, with a count.
 */
final class LiveEvents implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String CLUSTER = "it";
  private static final String NAMESPACE = "shop";
  private static final int DEPLOYMENTS = 12;
  private static final int COUNTS = 3;
  private static final long EVERY_MILLIS = 50;

  private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
  private final KafkaProducer<byte[], byte[]> producer;
  private final List<String> deployments = new ArrayList<>();
  private final Set<Occurrence> written = new TreeSet<>();
  private final List<Future<RecordMetadata>> sent = new ArrayList<>();
  private int next;
  private ObjectNode event;

  LiveEvents(String bootstrapServers) {
    producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", bootstrapServers),
            new ByteArraySerializer(),
            new ByteArraySerializer());
    for (int i = 0; i < DEPLOYMENTS; i++) {
      deployments.add(UUID.randomUUID().toString());
      deployment(i);
    }
    timer.scheduleAtFixedRate(this::happen, 0, EVERY_MILLIS, TimeUnit.MILLISECONDS);
  }

  private void deployment(int index) {
    ObjectNode object =
        JSON.createObjectNode().put("apiVersion", "apps/v1").put("kind", "Deployment");
    object
        .putObject("metadata")
        .put("namespace", NAMESPACE)
        .put("name", "web-" + index)
        .put("uid", deployments.get(index))
        .put("resourceVersion", "1")
        .put("generation", 1)
        .put("creationTimestamp", now());
    object.putObject("spec").put("replicas", 0);
    object.putObject("status").put("observedGeneration", 1);
    send("k8s.objects", "ADDED", index, object);
  }

  private synchronized void happen() {
    int index = next / COUNTS % DEPLOYMENTS;
    int count = 1 + next % COUNTS;
    next++;
    if (count == 1) {
      event = newEvent(index);
    }
    event.put("count", count).put("lastTimestamp", now());
    written.add(new Occurrence(event.at("/metadata/uid").asText(), count));
    send("k8s.events", count == 1 ? "ADDED" : "MODIFIED", index, event);
  }

  private ObjectNode newEvent(int index) {
    String uid = UUID.randomUUID().toString();
    ObjectNode object = JSON.createObjectNode().put("apiVersion", "v1").put("kind", "Event");
    object
        .putObject("metadata")
        .put("namespace", NAMESPACE)
        .put("name", "web-" + index + "." + uid.substring(0, 8))
        .put("uid", uid)
        .put("creationTimestamp", now());
    object
        .putObject("involvedObject")
        .put("apiVersion", "apps/v1")
        .put("kind", "Deployment")
        .put("namespace", NAMESPACE)
        .put("name", "web-" + index)
        .put("uid", deployments.get(index));
    object.putObject("source").put("component", "kspan-it");
    return object
        .put("type", "Normal")
        .put("reason", "Happened")
        .put("message", "number " + next)
        .put("firstTimestamp", now());
  }

  private void send(String topic, String type, int index, ObjectNode object) {
    ObjectNode envelope = JSON.createObjectNode().put("type", type).put("cluster", CLUSTER);
    envelope.put("observedAt", Instant.now().truncatedTo(ChronoUnit.MICROS).toString());
    envelope.set("object", object);
    String key = InputMessage.key(CLUSTER, NAMESPACE, "apps/v1", "Deployment", "web-" + index);
    sent.add(
        producer.send(
            new ProducerRecord<>(topic, key.getBytes(UTF_8), envelope.toString().getBytes(UTF_8))));
  }

  private static String now() {
    return Instant.now().truncatedTo(ChronoUnit.SECONDS).toString();
  }

  synchronized int count() {
    return written.size();
  }

  /** Ends; returns what has happened, all of it in Kafka. */
  Set<Occurrence> stop() throws InterruptedException, ExecutionException {
    timer.shutdown();
    if (!timer.awaitTermination(1, TimeUnit.MINUTES)) {
      throw new AssertionError("the last Event cannot be written");
    }
    synchronized (this) {
      for (Future<RecordMetadata> one : sent) {
        one.get();
      }
      return written;
    }
  }

  @Override
  public void close() {
    timer.shutdownNow();
    producer.close();
  }
}
