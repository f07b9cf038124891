package io.kspan.topology;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;
import io.kspan.testsupport.broker.AccessRules;
import io.kspan.testsupport.generate.InputMessage;
import io.kspan.topology.application.SpanTopologyApplication;
import io.kspan.topology.cli.ExitCode;
import io.kspan.topology.cli.Shutdown;
import io.kspan.topology.export.OtlpSink;
import io.kspan.topology.faults.Broker;
import io.kspan.topology.faults.Kafka;
import io.kspan.topology.metrics.Metrics;
import io.kspan.topology.names.Topics;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourceType;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A pipeline that works, and what is said when one link of it does not. Broker, topology and sink
 * are real; the Connect worker is a stand-in that answers as its REST interface is documented, and
 * the backend one that accepts everything.
 */
class DoctorIT {
  private static final String PREFIX = "doctor.";
  private static final int PARTITIONS = 2;
  private static final Duration PATIENCE = Duration.ofMinutes(1);
  private static final long A_WEEK = TimeUnit.DAYS.toMillis(7);
  private static final String UNREACHABLE = "http://127.0.0.1:1";

  @TempDir private static Path folder;
  private static Broker broker;
  private static HttpServer web;
  private static SpanTopologyApplication application;
  private static OtlpSink sink;
  private static final AtomicInteger testSpans = new AtomicInteger();

  private final CommandRun command = new CommandRun();
  private Map<String, String> environment = Map.of();

  @BeforeAll
  static void start() throws Exception {
    broker = Broker.withAuthorizer();
    startWeb();
    createTopics(PREFIX, PARTITIONS, PARTITIONS);
    broker.write(PREFIX, rollouts());
    Map<String, String> settings = topology();
    settings.put("kafka.state.dir", folder.toString());
    application = new SpanTopologyApplication(settings);
    application.start();
    sink = new OtlpSink(sinkSettings(), Map.of(), new Metrics());
    sink.start();
    await().atMost(PATIENCE).until(() -> sink.statistics().exported() > 0 && sink.caughtUp());
  }

  @AfterAll
  static void stop() throws Exception {
    sink.close();
    application.close();
    web.stop(0);
    broker.close();
  }

  @Test
  void shouldFindNothingWrongWithWhatWorks() throws Exception {
    ScheduledExecutorService connector = Executors.newSingleThreadScheduledExecutor();
    try {
      connector.scheduleAtFixedRate(DoctorIT::writeEvent, 0, 50, TimeUnit.MILLISECONDS);
      int spansBefore = testSpans.get();
      int code = doctor(both(), "--wait", "3s", "--connect-url", address("/healthy"));

      assertThat(command.out())
          .contains("Nothing is known to be wrong", " 0 warnings, 0 failed, 0 skipped");
      assertThat(code).isEqualTo(ExitCode.STOPPED);
      assertThat(testSpans.get()).as("test spans").isEqualTo(spansBefore + 1);
    } finally {
      connector.shutdownNow();
    }
  }

  @Test
  void shouldNameMissingTopics() {
    Map<String, String> settings = both("topic.prefix", "missing.");
    assertThat(doctor(settings, "--no-test-span")).isEqualTo(ExitCode.FAILED);
    assertThat(command.out())
        .contains(
            "failed   topics       missing.events, missing.objects, missing.lineage, missing.spans,"
                + " missing.changes, missing.dead-letters do not exist\n         → create what is missing",
            "skipped  input        because missing.events, missing.objects cannot be described");
  }

  @Test
  void shouldNameUnequalPartitions() throws Exception {
    createTopics("unequal.", 2, 3);
    Map<String, String> settings = both("topic.prefix", "unequal.");
    assertThat(doctor(settings, "--no-test-span", "--wait", "0s")).isEqualTo(ExitCode.FAILED);
    assertThat(command.out())
        .contains(
            "unequal.events has 2 partitions, unequal.objects has 3\n         → events and objects",
            "failed   input        unequal.events is empty",
            "failed   lineage      unequal.lineage is empty",
            "warning  spans        unequal.spans is empty")
        .doesNotContain("changelog");
  }

  @Test
  void shouldFindNothingWrongWithUnequalInputsThatAreReKeyed(@TempDir Path state) throws Exception {
    createTopics("rekeyed.", 2, 3);
    broker.write("rekeyed.", rollouts());
    Map<String, String> settings = topology();
    settings.put("topic.prefix", "rekeyed.");
    settings.put("application.id", "rekeyed.topology");
    settings.put("input.rekey", "true");
    Map<String, String> running = new HashMap<>(settings);
    running.put("kafka.state.dir", state.toString());
    try (SpanTopologyApplication rekeying = new SpanTopologyApplication(running)) {
      rekeying.start();
      await()
          .atMost(PATIENCE)
          .untilAsserted(
              () -> {
                doctor(settings, "--no-sink", "--wait", "0s");
                assertThat(command.out()).contains("lineage      all 3 tasks publish", " 0 failed");
              });
    }
    assertThat(command.out())
        .contains("ok       topics       rekeyed.events has 2 partitions, rekeyed.objects has 3");
  }

