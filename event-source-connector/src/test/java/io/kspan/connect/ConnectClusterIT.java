package io.kspan.connect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.kspan.apiserver.Request;
import io.kspan.testsupport.apiserver.StubApiServer;
import io.kspan.testsupport.apiserver.StubCollection;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.json.JsonConverter;
import org.apache.kafka.connect.runtime.rest.entities.ConfigInfo;
import org.apache.kafka.connect.runtime.rest.entities.ConfigValueInfo;
import org.apache.kafka.connect.transforms.Filter;
import org.apache.kafka.connect.transforms.MaskField;
import org.apache.kafka.connect.transforms.ReplaceField;
import org.apache.kafka.connect.transforms.predicates.HasHeaderKey;
import org.apache.kafka.connect.util.clusters.EmbeddedConnectCluster;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The connector on a real worker with a real broker. */
class ConnectClusterIT {
  private static final String CLASS = KubernetesEventSourceConnector.class.getName();
  private static final long WAIT_MILLIS = 60_000;

  private static EmbeddedConnectCluster connect;
  private static int connectors;

  /** Connect keeps the offsets of a deleted connector: a name is used once. */
  private final String name = "kubernetes-events-" + connectors++;

  private static final String ABOUT_POD =
      "'involvedObject':{'kind':'Pod','namespace':'n','name':'p'}";

  private final StubApiServer server = new StubApiServer();
  private final StubCollection pods = server.serve("/api/v1/pods", "v1", "Pod");
  private final StubCollection events = server.serve("/api/v1/events", "v1", "Event");

  @BeforeAll
  static void startCluster() {
    connect =
        new EmbeddedConnectCluster.Builder()
            .name("connector-it")
            .numWorkers(1)
            .workerProps(new HashMap<>(Map.of("offset.flush.interval.ms", "500")))
            .build();
    connect.start();
  }

  @AfterAll
  static void stopCluster() {
    connect.stop();
  }

  @AfterEach
  void stopServer() {
    if (connect.connectors().contains(name)) {
      connect.deleteConnector(name);
    }
    server.close();
  }

  @Test
  void shouldDeliverResumeAndStartOverWhenReset() throws Exception {
    pods.put("n", "p1", "'status':{'phase':'Running'}");
    start("a.");

    List<ConsumerRecord<byte[], byte[]>> first = consume(2, "a.objects");
    assertThat(texts(first))
        .anyMatch(
            text ->
                text.startsWith(
                    "c/n/Pod/p1={\"type\":\"ADDED\",\"cluster\":\"c\",\"observedAt\":\""))
        .anyMatch(text -> text.startsWith("c//pods={\"type\":\"LISTED\""));
    for (ConsumerRecord<byte[], byte[]> one : first) {
      assertThat(value(one))
          .contains(Instant.ofEpochMilli(one.timestamp()).toString().substring(0, 19));
    }

    pods.delete("n", "p1");
    events.put("n", "e1", "'involvedObject':{'kind':'Pod','namespace':'n','name':'p2'}");
    assertThat(texts(consume(4, "a.objects"))).contains("c/n/Pod/p1=null");
    assertThat(texts(consume(2, "a.events"))).anyMatch(text -> text.startsWith("c/n/Pod/p2="));

    stopConnector();
    int lists = server.requests(Request::isList).size();
    pods.put("n", "p2", "");
    connect.resumeConnector(name);
    assertThat(texts(consume(5, "a.objects"))).anyMatch(text -> text.startsWith("c/n/Pod/p2="));
    assertThat(server.requests(Request::isList)).as("lists after a restart").hasSize(lists);

    stopConnector();
    connect.resetConnectorOffsets(name);
    connect.resumeConnector(name);
    await()
        .atMost(WAIT_MILLIS, TimeUnit.MILLISECONDS)
        .until(() -> server.requests(Request::isList).size() == lists + 2);
  }

  @Test
  void shouldTakeAnAlteredOffset() throws Exception {
    String before = pods.put("n", "p1", "");
    pods.put("n", "p2", "");
    start("b.");
    consume(3, "b.objects");
    stopConnector();

    connect.alterSourceConnectorOffset(
        name,
        Map.of("cluster", "c", "clusterUid", "cluster-uid", "resource", "v1/pods", "namespace", ""),
        Map.of("version", 1, "state", "watching", "resourceVersion", before));
    connect.resumeConnector(name);

    assertThat(texts(consume(4, "b.objects")))
        .filteredOn(text -> text.startsWith("c/n/Pod/p2="))
        .hasSize(2);
  }

