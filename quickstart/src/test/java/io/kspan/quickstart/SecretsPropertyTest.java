package io.kspan.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kspan.connect.record.EnvelopeMapper;
import io.kspan.connect.record.MappedRecord;
import io.kspan.connect.record.Projection;
import io.kspan.connect.record.WatchType;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import org.apache.kafka.streams.test.TestRecord;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.core.LogEvent;
import org.apache.logging.log4j.core.Logger;
import org.apache.logging.log4j.core.appender.AbstractAppender;
import org.apache.logging.log4j.core.config.Configurator;

/**
 * No value of environment, arguments, Secret, ConfigMap, or of an annotation that is not listed
 * reaches a record, a span or a log line: all of them are marked, and every topic is searched.
 */
class SecretsPropertyTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String EVENTS = DrivenTopology.TOPICS.events();
  private static final String OBJECTS = DrivenTopology.TOPICS.objects();
  private static final String MARK = "SECRET";
  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
  private static final List<String> KINDS =
      List.of("Deployment", "StatefulSet", "DaemonSet", "Job", "CronJob", "Rollout", "App", "Pod");

  private final Log log = new Log();

  /** Keeps what is logged. */
  private static final class Log extends AbstractAppender {
    private final List<String> lines = new ArrayList<>();

    Log() {
      super("secrets", null, null, false, new org.apache.logging.log4j.core.config.Property[0]);
      start();
    }

    @Override
    public void append(LogEvent event) {
      lines.add(event.getMessage().getFormattedMessage() + ' ' + event.getThrown());
    }
  }

  /** The connector's mapping, and the topology over one partition without a broker. */
  private static final class Pipeline implements AutoCloseable {
    private final DrivenTopology topology = new DrivenTopology("c", START);
    private final EnvelopeMapper mapper;
    private final Projection projection;

    Pipeline(Projection projection) {
      this.projection = projection;
      mapper =
          new EnvelopeMapper(
              new EnvelopeMapper.Settings("c", EVENTS, OBJECTS, projection, 900_000));
    }

    void pipe(ObjectNode object, Instant receipt) {
      for (MappedRecord mapped : mapper.map(WatchType.MODIFIED, object, receipt)) {
        if (projection != Projection.FULL) {
          assertThat(mapped.toString()).doesNotContain(MARK);
        }
        pipe(mapped.topic(), mapped.value());
      }
    }

    private void pipe(String topic, String value) {
      topology.pipe(topic, value.getBytes(StandardCharsets.UTF_8));
    }

    /** Ends the input; everything in any topic, changelogs included. */
    String written() {
      String end = "{\"type\":\"END\",\"cluster\":\"c\",\"observedAt\":\"" + START + "\"}";
      pipe(EVENTS, end);
      pipe(OBJECTS, end);
      topology.until(topology.now().plusSeconds(10));
      Map<String, List<TestRecord<byte[], byte[]>>> written = topology.written();
      assertThat(written).doesNotContainKey(DrivenTopology.TOPICS.deadLetters());
      StringBuilder text = new StringBuilder();
      for (List<TestRecord<byte[], byte[]>> topic : written.values()) {
        for (TestRecord<byte[], byte[]> one : topic) {
          append(text, one.key());
          append(text, one.value());
          one.headers().forEach(header -> append(text, header.value()));
        }
      }
      return text.toString();
    }

    private static void append(StringBuilder text, byte[] bytes) {
      if (bytes != null) {
        text.append(new String(bytes, StandardCharsets.ISO_8859_1)).append('\n');
      }
    }

    @Override
    public void close() {
      topology.close();
    }
  }

  @Property(tries = 6, shrinking = ShrinkingMode.OFF)
  void shouldNeverPublishAMarkedValue(@ForAll long seed) throws Exception {
    for (Projection projection : Projection.values()) {
      check(projection, new Random(seed));
    }
  }

  private void check(Projection projection, Random random) throws Exception {
    Logger kspan = (Logger) LogManager.getLogger("io.kspan");
    Level level = kspan.getLevel();
    Configurator.setLevel("io.kspan", Level.TRACE);
    kspan.addAppender(log);
    LogManager.getLogger("io.kspan.topology").info("This is searched, too");
    String all;
    try (Pipeline pipeline = new Pipeline(projection)) {
      for (int version = 1; version <= 3; version++) {
        Instant receipt = START.plusSeconds(20L * version);
        pipeline.topology.until(receipt);
        for (String kind : KINDS) {
          pipeline.pipe(object(kind, version, random), receipt);
          pipeline.pipe(event(kind, version), receipt.plusMillis(100));
        }
        pipeline.pipe(data("Secret", random), receipt);
        pipeline.pipe(data("ConfigMap", random), receipt);
      }
      all = pipeline.written();
    } finally {
      kspan.removeAppender(log);
      Configurator.setLevel("io.kspan", level);
    }
    assertThat(all).doesNotContain(MARK);
    assertThat(log.lines).isNotEmpty().noneMatch(line -> line.contains(MARK));
    // It searches where changes are told.
    assertThat(all).contains("Deployment.Update", "kspan.outcome");
    if (projection != Projection.METADATA) {
      assertThat(all).contains("kspan.change.env.main", "kspan.change.command.main", "VARIABLE_0");
    }
  }

  private static String secret(Random random) {
    return MARK + '-' + random.nextInt(1000);
  }

  private static ObjectNode object(String kind, int version, Random random) {
    ObjectNode object = JSON.createObjectNode().put("apiVersion", apiVersion(kind));
    object.put("kind", kind);
    ObjectNode metadata = object.putObject("metadata");
    metadata
        .put("name", kind.toLowerCase(Locale.ROOT))
        .put("namespace", "ns")
        .put("uid", "uid-" + kind)
        .put("generation", version)
        .put("resourceVersion", kind + version)
        .put("creationTimestamp", START.toString());
    metadata.putObject("labels").put("app", "web");
    ObjectNode annotations = metadata.putObject("annotations");
    annotations.put("deployment.kubernetes.io/revision", "" + version);
    annotations.put("kubectl.kubernetes.io/last-applied-configuration", secret(random));
    annotations.put("example.com/token-" + random.nextInt(3), secret(random));
    metadata
        .putArray("managedFields")
        .addObject()
        .put("manager", "kubectl")
        .put("operation", "Update")
        .put("time", START.plusSeconds(20L * version).toString())
        .putObject("fieldsV1")
        .putObject("f:spec");
    spec(object.putObject("spec"), kind, version, random);
    object.putObject("status").put("observedGeneration", version);
    return object;
  }

  private static void spec(ObjectNode spec, String kind, int version, Random random) {
    spec.put("replicas", 1 + random.nextInt(3));
    switch (kind) {
      case "Pod" -> podSpec(spec, version, random);
      case "App" -> {
        podSpec(spec.putObject("template").putObject("spec"), version, random);
        spec.putObject("database").put("password", secret(random));
        spec.putObject("strategy").putObject("canary").putArray("args").add(secret(random));
        spec.putObject("scaleTargetRef").putObject("token").put("a", secret(random));
        spec.putArray("list").addObject().put("name", secret(random));
      }
      case "CronJob" ->
          template(
              spec.putObject("jobTemplate").putObject("spec").putObject("template"),
              version,
              random);
      default -> template(spec.putObject("template"), version, random);
    }
  }

  private static void template(ObjectNode template, int version, Random random) {
    ObjectNode metadata = template.putObject("metadata");
    metadata.putObject("labels").put("app", "web");
    metadata
        .putObject("annotations")
        .put("token", secret(random))
        .put("checksum/c", secret(random));
    podSpec(template.putObject("spec"), version, random);
  }

  private static void podSpec(ObjectNode spec, int version, Random random) {
    spec.put("serviceAccountName", "web");
    for (String list : List.of("initContainers", "containers", "ephemeralContainers")) {
      container(spec.putArray(list), list.equals("containers") ? "main" : list, version, random);
    }
    ObjectNode volume = spec.putArray("volumes").addObject().put("name", "v");
    volume.putObject("csi").putObject("volumeAttributes").put("token", secret(random));
    volume.putObject("downwardAPI").putArray("items").add(secret(random));
    spec.putArray("hostAliases").addObject().put("ip", secret(random));
  }

  private static void container(ArrayNode list, String name, int version, Random random) {
    ObjectNode container = list.addObject().put("name", name).put("image", "web:" + version);
    ArrayNode variables = container.putArray("env");
    for (int i = 0; i < 1 + random.nextInt(150); i++) {
      variables.addObject().put("name", "VARIABLE_" + i).put("value", secret(random) + version);
    }
    container.putArray("args").add("--token=" + secret(random) + version);
    container.putArray("command").add(secret(random) + version);
    container.putObject("resources").putObject("requests").put("cpu", version);
    container.putObject("livenessProbe").putObject("exec").putArray("command").add(secret(random));
    container
        .putObject("lifecycle")
        .putObject("postStart")
        .putObject("exec")
        .putArray("command")
        .add(secret(random));
  }

  private static ObjectNode data(String kind, Random random) {
    ObjectNode object = JSON.createObjectNode().put("apiVersion", "v1").put("kind", kind);
    object.putObject("metadata").put("name", kind).put("namespace", "ns").put("uid", "uid-" + kind);
    for (String field : List.of("data", "stringData", "binaryData")) {
      object.putObject(field).put("a", secret(random));
    }
    return object;
  }

  private static ObjectNode event(String kind, int version) {
    ObjectNode event = JSON.createObjectNode().put("apiVersion", "v1").put("kind", "Event");
    event
        .putObject("metadata")
        .put("name", kind + version)
        .put("namespace", "ns")
        .put("uid", "event-" + kind + version)
        .putObject("annotations")
        .put("token", MARK);
    event
        .putObject("involvedObject")
        .put("kind", kind)
        .put("apiVersion", apiVersion(kind))
        .put("namespace", "ns")
        .put("name", kind.toLowerCase(Locale.ROOT))
        .put("uid", "uid-" + kind);
    return event
        .put("reason", "Any")
        .put("message", "message")
        .put("type", "Normal")
        .put("eventTime", START.plusSeconds(20L * version).plusMillis(100).toString());
  }

  private static String apiVersion(String kind) {
    return switch (kind) {
      case "Pod" -> "v1";
      case "Job", "CronJob" -> "batch/v1";
      case "Rollout" -> "argoproj.io/v1alpha1";
      case "App" -> "example.com/v1";
      default -> "apps/v1";
    };
  }
}
