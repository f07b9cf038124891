package io.kspan.topology.faults;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.InvalidProtocolBufferException;
import io.kspan.testsupport.generate.InputMessage;
import io.kspan.testsupport.generate.SimulatedCluster;
import io.kspan.topology.application.SpanTopologyApplication;
import io.kspan.topology.names.Topics;
import io.kspan.topology.ops.NewTopics;
import io.kspan.topology.ops.Offsets;
import io.kspan.topology.ops.TopicReader;
import io.kspan.topology.otlp.OtlpDecoder;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.GroupType;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.awaitility.Awaitility;

/** A cluster of brokers, and what tests write to it and read from it. */
public abstract class Kafka implements AutoCloseable {
  public static final int PARTITIONS = 2;
  public static final Duration PATIENCE = Duration.ofMinutes(3);
  private static final Instant START = Instant.parse("2026-11-20T10:00:00Z");

  private final Admin admin;

  Kafka(Admin admin) {
    this.admin = admin;
  }

  public Admin admin() {
    return admin;
  }

  /** For clients that nothing stands between. */
  public abstract String address();

  /** Creates the topics of a pipeline; returns when every partition can be written. */
  public void createTopics(String prefix) throws InterruptedException {
    createTopics(prefix, PARTITIONS);
  }

  public void createTopics(String prefix, int partitions) throws InterruptedException {
    createTopics(prefix, partitions, partitions, 1);
  }

  /** With as many partitions of spans as of {@code events}. */
  public void createTopics(String prefix, int events, int objects, int lineage)
      throws InterruptedException {
    Topics topics = Topics.withPrefix(prefix);
    NewTopics.create(
        admin,
        List.of(
            new NewTopic(topics.events(), events, (short) 1),
            new NewTopic(topics.objects(), objects, (short) 1),
            new NewTopic(topics.lineage(), lineage, (short) 1),
            new NewTopic(topics.spans(), events, (short) 1),
            new NewTopic(topics.changes(), events, (short) 1),
            new NewTopic(topics.logs(), events, (short) 1),
            new NewTopic(topics.deadLetters(), 1, (short) 1)));
  }

  public void configure(String topic, String key, String value)
      throws InterruptedException, ExecutionException {
    configure(ConfigResource.Type.TOPIC, topic, key, value);
  }

  void configureGroup(String group, String key, String value)
      throws InterruptedException, ExecutionException {
    configure(ConfigResource.Type.GROUP, group, key, value);
  }

  /** The members of a group that have a name; none of another group than a classic one. */
  public List<String> staticMembers(String group) throws InterruptedException, ExecutionException {
    GroupType type =
        admin.listGroups().all().get().stream()
            .filter(listed -> listed.groupId().equals(group))
            .flatMap(listed -> listed.type().stream())
            .findFirst()
            .orElseThrow();
    if (type != GroupType.CLASSIC) {
      return List.of();
    }
    return admin.describeClassicGroups(List.of(group)).all().get().get(group).members().stream()
        .flatMap(member -> member.groupInstanceId().stream())
        .sorted()
        .toList();
  }

  private void configure(ConfigResource.Type type, String name, String key, String value)
      throws InterruptedException, ExecutionException {
    admin
        .incrementalAlterConfigs(
            Map.of(
                new ConfigResource(type, name),
                List.of(new AlterConfigOp(new ConfigEntry(key, value), AlterConfigOp.OpType.SET))))
        .all()
        .get();
  }

  /** What the watches of a cluster deliver while so many Deployments are rolled out. */
  public static List<InputMessage> rollouts(int trees, int podsPerTree) {
    return rollouts(1, START, trees, podsPerTree);
  }

  public static List<InputMessage> rollouts(long seed, Instant start, int trees, int podsPerTree) {
    List<InputMessage> messages = new ArrayList<>();
    SimulatedCluster.rollouts(seed, start, trees, podsPerTree, Duration.ofSeconds(1))
        .forEachRemaining(messages::add);
    return messages;
  }

  public void write(String prefix, List<InputMessage> messages) {
    write(prefix, messages.iterator());
  }

