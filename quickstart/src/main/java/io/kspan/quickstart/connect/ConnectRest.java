package io.kspan.quickstart.connect;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Map;

/**
 * The part of Connect's REST interface that the quickstart needs.
 *
 * <p>Thread-safe.
 */
public final class ConnectRest {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration TIMEOUT = Duration.ofSeconds(30);

  private final URI address;
  private final HttpClient client = HttpClient.newBuilder().connectTimeout(TIMEOUT).build();

  public ConnectRest(URI address) {
    this.address = address;
  }

  /**
   * Creates the connector {@code name}.
   *
   * @throws ConnectorException with the worker's message when it refuses the configuration
   */
  public void create(String name, Map<String, String> config) throws InterruptedException {
    JsonNode answer =
        send(
            HttpRequest.newBuilder(address.resolve("/connectors/" + name + "/config"))
                .header("Content-Type", "application/json")
                .PUT(HttpRequest.BodyPublishers.ofString(JSON.valueToTree(config).toString())));
    if (!answer.path("config").isObject()) {
      throw new ConnectorException(answer.path("message").asText(answer.toString()));
    }
  }

  /**
   * The number of running tasks of the connector.
   *
   * @throws ConnectorException when the connector or a task has failed
   */
  public int runningTasks(String name) throws InterruptedException {
    JsonNode status =
        send(HttpRequest.newBuilder(address.resolve("/connectors/" + name + "/status")).GET());
    checkNotFailed(status.path("connector"));
    int running = 0;
    for (JsonNode task : status.path("tasks")) {
      checkNotFailed(task);
      running += task.path("state").asText().equals("RUNNING") ? 1 : 0;
    }
    return running;
  }

  private static void checkNotFailed(JsonNode state) {
    if (state.path("state").asText().equals("FAILED")) {
      // The first line of the trace is the exception and its message.
      throw new ConnectorException(state.path("trace").asText().lines().findFirst().orElse(""));
    }
  }

  private JsonNode send(HttpRequest.Builder request) throws InterruptedException {
    try {
      HttpResponse<byte[]> response =
          client.send(request.timeout(TIMEOUT).build(), HttpResponse.BodyHandlers.ofByteArray());
      return JSON.readTree(response.body());
    } catch (IOException e) {
      throw new UncheckedIOException("Connect's REST interface does not answer", e);
    }
  }

  /** The worker refused the connector, or it failed. */
  public static final class ConnectorException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    ConnectorException(String message) {
      super(message);
    }
  }
}