  @Test
  void shouldNameInternalTopicsOfOtherInputs() throws Exception {
    createTopics("other.", 3, 3);
    Map<String, String> settings = both("topic.prefix", "other.");
    assertThat(doctor(settings, "--no-test-span", "--wait", "0s")).isEqualTo(ExitCode.FAILED);
    assertThat(command.out())
        .contains("-by-root-repartition has 2 partitions, the inputs have 3\n")
        .contains("new application.id");
  }

  @Test
  void shouldNameAllRightsThatAreMissing() throws Exception {
    createTopics("denied.", 1, 1);
    deny(ResourceType.TOPIC, "denied.lineage", AclOperation.WRITE);
    deny(ResourceType.TOPIC, "denied.spans", AclOperation.READ);
    deny(ResourceType.TOPIC, "denied.objects", AclOperation.DESCRIBE);
    deny(ResourceType.GROUP, "denied.sink", AclOperation.DESCRIBE);
    deny(ResourceType.TRANSACTIONAL_ID, "denied.topology-", AclOperation.DESCRIBE);
    Map<String, String> settings =
        both(
            "topic.prefix",
            "denied.",
            "application.id",
            "denied.topology",
            "sink.group.id",
            "denied.sink");
    assertThat(doctor(settings, "--no-test-span", "--wait", "0s")).isEqualTo(ExitCode.FAILED);
    assertThat(command.out())
        .contains(
            "failed   topics       denied.objects may not be described",
            "failed   rights       topic denied.lineage: no right to WRITE",
            "failed   rights       topic denied.spans: no right to READ",
            "failed   rights       group denied.sink: no right to READ, DESCRIBE",
            "failed   rights       no right to DESCRIBE transactional ids",
            "skipped  application  because denied.objects cannot be described");
  }

  @Test
  void shouldNameTheGroupsWithoutMembers() {
    Map<String, String> settings = both("sink.group.id", "unused", "application.id", "unused-too");
    assertThat(doctor(settings, "--no-test-span", "--wait", "0s")).isEqualTo(ExitCode.FAILED);
    assertThat(command.out())
        .contains(
            "failed   sink         group unused has no member",
            "→ start one: span-topology sink",
            "failed   application  group unused-too has no member",
            "→ start one: span-topology run");
  }

  @Test
  void shouldSayWhyTheConnectorFailed() {
    int code =
        doctor(
            both(),
            "--no-test-span",
            "--wait",
            "0s",
            "--connect-url",
            address("/broken", "u:geheim@"));
    assertThat(code).isEqualTo(ExitCode.FAILED);
    assertThat(command.out())
        .contains(
            "events, task 1 is FAILED: org.apache.kafka.connect.errors.ConnectException: 401",
            "curl -X POST '" + address("/broken") + "/connectors/events/restart?")
        .doesNotContain("geheim", "another");
  }

  @Test
  void shouldNameTheBackendThatIsDown() {
    Map<String, String> settings =
        both(
            "otel.exporter.otlp.endpoint",
            UNREACHABLE,
            "otel.exporter.otlp.headers",
            "api-key=geheim");
    assertThat(doctor(settings, "--wait", "0s")).isEqualTo(ExitCode.FAILED);
    assertThat(command.out())
        .contains("failed   otlp         " + UNREACHABLE, "OTEL_EXPORTER_OTLP_ENDPOINT")
        .doesNotContain("geheim");
  }

  @Test
  void shouldLeaveOutTheSinkAndCountWarningsIfAskedTo() {
    Map<String, String> settings =
        both("otel.exporter.otlp.endpoint", UNREACHABLE, "sink.group.id", "unused");
    environment = Map.of("KSPAN_DOCTOR_NO_SINK", "true");
    assertThat(doctor(settings, "--no-sink", "--wait", "0s")).isEqualTo(ExitCode.STOPPED);
    assertThat(doctor(settings, "--wait", "0s")).isEqualTo(ExitCode.STOPPED);
    assertThat(command.out()).contains("skipped  otlp         because of --no-sink");
    // No Event came meanwhile.
    assertThat(doctor(settings, "--no-sink", "--wait", "0s", "--strict"))
        .isEqualTo(ExitCode.FAILED);
  }

  @Test
  void shouldStopWhenTold() {
    Shutdown shutdown = new Shutdown();
    shutdown.request();
    assertThat(doctor(both(), shutdown, "--no-test-span", "--wait", "1h"))
        .isEqualTo(ExitCode.INTERRUPTED);
  }

  private int doctor(Map<String, String> settings, String... options) {
    return doctor(settings, new Shutdown(), options);
  }

  private int doctor(Map<String, String> settings, Shutdown shutdown, String... options) {
    return command.execute(shutdown, environment, CommandRun.line("doctor", settings, options));
  }

  /** What many have in one file, with other values: key, value, key, value ... */
  private static Map<String, String> both(String... others) {
    Map<String, String> settings = topology();
    settings.putAll(sinkSettings());
    for (int i = 0; i < others.length; i += 2) {
      settings.put(others[i], others[i + 1]);
    }
    return settings;
  }