  public void write(String prefix, Iterator<InputMessage> messages) {
    Topics topics = Topics.withPrefix(prefix);
    try (KafkaProducer<byte[], byte[]> producer = producer()) {
      messages.forEachRemaining(message -> producer.send(record(topics, message)));
    }
  }

  /** That nothing follows. */
  public void writeEnd(String prefix) {
    writeEnd(prefix, PARTITIONS);
  }

  public void writeEnd(String prefix, int partitions) {
    Topics topics = Topics.withPrefix(prefix);
    writeEnd(topics.events(), 0, partitions);
    writeEnd(topics.objects(), 0, partitions);
  }

  public void writeEnd(String topic, int fromPartition, int toPartition) {
    byte[] end =
        "{\"type\":\"END\",\"cluster\":\"%s\",\"observedAt\":\"%s\"}"
            .formatted(SimulatedCluster.NAME, START)
            .getBytes(UTF_8);
    try (KafkaProducer<byte[], byte[]> producer = producer()) {
      for (int partition = fromPartition; partition < toPartition; partition++) {
        producer.send(new ProducerRecord<>(topic, partition, null, end));
      }
    }
  }

  public void write(String topic, byte[] value) {
    try (KafkaProducer<byte[], byte[]> producer = producer()) {
      producer.send(new ProducerRecord<>(topic, value));
    }
  }

  public boolean isAnswering() throws InterruptedException, ExecutionException {
    return !admin.describeCluster().nodes().get().isEmpty();
  }

  private Offsets offsets() {
    return new Offsets(admin, PATIENCE);
  }

  /** How many records of its inputs a group has committed. */
  public long committed(String group) throws InterruptedException {
    return sum(offsets().committed(group));
  }

  /** How many records the inputs of a pipeline hold. */
  public long written(String prefix) throws InterruptedException, ExecutionException {
    return sum(offsets().ends(inputs(prefix)));
  }

  /** Whether a group has committed all of the inputs. */
  public boolean hasRead(String prefix, String group)
      throws InterruptedException, ExecutionException {
    List<TopicPartition> inputs = inputs(prefix);
    return offsets().committed(group).keySet().containsAll(inputs)
        && sum(offsets().lags(group, inputs)) == 0;
  }

  /** Whether a group has read all records of a topic; the end of a transaction is none. */
  public boolean hasReadAll(String topic, String group) throws InterruptedException {
    Map<TopicPartition, Long> committed = offsets().committed(group);
    return read(topic).stream()
        .allMatch(
            record ->
                record.offset()
                    < committed.getOrDefault(new TopicPartition(topic, record.partition()), 0L));
  }

  private static long sum(Map<TopicPartition, Long> offsets) {
    return offsets.values().stream().mapToLong(Long::longValue).sum();
  }

  private List<TopicPartition> inputs(String prefix)
      throws InterruptedException, ExecutionException {
    Topics topics = Topics.withPrefix(prefix);
    return admin
        .describeTopics(List.of(topics.events(), topics.objects()))
        .allTopicNames()
        .get()
        .values()
        .stream()
        .flatMap(topic -> Offsets.partitions(topic.name(), topic.partitions().size()).stream())
        .toList();
  }

  /** How many members a group has. */
  public int members(String group) throws InterruptedException, ExecutionException {
    return admin.describeConsumerGroups(List.of(group)).all().get().get(group).members().size();
  }

  /** Settings of an instance that decides nothing before the end of its input. */
  public Map<String, String> settings(String prefix, Path folder) {
    Map<String, String> settings = new HashMap<>();
    settings.put("bootstrap.servers", address());
    settings.put("topic.prefix", prefix);
    settings.put("application.id", prefix + "topology");
    settings.put("watermark.lateness.ms", "infinite");
    // An instance that died has not left the group; the next one waits for its session to end.
    settings.put("kafka.session.timeout.ms", "6000");
    settings.put("kafka.heartbeat.interval.ms", "1000");
    settings.put("kafka.state.dir", folder.resolve(prefix + "state").toString());
    return settings;
  }

  /** What an instance that nothing disturbs makes of the input. */
  List<String> undisturbed(String prefix, List<InputMessage> input, Path folder)
      throws InterruptedException {
    createTopics(prefix);
    write(prefix, input);
    writeEnd(prefix);
    return undisturbed(prefix, settings(prefix, folder), PARTITIONS, PATIENCE);
  }

