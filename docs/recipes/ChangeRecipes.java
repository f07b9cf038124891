import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.Reader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;

/**
 * Hands the records of the changes topic on, each at least once: see docs/changes.md. One file on purpose, to be copied and changed.
 *
 * <pre>java -cp 'lib/*' ChangeRecipes.java grafana|slack|webhook|cdevents URL
 * java -cp 'lib/*:driver.jar' ChangeRecipes.java sql JDBC_URL</pre>
 */
public final class ChangeRecipes {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String FINISHED = "io.kspan.change.finished.0.1.0";
  private static final HttpClient HTTP =
      HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(10)).build();

  /** What is done with one change; a failure ends the program, whose supervisor starts it again. */
  private interface Recipe {
    void accept(JsonNode event) throws Exception;
  }

  public static void main(String[] arguments) throws Exception {
    String what = arguments[0];
    String target = arguments[1];
    try (KafkaConsumer<String, byte[]> consumer = consumer("changes-to-" + what)) {
      consumer.subscribe(List.of(environment("CHANGES_TOPIC", "k8s.changes")));
      Recipe recipe = recipe(what, target);
      while (true) {
        ConsumerRecords<String, byte[]> records = consumer.poll(Duration.ofSeconds(1));
        for (ConsumerRecord<String, byte[]> record : records) {
          Optional<JsonNode> event = read(record);
          if (event.isPresent()) {
            recipe.accept(event.get());
          }
        }
        // Only what was handed on: after a crash it comes again.
        consumer.commitSync();
      }
    }
  }

  private static Recipe recipe(String what, String target) throws SQLException {
    return switch (what) {
      case "grafana" -> event -> finished(event, change -> post(target + "/api/annotations", "application/json", annotation(change)));
      case "slack" -> event -> finished(event, change -> post(target, "application/json", message(change)));
      case "webhook" -> event -> post(target, "application/cloudevents+json", event);
      case "cdevents" -> event -> {
        Optional<JsonNode> mapped = cdEvent(event);
        if (mapped.isPresent()) {
          post(target, "application/cloudevents+json", mapped.get());
        }
      };
      case "sql" -> new Table(DriverManager.getConnection(target))::put;
      default -> throw new IllegalArgumentException(what + " is none of grafana, slack, webhook, cdevents, sql");
    };
  }

  private static void finished(JsonNode event, Recipe recipe) throws Exception {
    if (event.path("type").asText().equals(FINISHED)) {
      recipe.accept(event);
    }
  }

  /** A deployment marker from the start of a change to its end. */
  private static ObjectNode annotation(JsonNode event) {
    JsonNode data = event.path("data");
    ObjectNode annotation = JSON.createObjectNode();
    annotation.put("time", Instant.parse(data.path("start").asText()).toEpochMilli());
    annotation.put("timeEnd", Instant.parse(event.path("time").asText()).toEpochMilli());
    annotation.putArray("tags").add("kspan").add(data.path("cluster").asText()).add(data.path("root").path("namespace").asText()).add(data.path("outcome").asText());
    annotation.put("text", sentence(event));
    return annotation;
  }

  private static ObjectNode message(JsonNode event) {
    return JSON.createObjectNode().put("text", sentence(event));
  }

  /** Such as: Deployment/shop/web failed after 120 s: image.web web:1 -> web:2; BackOff of Pod web-a. Trace 0af7.... */
  private static String sentence(JsonNode event) {
    JsonNode data = event.path("data");
    StringBuilder text = new StringBuilder(event.path("subject").asText());
    text.append(' ').append(data.path("outcome").asText()).append(" after ").append(Math.round(data.path("duration").asDouble())).append(" s");
    String separator = ": ";
    for (var changed : data.path("changed").properties()) {
      text.append(separator).append(changed.getKey()).append(' ').append(changed.getValue().asText());
      separator = ", ";
    }
    JsonNode error = data.path("error");
    if (!error.isMissingNode()) {
      text.append("; ").append(error.path("reason").asText()).append(" of ").append(error.at("/object/kind").asText()).append(' ').append(error.at("/object/name").asText());
    }
    return text.append(". Trace ").append(data.path("traceId").asText()).append('.').toString();
  }

  /** The mapping of docs/changes.md; empty for what CDEvents has no word for. */
  private static Optional<JsonNode> cdEvent(JsonNode event) {
    JsonNode data = event.path("data");
    boolean first = data.path("generation").asLong() <= 1;
    String type =
        switch (data.path("outcome").asText()) {
          case "succeeded" -> first ? "service.deployed.0.2.0" : "service.upgraded.0.2.0";
          case "deleted" -> "service.removed.0.2.0";
          case "failed" -> "incident.detected.0.2.0";
          default -> "";
        };
    if (type.isEmpty()) {
      return Optional.empty();
    }
    String environment = data.path("cluster").asText() + "/" + data.path("root").path("namespace").asText();
    ObjectNode mapped = JSON.createObjectNode();
    ObjectNode context = mapped.putObject("context");
    context.put("version", "0.4.1");
    context.put("id", event.path("id").asText());
    context.put("source", event.path("source").asText());
    context.put("type", "dev.cdevents." + type);
    context.put("timestamp", event.path("time").asText());
    ObjectNode subject = mapped.putObject("subject");
    subject.put("id", event.path("subject").asText());
    subject.put("type", type.substring(0, type.indexOf('.')));
    ObjectNode content = subject.putObject("content");
    content.putObject("environment").put("id", environment);
    if (type.startsWith("incident")) {
      content.put("description", sentence(event));
      content.putObject("service").put("id", event.path("subject").asText());
    } else if (!type.contains("removed")) {
      content.put("artifactId", "pkg:k8s/" + environment + "/" + data.path("root").path("name").asText() + "@" + data.path("generation").asText());
    }
    mapped.set("customData", data);
    mapped.put("customDataContentType", "application/json");
    // CDEvents in a CloudEvent: the binding of its specification.
    ObjectNode cloudEvent = JSON.createObjectNode();
    cloudEvent.put("specversion", "1.0").put("id", event.path("id").asText()).put("source", event.path("source").asText());
    cloudEvent.put("type", "dev.cdevents." + type).put("subject", event.path("subject").asText()).put("time", event.path("time").asText());
    cloudEvent.put("datacontenttype", "application/json").set("data", mapped);
    return Optional.of(cloudEvent);
  }

  private static void post(String url, String contentType, JsonNode body) throws IOException, InterruptedException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(url))
            .timeout(Duration.ofSeconds(30))
            .header("Content-Type", contentType)
            .POST(HttpRequest.BodyPublishers.ofByteArray(JSON.writeValueAsBytes(body)));
    String token = environment("TOKEN", "");
    if (!token.isEmpty()) {
      request.header("Authorization", "Bearer " + token);
    }
    HttpResponse<String> answer = HTTP.send(request.build(), HttpResponse.BodyHandlers.ofString());
    if (answer.statusCode() >= 300) {
      throw new IOException(url + " answers " + answer.statusCode() + ": " + answer.body());
    }
  }

  /** One row a change, which its end completes; to write it again changes nothing. */
  private record Table(Connection database) {
    private static final String COLUMNS =
        "(id VARCHAR(700) PRIMARY KEY, cluster VARCHAR(255), kind VARCHAR(255), namespace VARCHAR(255), name VARCHAR(255),"
            + " generation BIGINT, manager VARCHAR(255), started TIMESTAMP, seconds DOUBLE PRECISION, outcome VARCHAR(20), trace CHAR(32), data TEXT)";

    private Table {
      try (var create = database.createStatement()) {
        create.execute("CREATE TABLE IF NOT EXISTS changes " + COLUMNS);
      } catch (SQLException e) {
        throw new IllegalStateException(e);
      }
    }

    void put(JsonNode event) throws SQLException {
      String id = event.path("id").asText();
      String key = id.substring(0, id.lastIndexOf('/'));
      boolean done = event.path("type").asText().equals(FINISHED);
      String set = "cluster = ?, kind = ?, namespace = ?, name = ?, generation = ?, manager = ?, started = ?, seconds = ?, outcome = ?, trace = ?, data = ? WHERE id = ?";
      // A beginning that comes again must not undo the end.
      if (execute("UPDATE changes SET " + set + (done ? "" : " AND outcome IS NULL"), event, key) == 0 && (done || !exists(key))) {
        execute("INSERT INTO changes (cluster, kind, namespace, name, generation, manager, started, seconds, outcome, trace, data, id) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", event, key);
      }
    }

    private boolean exists(String key) throws SQLException {
      try (PreparedStatement select = database.prepareStatement("SELECT 1 FROM changes WHERE id = ?")) {
        select.setString(1, key);
        return select.executeQuery().next();
      }
    }

    private int execute(String sql, JsonNode event, String key) throws SQLException {
      JsonNode data = event.path("data");
      try (PreparedStatement statement = database.prepareStatement(sql)) {
        statement.setString(1, data.path("cluster").asText());
        statement.setString(2, data.path("root").path("kind").asText());
        statement.setString(3, data.path("root").path("namespace").asText());
        statement.setString(4, data.path("root").path("name").asText());
        statement.setLong(5, data.path("generation").asLong());
        statement.setString(6, data.path("manager").textValue());
        statement.setTimestamp(7, Timestamp.from(Instant.parse(data.path("start").asText())));
        statement.setObject(8, data.has("duration") ? data.path("duration").asDouble() : null);
        statement.setString(9, data.path("outcome").textValue());
        statement.setString(10, data.path("traceId").asText());
        statement.setString(11, data.toString());
        statement.setString(12, key);
        return statement.executeUpdate();
      }
    }
  }

  /** Empty for a change that someone has deleted, and for what is no JSON, which is named and left out. */
  private static Optional<JsonNode> read(ConsumerRecord<String, byte[]> record) {
    try {
      return record.value() == null ? Optional.empty() : Optional.of(JSON.readTree(record.value())).filter(event -> event.has("data"));
    } catch (IOException e) {
      System.err.printf("%s-%d offset %d is no change: %s%n", record.topic(), record.partition(), record.offset(), e.getMessage());
      return Optional.empty();
    }
  }

  private static KafkaConsumer<String, byte[]> consumer(String group) throws IOException {
    Properties settings = new Properties();
    settings.setProperty("bootstrap.servers", environment("BOOTSTRAP_SERVERS", "localhost:9092"));
    settings.setProperty("group.id", group);
    settings.setProperty("auto.offset.reset", "earliest");
    settings.setProperty("enable.auto.commit", "false");
    // What an aborted transaction has written never happened.
    settings.setProperty("isolation.level", "read_committed");
    String file = environment("KAFKA_COMMAND_CONFIG", "");
    if (!file.isEmpty()) {
      try (Reader reader = Files.newBufferedReader(Path.of(file), StandardCharsets.UTF_8)) {
        settings.load(reader);
      }
    }
    return new KafkaConsumer<>(settings, new StringDeserializer(), new ByteArrayDeserializer());
  }

  private static String environment(String name, String otherwise) {
    return System.getenv().getOrDefault(name, otherwise);
  }
}