  private static Map<String, String> topology() {
    Map<String, String> settings = new HashMap<>();
    settings.put("bootstrap.servers", broker.address());
    settings.put("topic.prefix", PREFIX);
    settings.put("application.id", PREFIX + "topology");
    settings.put("orphan.window.ms", "0");
    settings.put("idle.grace.ms", "0");
    return settings;
  }

  private static Map<String, String> sinkSettings() {
    return Map.of(
        "bootstrap.servers",
        broker.address(),
        "topic.prefix",
        PREFIX,
        "sink.group.id",
        PREFIX + "sink",
        "otel.exporter.otlp.endpoint",
        address(""),
        "otel.exporter.otlp.protocol",
        "http/protobuf");
  }

  private static void createTopics(String prefix, int events, int objects) throws Exception {
    Topics topics = Topics.withPrefix(prefix);
    broker.createTopics(prefix, events, objects, 1);
    broker.configure(topics.lineage(), "cleanup.policy", "compact");
    broker.configure(topics.changes(), "cleanup.policy", "compact");
    broker.configure(topics.objects(), "cleanup.policy", "compact,delete");
    broker.configure(topics.objects(), "retention.ms", Long.toString(2 * A_WEEK));
    broker.configure(topics.objects(), "min.compaction.lag.ms", Long.toString(A_WEEK));
  }

  /** Long enough ago to be over. */
  private static List<InputMessage> rollouts() {
    return Kafka.rollouts(1, Instant.now().minusSeconds(600), 4, 2);
  }

  private static void deny(ResourceType type, String prefix, AclOperation operation)
      throws Exception {
    AccessRules.deny(broker.admin(), type, prefix, PatternType.PREFIXED, operation);
  }

  /** Another probe of another pod that fails. */
  private static void writeEvent() {
    Instant now = Instant.now();
    String pod = "probed-" + now.toEpochMilli();
    String object = "{\"kind\":\"Pod\",\"namespace\":\"shop\",\"name\":\"%s\",\"uid\":\"%s\"}";
    String envelope =
        ("{\"type\":\"ADDED\",\"cluster\":\"generated\",\"observedAt\":\"%s\",\"object\":{"
                + "\"kind\":\"Event\",\"apiVersion\":\"v1\","
                + "\"metadata\":{\"name\":\"%s.1\",\"namespace\":\"shop\",\"uid\":\"%s-event\"},"
                + "\"involvedObject\":%s,\"reason\":\"Unhealthy\",\"type\":\"Warning\","
                + "\"message\":\"no\",\"count\":1,\"lastTimestamp\":\"%s\"}}")
            .formatted(now, pod, pod, object.formatted(pod, pod), now);
    String key = InputMessage.key("generated", "shop", "v1", "Pod", pod);
    byte[] json = envelope.getBytes(StandardCharsets.UTF_8);
    broker.write(PREFIX, List.of(new InputMessage(true, key, now.toEpochMilli(), json)));
  }

  private static void startWeb() throws IOException {
    web = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    answer("/healthy/connectors", connectors("RUNNING", ""));
    answer(
        "/healthy/connectors/events/topics",
        "{\"events\":{\"topics\":[\"doctor.events\",\"doctor.objects\"]}}");
    answer(
        "/broken/connectors",
        connectors(
            "FAILED",
            "org.apache.kafka.connect.errors.ConnectException: 401\\n\\tat io.kspan.Some.method"));
    answer("/broken/connectors/events/topics", "{\"events\":{\"topics\":[]}}");
    web.createContext(
        "/v1/traces",
        exchange -> {
          String request =
              new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.ISO_8859_1);
          if (request.contains("kspan-doctor")) {
            testSpans.incrementAndGet();
          }
          exchange.sendResponseHeaders(200, -1);
          exchange.close();
        });
    web.start();
  }

  /** As documented for {@code GET /connectors?expand=info&expand=status}. */
  private static String connectors(String secondTask, String trace) {
    return """
        {"another": {"info": {"config": {"connector.class": "FileStreamSource"}},
          "status": {"connector": {"state": "PAUSED"}, "tasks": []}},
         "events": {"info": {"name": "events", "type": "source",
            "config": {"connector.class": "io.kspan.connect.KubernetesEventSourceConnector",
              "topic.prefix": "doctor.", "kubernetes.token": "geheim"}},
          "status": {"name": "events", "type": "source",
            "connector": {"state": "RUNNING", "worker_id": "w:8083"},
            "tasks": [{"id": 0, "state": "RUNNING", "worker_id": "w:8083"},
              {"id": 1, "state": "%s", "worker_id": "w:8083", "trace": "%s"}]}}}
        """
        .formatted(secondTask, trace);
  }

  private static void answer(String path, String json) {
    web.createContext(
        path,
        exchange -> {
          byte[] body = json.getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(200, body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
  }

  private static String address(String path, String... userInfo) {
    return "http://" + String.join("", userInfo) + "127.0.0.1:" + web.getAddress().getPort() + path;
  }
}