  /** The same of topics that have been written. */
  List<String> undisturbed(
      String prefix, Map<String, String> settings, int partitions, Duration patience) {
    runToEnd(settings, partitions, patience);
    return spans(prefix);
  }

  /** Runs an instance, which must not fail, until it has finished everything. */
  public static SpanTopologyApplication.Progress runToEnd(
      Map<String, String> settings, int partitions, Duration patience) {
    try (SpanTopologyApplication application = new SpanTopologyApplication(settings)) {
      application.start();
      Awaitility.await()
          .atMost(patience)
          .until(
              () ->
                  application.failure().isPresent()
                      || application.progress().drained().size() == partitions);
      assertThat(application.failure()).isEmpty();
      return application.progress();
    }
  }

  private KafkaProducer<byte[], byte[]> producer() {
    return new KafkaProducer<>(
        Map.of("bootstrap.servers", address()),
        new ByteArraySerializer(),
        new ByteArraySerializer());
  }

  private static ProducerRecord<byte[], byte[]> record(Topics topics, InputMessage message) {
    return new ProducerRecord<>(
        message.event() ? topics.events() : topics.objects(),
        null,
        message.receiptMillis(),
        message.key().getBytes(UTF_8),
        message.envelope());
  }

  /** The committed requests by trace, each as often as it is there, short enough to be read. */
  public List<String> spans(String prefix) {
    return read(Topics.withPrefix(prefix).spans()).stream()
        .map(r -> new String(r.key(), UTF_8) + ", sha-256 " + sha256(r.value()))
        .sorted()
        .toList();
  }

  /** The committed changes, each as often as it is there. */
  public List<String> changes(String prefix) {
    return read(Topics.withPrefix(prefix).changes()).stream()
        .map(r -> new String(r.key(), UTF_8) + " " + new String(r.value(), UTF_8))
        .sorted()
        .toList();
  }

  /** The ids of the committed log records, each as often as it is there. */
  public List<String> logs(String prefix) {
    return read(Topics.withPrefix(prefix).logs()).stream()
        .flatMap(record -> OtlpDecoder.logs(record.value()))
        .map(OtlpDecoder::ids)
        .sorted()
        .toList();
  }

  /** The committed requests, ordered by trace; those of one trace keep their order. */
  public List<ExportTraceServiceRequest> requests(String prefix) {
    List<ConsumerRecord<byte[], byte[]>> records =
        new ArrayList<>(read(Topics.withPrefix(prefix).spans()));
    records.sort(Comparator.comparing(record -> new String(record.key(), UTF_8)));
    List<ExportTraceServiceRequest> requests = new ArrayList<>();
    try {
      for (ConsumerRecord<byte[], byte[]> record : records) {
        requests.add(ExportTraceServiceRequest.parseFrom(record.value()));
      }
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException("no OTLP", e);
    }
    return requests;
  }

  private static String sha256(byte[] value) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(value));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  public List<ConsumerRecord<byte[], byte[]>> deadLetters(String prefix) {
    return read(Topics.withPrefix(prefix).deadLetters());
  }

  /** The topics of a pipeline, its internal ones included. */
  public List<String> topics(String prefix) {
    try {
      return admin.listTopics().names().get().stream()
          .filter(topic -> topic.startsWith(prefix))
          .sorted()
          .toList();
    } catch (InterruptedException | ExecutionException e) {
      throw new IllegalStateException(e);
    }
  }

  public List<ConsumerRecord<byte[], byte[]>> read(String topic) {
    List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
    new TopicReader(Map.of("bootstrap.servers", address())).forEach(topic, records::add);
    return records;
  }

  /** Deletes the topics of a pipeline, its internal ones included. */
  public void deleteTopics(String prefix) throws InterruptedException, ExecutionException {
    admin.deleteTopics(topics(prefix)).all().get();
  }

  /** Ends what a broker has lost track of when its disk was full; returns how much there was. */
  int abortHangingTransactions() throws InterruptedException, ExecutionException {
    return new HangingTransactions(admin).abort();
  }

  @Override
  public void close() {
    admin.close(Duration.ZERO);
  }
}