  /**
   * As after a restart of the worker: it loads the connector again and reads the offsets from
   * Kafka.
   */
  @Test
  void shouldResumeOnAnotherWorker() throws Exception {
    pods.put("n", "p1", "");
    start("d.");
    consume(2, "d.objects");
    stopConnector();
    int lists = server.requests(Request::isList).size();
    connect.removeWorker();
    connect.addWorker();
    connect.assertions().assertExactlyNumWorkersAreUp(1, "new worker");

    pods.put("n", "p2", "");
    connect.resumeConnector(name);

    assertThat(texts(consume(3, "d.objects"))).anyMatch(text -> text.startsWith("c/n/Pod/p2="));
    assertThat(server.requests(Request::isList)).hasSize(lists);
  }

  @Test
  void shouldStoreTheBookmarkOfAQuietCluster() throws Exception {
    createTopics("e.");
    connect.kafka().createTopic("e.heartbeats", 1);
    Map<String, String> config = config("e.");
    config.put("resources", "v1/pods");
    config.put("heartbeat.interval.ms", "100");
    connect.configureConnector(name, config);
    consume(1, "e.objects");
    await().until(() -> server.requests(Request::isWatch).size() == 1);
    String bookmark = pods.bookmark();

    await()
        .atMost(WAIT_MILLIS, TimeUnit.MILLISECONDS)
        .until(
            () ->
                connect.connectorOffsets(name).offsets().stream()
                    .anyMatch(one -> bookmark.equals(one.offset().get("resourceVersion"))));
    assertThat(new String(consume(1, "e.heartbeats").get(0).key(), StandardCharsets.UTF_8))
        .isEqualTo("c//pods");
    assertThat(consume(1, "e.objects")).hasSize(1);
  }

  @Test
  void shouldPublishItsMetricsThroughTheWorker() throws Exception {
    start("f.");
    consume(1, "f.objects");

    MBeanServer beans = ManagementFactory.getPlatformMBeanServer();
    Set<ObjectName> names = beans.queryNames(new ObjectName("kafka.connect:*"), null);

    assertThat(names)
        .filteredOn(bean -> name.equals(bean.getKeyProperty("connector")))
        .filteredOn(bean -> "plugins".equals(bean.getKeyProperty("type")))
        .hasSize(2)
        .allSatisfy(bean -> assertThat(beans.getAttribute(bean, "relists-total")).isEqualTo(0L));
  }

  @Test
  void shouldWriteStructsForConvertersWithSchemasAndForTransformations() throws Exception {
    events.put("n", "e", "'reason':'Failed','type':'Warning','message':'no image'," + ABOUT_POD);
    Map<String, String> config = config("s.");
    config.put("value.format", "struct");
    config.put("value.converter", JsonConverter.class.getName());
    config.put("value.converter.schemas.enable", "true");
    config.put("resources", "v1/events");
    config.put("tasks.max", "1");
    // Markers of lists have no reason.
    config.put("predicates", "event");
    config.put("predicates.event.type", HasHeaderKey.class.getName());
    config.put("predicates.event.name", "reason");
    config.put("transforms", "events,fields,mask");
    config.put("transforms.events.type", Filter.class.getName());
    config.put("transforms.events.predicate", "event");
    config.put("transforms.events.negate", "true");
    config.put("transforms.fields.type", ReplaceField.Value.class.getName());
    config.put("transforms.fields.exclude", "scope");
    config.put("transforms.mask.type", MaskField.Value.class.getName());
    config.put("transforms.mask.fields", "cluster");
    createTopics("s.");
    connect.configureConnector(name, config);

    ConsumerRecord<byte[], byte[]> record = consume(1, "s.events").get(0);

    assertThat(record.headers())
        .extracting(one -> one.key() + '=' + new String(one.value(), StandardCharsets.UTF_8))
        .containsExactly("cluster=c", "kind=Pod", "namespace=n", "reason=Failed", "type=Warning");
    Struct envelope = (Struct) jsonConverter().toConnectData("s.events", record.value()).value();
    assertThat(envelope.schema().name()).isEqualTo("io.kspan.connect.EventEnvelope");
    assertThat(envelope.schema().version()).isEqualTo(1);
    assertThat(envelope.schema().field("scope")).isNull();
    assertThat(envelope.getString("cluster")).isEmpty();
    assertThat(envelope.getStruct("object").getString("message")).isEqualTo("no image");
    assertThat(envelope.getStruct("object").getStruct("involvedObject").getString("name"))
        .isEqualTo("p");
  }

  private static JsonConverter jsonConverter() {
    JsonConverter converter = new JsonConverter();
    converter.configure(Map.of("schemas.enable", true), false);
    return converter;
  }

