package io.kspan.deploy.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.PodTemplate;
import io.fabric8.kubernetes.api.model.PodTemplateBuilder;
import io.fabric8.kubernetes.client.http.HttpClient;
import io.fabric8.kubernetes.client.http.HttpResponse;
import io.kspan.apiserver.ApiServer;
import io.kspan.apiserver.ResourceCollection;
import io.kspan.apiserver.ResourceType;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The stand-in API server of the other tests gives the answers of a real one: status, and every
 * field of the body but those that differ from one cluster to another.
 *
 * <p>The objects are pod templates, of which no controller makes any.
 */
@NeedsCluster
class StandInComparisonIT {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration ANSWER = Duration.ofSeconds(30);
  private static final String KIND = "/api/v1/namespaces/NAMESPACE/podtemplates";

  private static Cluster cluster;
  private static ApiServer standIn;
  private static String namespace;
  private static String first;
  private static boolean forgetful;

  /**
   * An answer.
   *
   * @param documents one, or one for each event of a watch; texts that are no JSON as they are
   */
  private record Answer(int status, List<JsonNode> documents) {}

  @BeforeAll
  static void start() throws Exception {
    cluster = new Cluster();
    forgetful = cluster.forgetHistory();
    namespace = cluster.namespace("answers");
    first = create("one").getMetadata().getResourceVersion();
    PodTemplate two = create("two");
    create("three");
    cluster
        .client()
        .resource(two)
        .edit(
            before ->
                new PodTemplateBuilder(before)
                    .editMetadata()
                    .addToLabels("changed", "yes")
                    .endMetadata()
                    .build());
    cluster.client().resource(two).delete();
    create("four");

    standIn = new ApiServer(Long.parseLong(first), Duration.ZERO, (request, exchange) -> false);
    ResourceCollection served =
        standIn.serve(new ResourceType("", "v1", "podtemplates", "PodTemplate", true));
    served.seed(object(real("/api/v1/namespaces/NAMESPACE/podtemplates/one").documents().get(0)));
    for (JsonNode event :
        real(KIND + "?watch=1&timeoutSeconds=1&resourceVersion=FIRST").documents()) {
      served.apply(event.path("type").asText(), object(event.path("object")));
    }
    served.compactBefore(first);
  }

  private static PodTemplate create(String name) {
    return cluster
        .client()
        .resource(
            new PodTemplateBuilder()
                .withNewMetadata()
                .withName(name)
                .addToLabels("app", "x")
                .endMetadata()
                .withNewTemplate()
                .withNewSpec()
                .addNewContainer()
                .withName("main")
                .withImage("none")
                .endContainer()
                .endSpec()
                .endTemplate()
                .build())
        .inNamespace(namespace)
        .create();
  }

  private static ObjectNode object(JsonNode json) {
    return (ObjectNode) json;
  }

  @AfterAll
  static void stop() {
    if (standIn != null) {
      standIn.close();
    }
    cluster.close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        KIND,
        KIND + "?limit=2",
        KIND + "?limit=2&labelSelector=app%3Dx",
        KIND + "?labelSelector=app%3Dother",
        KIND + "?resourceVersion=FIRST&resourceVersionMatch=Exact",
        KIND + "?watch=1&timeoutSeconds=1&resourceVersion=FIRST",
        KIND + "?watch=1&timeoutSeconds=1&resourceVersion=999999999999999",
        KIND + "?watch=1&timeoutSeconds=1&resourceVersion=none",
        KIND + "/one",
        KIND + "/none",
        "/api/v1/nothings",
        "/apis/example.com/v1",
        "/apis/example.com/v1/things",
      })
  void shouldAnswerAsTheServerDoes(String question) throws Exception {
    assertThat(comparable(standIn(question))).isEqualTo(comparable(real(question)));
  }

  /** A server that was never restarted still has all versions in its caches. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        KIND + "?watch=1&timeoutSeconds=1&resourceVersion=1",
        KIND + "?resourceVersion=1&resourceVersionMatch=Exact",
      })
  void shouldRefuseAVersionThatIsForgotten(String question) throws Exception {
    assumeThat(forgetful)
        .as(
            "this test needs power over the API server: name commands with"
                + " -Dcluster.apiserver.compact, .kill and .start")
        .isTrue();

    assertThat(comparable(standIn(question))).isEqualTo(comparable(real(question)));
  }

  /** Of a page, the next one. */
  @ParameterizedTest
  @ValueSource(strings = {"1", "2"})
  void shouldGoOnWithTheNextPage(String limit) throws Exception {
    String question = KIND + "?limit=" + limit;

    assertThat(comparable(standIn(question + "&continue=" + token(standIn(question)))))
        .isEqualTo(comparable(real(question + "&continue=" + token(real(question)))));
  }

  private static String token(Answer page) {
    return page.documents().get(0).at("/metadata/continue").asText();
  }

  private static Answer real(String question) throws Exception {
    HttpClient http = cluster.client().getHttpClient();
    String base = cluster.client().getMasterUrl().toString().replaceFirst("/$", "");
    return ask(http, base + question);
  }

  private static Answer standIn(String question) throws Exception {
    return ask(cluster.client().getHttpClient(), standIn.address() + question);
  }

  private static Answer ask(HttpClient http, String url) throws Exception {
    String asked = url.replace("NAMESPACE", namespace).replace("FIRST", first);
    HttpResponse<String> answer =
        http.sendAsync(
                http.newHttpRequestBuilder()
                    .uri(asked)
                    .header("Accept", "application/json")
                    .build(),
                String.class)
            .get(ANSWER.toSeconds(), TimeUnit.SECONDS);
    List<JsonNode> documents = new ArrayList<>();
    if (answer.bodyString() != null && !answer.bodyString().isBlank()) {
      for (String line : answer.bodyString().strip().split("\n(?=\\{)")) {
        documents.add(parse(line));
      }
    }
    return new Answer(answer.code(), documents);
  }

  private static JsonNode parse(String text) {
    try {
      return JSON.readTree(text);
    } catch (JsonProcessingException e) {
      return JSON.getNodeFactory().textNode(text);
    }
  }

  /** Without what differs between two servers: versions of lists, tokens, compacted versions. */
  private static Answer comparable(Answer answer) {
    for (JsonNode document : answer.documents()) {
      if (document.path("object") instanceof ObjectNode object && object.has("code")) {
        String message = object.path("message").asText();
        object.put("message", message.replaceFirst("\\(\\d+\\)$", "(compacted)"));
      }
      if (document.path("metadata") instanceof ObjectNode metadata
          && !document.path("kind").asText().equals("PodTemplate")) {
        List.of("resourceVersion", "continue").stream()
            .filter(metadata::has)
            .forEach(field -> metadata.put(field, "moves"));
      }
    }
    return answer;
  }
}
