package io.kspan.quickstart.live;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.fabric8.kubernetes.client.http.HttpClient;
import io.fabric8.kubernetes.client.http.HttpResponse;
import io.kspan.quickstart.BadInputException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Asks an API server what the connector would ask it, once: one that refuses lists would look like
 * a cluster in which nothing happens.
 *
 * <p>For one thread.
 */
final class Preflight {

  private static final int TOO_MANY_REQUESTS = 429;
  private static final ObjectMapper JSON = new ObjectMapper();

  private final HttpClient client;
  private final Kubeconfig kubeconfig;
  private final String url;
  private final long timeoutMillis;

  /**
   * @param client with the credentials of the context
   * @param url of the API server, with a path if it has one
   */
  Preflight(HttpClient client, Kubeconfig kubeconfig, String url, long timeoutMillis) {
    this.client = client;
    this.kubeconfig = kubeconfig;
    this.url = url.endsWith("/") ? url : url + "/";
    this.timeoutMillis = timeoutMillis;
  }

  /**
   * Returns when the server is one of Kubernetes and lets Events be listed.
   *
   * @throws BadInputException naming what is wrong
   */
  void run() throws InterruptedException, ExecutionException, TimeoutException {
    HttpResponse<byte[]> version = get("version");
    // /version may be closed to users who may list Events.
    if (version.code() != HttpURLConnection.HTTP_FORBIDDEN) {
      checkStatus(version.code());
      JsonNode document = json(version);
      if (!document.path("gitVersion").isTextual() && !document.path("major").isTextual()) {
        throw notKubernetes();
      }
    }
    HttpResponse<byte[]> events = get("api/v1/events?limit=1");
    checkStatus(events.code());
    JsonNode list = json(events);
    // An empty list of Go may be null.
    if (!list.path("kind").asText().endsWith("List") || !list.has("items")) {
      throw notKubernetes();
    }
  }

  private HttpResponse<byte[]> get(String path)
      throws InterruptedException, ExecutionException, TimeoutException {
    return client
        .sendAsync(client.newHttpRequestBuilder().uri(URI.create(url + path)).build(), byte[].class)
        .get(timeoutMillis, TimeUnit.MILLISECONDS);
  }

  private void checkStatus(int status) {
    switch (status) {
      case HttpURLConnection.HTTP_OK -> {}
      case HttpURLConnection.HTTP_UNAUTHORIZED ->
          throw answers(
              status,
              "check the credentials of the context in the kubeconfig " + kubeconfig.file());
      case HttpURLConnection.HTTP_FORBIDDEN ->
          throw answers(
              status,
              "grant its user the verbs get, list and watch on events and on the other kinds"
                  + " (pods, replicasets, deployments, ...) in all namespaces");
      default -> {
        if (status >= HttpURLConnection.HTTP_INTERNAL_ERROR || status == TOO_MANY_REQUESTS) {
          throw answers(status, "try again when it is healthy");
        }
        throw notKubernetes();
      }
    }
  }

  private BadInputException answers(int status, String remedy) {
    String what = status == HttpURLConnection.HTTP_FORBIDDEN ? " to a list of events" : "";
    return new BadInputException(
        "the API server %s of context %s answers %d%s; %s"
            .formatted(url, kubeconfig.context(), status, what, remedy));
  }

  private BadInputException notKubernetes() {
    return new BadInputException(
        "%s does not answer like a Kubernetes API server; check the server of context %s in the kubeconfig %s"
            .formatted(url, kubeconfig.context(), kubeconfig.file()));
  }

  private static JsonNode json(HttpResponse<byte[]> response) {
    try {
      return JSON.readTree(new String(response.body(), StandardCharsets.UTF_8));
    } catch (JsonProcessingException e) {
      // HTML of a proxy, for example; it has none of the fields asked for.
      return MissingNode.getInstance();
    }
  }
}
