package io.kspan.apiserver;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.HttpURLConnection;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ApiServerTest {

  private static final ObjectMapper JSON = new ObjectMapper();

  private final ApiServer server = new ApiServer();
  private ResourceCollection pods;

  @BeforeEach
  void serve() {
    pods = server.serve(new ResourceType("", "v1", "pods", "Pod", true));
    server.serve(new ResourceType("", "v1", "events", "Event", true));
    server.serve(new ResourceType("", "v1", "namespaces", "Namespace", false));
    server.serve(new ResourceType("apps", "v1", "deployments", "Deployment", true));
    server.serve(new ResourceType("demo.example.com", "v1", "apps", "App", true));
    pods.seed(pod("a", "x", 10));
    pods.seed(pod("a", "y", 11));
    pods.seed(pod("b", "z", 12));
  }

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void shouldDiscover() throws IOException {
    assertThat(get("/version").path("major").asText()).isEqualTo("1");
    assertThat(get("/api").path("versions").get(0).asText()).isEqualTo("v1");
    assertThat(get("/apis").path("groups").findValuesAsText("name"))
        .contains("apps", "demo.example.com");
    assertThat(get("/api/v1").path("resources").findValuesAsText("name"))
        .contains("pods", "events");
    assertThat(get("/apis/demo.example.com/v1").path("resources").get(0).path("kind").asText())
        .isEqualTo("App");
  }

  @Test
  void shouldListLikeARealServer() throws IOException {
    JsonNode list = get("/api/v1/pods");

    assertThat(list.path("kind").asText()).isEqualTo("PodList");
    assertThat(list.path("metadata").path("resourceVersion").asText()).isEqualTo("12");
    assertThat(names(list)).containsExactly("x", "y", "z");
    assertThat(list.path("items").get(0).has("kind")).isFalse();
  }

  @Test
  void shouldListOneNamespace() throws IOException {
    assertThat(names(get("/api/v1/namespaces/b/pods"))).containsExactly("z");
  }

  @Test
  void shouldListInPages() throws IOException {
    JsonNode first = get("/api/v1/pods?limit=2");
    String token = first.path("metadata").path("continue").asText();

    assertThat(names(first)).containsExactly("x", "y");
    assertThat(first.path("metadata").path("remainingItemCount").asInt()).isEqualTo(1);
    JsonNode second = get("/api/v1/pods?limit=2&continue=" + token);
    assertThat(names(second)).containsExactly("z");
    assertThat(second.path("metadata").has("continue")).isFalse();
  }

  @Test
  void shouldServeTheUidOfTheClusterWithoutARecordedOne() throws IOException {
    assertThat(get("/api/v1/namespaces/kube-system").path("metadata").path("uid").asText())
        .isNotEmpty();
    assertThat(names(get("/api/v1/namespaces"))).isEmpty();
  }

  @Test
  void shouldGetOneObject() throws IOException {
    assertThat(get("/api/v1/namespaces/a/pods/x").path("metadata").path("name").asText())
        .isEqualTo("x");
    assertThat(get("/api/v1/namespaces/a/pods/none").path("code").asInt()).isEqualTo(404);
  }

  @Test
  void shouldAnswerUnknownResourcesAndKnownEmptyOnes() throws IOException {
    assertThat(get("/apis/apps/v1/things").path("reason").asText()).isEqualTo("NotFound");
    assertThat(names(get("/apis/apps/v1/deployments"))).isEmpty();
  }

  @Test
  void shouldWatchFromAListOn() throws IOException {
    String version = get("/api/v1/pods").path("metadata").path("resourceVersion").asText();
    pods.apply("MODIFIED", pod("a", "x", 13));
    pods.apply("DELETED", pod("b", "z", 14));

    List<JsonNode> events =
        watch("/api/v1/pods?watch=1&timeoutSeconds=1&resourceVersion=" + version);

    assertThat(events)
        .extracting(event -> event.path("type").asText())
        .containsExactly("MODIFIED", "DELETED");
    assertThat(events.get(0).path("object").path("kind").asText()).isEqualTo("Pod");
    assertThat(names(get("/api/v1/pods"))).containsExactly("x", "y");
  }

  @Test
  void shouldStartAWatchWithoutVersionWithWhatThereIs() throws IOException {
    assertThat(watch("/api/v1/namespaces/a/pods?watch=true&timeoutSeconds=1"))
        .extracting(
            event -> event.path("type").asText() + event.at("/object/metadata/name").asText())
        .containsExactly("ADDEDx", "ADDEDy");
  }

  @Test
  void shouldSendBookmarksWhenAskedButNoneForEvents() throws IOException {
    String query = "?watch=1&timeoutSeconds=1&allowWatchBookmarks=true&resourceVersion=12";

    assertThat(watch("/api/v1/pods" + query))
        .extracting(
            event ->
                event.path("type").asText() + event.at("/object/metadata/resourceVersion").asText())
        .contains("BOOKMARK12");
    assertThat(watch("/api/v1/events" + query)).isEmpty();
  }

  @Test
  void shouldRefusePositionsThatHaveExpired() throws IOException {
    String query = "?watch=1&timeoutSeconds=1&resourceVersion=12";
    pods.compact();

    assertThat(watch("/api/v1/pods" + query).get(0).at("/object/code").asInt()).isEqualTo(410);
    pods.expireWith(ResourceCollection.Expiry.EMPTY_CLOSE);
    assertThat(watch("/api/v1/pods" + query)).isEmpty();
    pods.expireWith(ResourceCollection.Expiry.STATUS);
    assertThat(get("/api/v1/pods" + query).path("code").asInt()).isEqualTo(410);
    assertThat(
            get("/api/v1/pods?resourceVersion=12&resourceVersionMatch=Exact").path("code").asInt())
        .isEqualTo(410);
  }

  /** As StandInComparisonIT found Kubernetes 1.34.4 to say it. */
  @Test
  void shouldRefuseInTheWordsOfARealServer() throws IOException {
    pods.compact();

    assertThat(get("/api/v1/namespaces/a/pods/none"))
        .isEqualTo(failure("pods \"none\" not found", "NotFound", "name=none,kind=pods", 404));
    assertThat(get("/api/v1/nothings"))
        .isEqualTo(
            failure("the server could not find the requested resource", "NotFound", "", 404));
    assertThat(open("/apis/example.com/v1/things").getResponseCode()).isEqualTo(404);
    assertThat(open("/apis/example.com/v1/things").getContentType()).startsWith("text/plain");
    assertThat(get("/api/v1/pods?watch=1&resourceVersion=none"))
        .isEqualTo(
            failure(
                "resourceVersion: Invalid value: \"none\": strconv.ParseUint: parsing \"none\": invalid syntax",
                "",
                null,
                500));
    assertThat(get("/api/v1/pods?limit=1&continue=garbage").path("reason").asText())
        .isEqualTo("BadRequest");
    assertThat(get("/api/v1/pods?resourceVersion=1&resourceVersionMatch=Exact"))
        .isEqualTo(
            failure("The resourceVersion for the provided list is too old.", "Expired", null, 410));
    assertThat(watch("/api/v1/pods?watch=1&resourceVersion=1").get(0).path("object"))
        .isEqualTo(failure("too old resource version: 1 (13)", "Expired", null, 410));
  }

  @Test
  void shouldNotCountWhatRemainsOfASelection() throws IOException {
    ObjectNode labelled = pod("a", "labelled", 13);
    labelled.withObject("/metadata/labels").put("app", "x");
    pods.apply("ADDED", labelled);
    ObjectNode another = labelled.deepCopy();
    another.withObject("/metadata").put("name", "another").put("resourceVersion", "14");
    pods.apply("ADDED", another);

    JsonNode page = get("/api/v1/pods?limit=1&labelSelector=app%3Dx").path("metadata");

    assertThat(page.path("continue").asText()).isNotEmpty();
    assertThat(page.has("remainingItemCount")).isFalse();
  }

  private static JsonNode failure(String message, String reason, String details, int code) {
    ObjectNode status = JSON.createObjectNode().put("kind", "Status").put("apiVersion", "v1");
    status.putObject("metadata");
    status.put("status", "Failure").put("message", message);
    if (!reason.isEmpty()) {
      status.put("reason", reason);
    }
    if (details != null) {
      ObjectNode named = status.putObject("details");
      for (String pair : details.isEmpty() ? new String[0] : details.split(",")) {
        named.put(pair.split("=")[0], pair.split("=")[1]);
      }
    }
    return status.put("code", code);
  }

  @Test
  void shouldListWhatThereWasThen() throws IOException {
    pods.apply("DELETED", pod("a", "x", 13));

    assertThat(names(get("/api/v1/pods"))).containsExactly("y", "z");
    assertThat(names(get("/api/v1/pods?resourceVersion=12&resourceVersionMatch=Exact")))
        .containsExactly("x", "y", "z");
  }

  @Test
  void shouldRefuseToWrite() throws IOException {
    HttpURLConnection connection = open("/api/v1/pods");
    connection.setRequestMethod("DELETE");

    assertThat(connection.getResponseCode()).isEqualTo(405);
  }

  private static List<String> names(JsonNode list) {
    List<String> names = new ArrayList<>();
    list.path("items").forEach(item -> names.add(item.path("metadata").path("name").asText()));
    return names;
  }

  private JsonNode get(String path) throws IOException {
    HttpURLConnection connection = open(path);
    try (var in =
        connection.getResponseCode() < 400
            ? connection.getInputStream()
            : connection.getErrorStream()) {
      return JSON.readTree(in);
    }
  }

  private List<JsonNode> watch(String path) throws IOException {
    List<JsonNode> events = new ArrayList<>();
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(open(path).getInputStream(), StandardCharsets.UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        events.add(JSON.readTree(line));
      }
    }
    return events;
  }

  private HttpURLConnection open(String path) throws IOException {
    return (HttpURLConnection) server.address().resolve(path).toURL().openConnection();
  }

  private static ObjectNode pod(String namespace, String name, int version) {
    ObjectNode pod = JSON.createObjectNode().put("kind", "Pod").put("apiVersion", "v1");
    pod.putObject("metadata")
        .put("namespace", namespace)
        .put("name", name)
        .put("resourceVersion", Integer.toString(version));
    return pod;
  }
}
