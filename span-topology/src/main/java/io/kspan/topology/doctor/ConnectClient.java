package io.kspan.topology.doctor;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.kspan.topology.waterfall.HumanDuration;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BiPredicate;
import org.apache.kafka.common.config.ConfigException;

/** A client of Connect's REST interface. For one thread. */
final class ConnectClient {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration TIMEOUT = Duration.ofSeconds(10);
  private static final int OK = 200;
  private static final String DEFAULT_PREFIX = "k8s.";

  private final HttpClient client = HttpClient.newHttpClient();
  private final Duration timeout;
  private final String address;
  private final String userInfo;

  record Task(int id, String state, String trace) {}

  /**
   * A connector.
   *
   * @param state such as {@code RUNNING}
   * @param trace first line of why it failed; empty if it has not
   * @param topicPrefix as configured, or the default
   * @param activeTopics the topics it has written to since its last reset; empty if the worker does
   *     not follow that (KIP-558)
   */
  record Connector(
      String name,
      String state,
      String trace,
      List<Task> tasks,
      String topicPrefix,
      Set<String> activeTopics) {}

  /**
   * A client of the worker at {@code url}, which may hold user and password; throws a {@link
   * ConfigException} if it is no URL.
   */
  ConnectClient(String url) {
    this(url, TIMEOUT);
  }

  ConnectClient(String url, Duration timeout) {
    URI uri = parse(url);
    this.timeout = timeout;
    this.userInfo = uri.getUserInfo();
    this.address =
        (uri.getScheme() + "://" + uri.getAuthority().replaceFirst(".*@", "") + uri.getRawPath())
            .replaceFirst("/+$", "");
  }

  private static URI parse(String url) {
    try {
      URI uri = URI.create(url);
      boolean http = "http".equals(uri.getScheme()) || "https".equals(uri.getScheme());
      if (http && uri.getHost() != null) {
        return uri;
      }
    } catch (IllegalArgumentException e) {
      throw notAUrl();
    }
    throw notAUrl();
  }

  /** The value is not repeated: it may hold a password. */
  private static ConfigException notAUrl() {
    return new ConfigException(
        "--connect-url (KSPAN_DOCTOR_CONNECT_URL) is no http or https URL such as http://localhost:8083");
  }

  /** The worker, without user and password. */
  String address() {
    return address;
  }

  /**
   * The connectors of any class that {@code wanted} accepts by name and class, which may be an
   * alias.
   */
  List<Connector> connectors(BiPredicate<String, String> wanted)
      throws IOException, InterruptedException {
    List<Connector> connectors = new ArrayList<>();
    JsonNode all = get("/connectors?expand=info&expand=status");
    for (Map.Entry<String, JsonNode> one : all.properties()) {
      JsonNode config = one.getValue().path("info").path("config");
      if (wanted.test(one.getKey(), config.path("connector.class").asText())) {
        connectors.add(connector(one.getKey(), config, one.getValue().path("status")));
      }
    }
    return connectors;
  }

  private Set<String> activeTopics(String connector) throws InterruptedException {
    Set<String> topics = new HashSet<>();
    try {
      JsonNode answer = get(path(connector) + "/topics");
      answer.path(connector).path("topics").forEach(topic -> topics.add(topic.asText()));
    } catch (IOException e) {
      // The worker does not follow that.
    }
    return topics;
  }

  /** Of a connector at its worker; a name may have any character. */
  static String path(String connector) {
    return "/connectors/"
        + URLEncoder.encode(connector, StandardCharsets.UTF_8).replace("+", "%20");
  }

  private Connector connector(String name, JsonNode config, JsonNode status)
      throws InterruptedException {
    List<Task> tasks = new ArrayList<>();
    for (JsonNode task : status.path("tasks")) {
      tasks.add(new Task(task.path("id").asInt(), task.path("state").asText(), firstLine(task)));
    }
    return new Connector(
        name,
        status.path("connector").path("state").asText(),
        firstLine(status.path("connector")),
        tasks,
        config.path("topic.prefix").asText(DEFAULT_PREFIX),
        activeTopics(name));
  }

  /** Of a stack trace: the exception and its message. */
  private static String firstLine(JsonNode state) {
    return state.path("trace").asText().lines().findFirst().orElse("");
  }

  private JsonNode get(String path) throws IOException, InterruptedException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(address + path)).header("Accept", "application/json");
    if (userInfo != null) {
      request.header(
          "Authorization",
          "Basic " + Base64.getEncoder().encodeToString(userInfo.getBytes(StandardCharsets.UTF_8)));
    }
    HttpResponse<byte[]> response = send(request.build());
    if (response.statusCode() != OK) {
      throw new IOException("HTTP " + response.statusCode());
    }
    return JSON.readTree(response.body());
  }

  /**
   * The timeout of a request ends with the headers of its answer; this one bounds the body, too.
   */
  private HttpResponse<byte[]> send(HttpRequest request) throws IOException, InterruptedException {
    CompletableFuture<HttpResponse<byte[]>> answer =
        client.sendAsync(request, HttpResponse.BodyHandlers.ofByteArray());
    try {
      return answer.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      throw e.getCause() instanceof IOException io ? io : new IOException(e.getCause());
    } catch (TimeoutException e) {
      throw new IOException(
          "no whole answer within " + HumanDuration.ofMillis(timeout.toMillis()), e);
    } finally {
      answer.cancel(true);
    }
  }
}