  @Test
  void shouldDealOutTheNamespacesThatASelectorFinds() throws Exception {
    createTopics("g.");
    StubCollection namespaces = server.serve("/api/v1/namespaces", "v1", "Namespace");
    server.serve("/api/v1/namespaces/a/pods", "v1", "Pod");
    server.serve("/api/v1/namespaces/b/pods", "v1", "Pod").put("b", "p", "");
    namespaces.put("", "a", "'metadata':{'labels':{'team':'x'}}");
    Map<String, String> config = config("g.");
    config.put("resources", "v1/pods");
    config.put("namespaces.selector", "team=x");
    config.put("scope.refresh.interval.ms", "200");
    connect.configureConnector(name, config);
    connect.assertions().assertConnectorAndExactlyNumTasksAreRunning(name, 1, "one namespace");
    consume(1, "g.objects");

    namespaces.put("", "b", "'metadata':{'labels':{'team':'x'}}");

    assertThat(texts(consume(3, "g.objects"))).anyMatch(text -> text.startsWith("c/b/Pod/p="));
    connect.assertions().assertConnectorAndExactlyNumTasksAreRunning(name, 2, "two namespaces");
  }

  @Test
  void shouldGoOnAfterAPause() throws Exception {
    start("h.");
    consume(1, "h.objects");
    consume(1, "h.events");
    int lists = server.requests(Request::isList).size();
    connect.pauseConnector(name);
    connect.assertions().assertConnectorAndExactlyNumTasksArePaused(name, 2, "paused");
    pods.put("n", "p", "");
    connect.resumeConnector(name);

    assertThat(texts(consume(2, "h.objects"))).anyMatch(text -> text.startsWith("c/n/Pod/p="));
    assertThat(server.requests(Request::isList)).hasSize(lists);
  }

  @Test
  void shouldShowEveryConfigurationErrorOnItsKeyWithTheRemedy() {
    Map<String, String> config = config("c.");
    config.remove("cluster.name");
    config.put("projection", "everything");
    config.put("resources", "pods");
    config.put("kubernetes.kubeconfig", "/no/such/file");

    config.put("namespaces", "a");
    config.put("namespaces.selector", "team=a");
    config.put("backoff.max.ms", "10");

    Map<String, List<String>> errors =
        connect.validateConnectorConfig(CLASS, config).configs().stream()
            .map(ConfigInfo::configValue)
            .filter(value -> !value.errors().isEmpty())
            .collect(Collectors.toMap(ConfigValueInfo::name, ConfigValueInfo::errors));

    assertThat(errors)
        .containsOnlyKeys(
            "cluster.name",
            "projection",
            "resources",
            "kubernetes.kubeconfig",
            "namespaces.selector",
            "backoff.max.ms");
    assertThat(errors.get("projection").get(0)).contains("safe, full, metadata");
    assertThat(errors.get("resources").get(0)).contains("v1/pods or apps/v1/deployments");
    assertThat(errors.get("kubernetes.kubeconfig").get(0)).contains("remove one of the two");
    assertThat(errors.get("namespaces.selector").get(0)).contains("remove one of the two");
    assertThat(errors.get("backoff.max.ms").get(0)).contains("backoff.initial.ms (50)");
  }

  private void stopConnector() throws InterruptedException {
    connect.stopConnector(name);
    connect.assertions().assertConnectorIsStopped(name, "stopped");
  }

  /** Creates the topics and the connector. */
  private void start(String prefix) throws InterruptedException {
    createTopics(prefix);
    connect.configureConnector(name, config(prefix));
    connect.assertions().assertConnectorAndExactlyNumTasksAreRunning(name, 2, "running");
  }

  private Map<String, String> config(String prefix) {
    Map<String, String> config = new HashMap<>();
    config.put("name", name);
    config.put("connector.class", CLASS);
    config.put("tasks.max", "2");
    config.put("key.converter", "org.apache.kafka.connect.storage.StringConverter");
    config.put("value.converter", "org.apache.kafka.connect.storage.StringConverter");
    config.put("cluster.name", "c");
    config.put("kubernetes.url", server.url());
    config.put("resources", "v1/events,v1/pods");
    config.put("topic.prefix", prefix);
    config.put("backoff.initial.ms", "50");
    return config;
  }

  private static void createTopics(String prefix) {
    connect.kafka().createTopic(prefix + "objects", 1);
    connect.kafka().createTopic(prefix + "events", 1);
  }

  private static List<ConsumerRecord<byte[], byte[]>> consume(int count, String topic) {
    List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
    connect.kafka().consume(count, WAIT_MILLIS, topic).forEach(records::add);
    return records;
  }

  private static List<String> texts(List<ConsumerRecord<byte[], byte[]>> records) {
    return records.stream()
        .map(one -> new String(one.key(), StandardCharsets.UTF_8) + '=' + value(one))
        .toList();
  }

  private static String value(ConsumerRecord<byte[], byte[]> one) {
    return one.value() == null ? "null" : new String(one.value(), StandardCharsets.UTF_8);
  }
}
