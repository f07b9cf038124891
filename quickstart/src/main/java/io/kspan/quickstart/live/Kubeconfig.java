package io.kspan.quickstart.live;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.fabric8.kubernetes.api.model.NamedContext;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.http.HttpClient;
import io.fabric8.kubernetes.client.http.HttpResponse;
import io.fabric8.kubernetes.client.internal.KubeConfigUtils;
import io.fabric8.kubernetes.client.jdkhttp.JdkHttpClientFactory;
import io.kspan.quickstart.process.BadInputException;
import io.kspan.quickstart.process.Resources;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A kubeconfig with which the API server has answered. It is checked before the pipeline starts,
 * because the connector would only retry and log the reason.
 *
 * <p>Immutable.
 *
 * @param context never empty
 */
public record Kubeconfig(Path file, String context) {

  private static final int TIMEOUT_MILLIS = 5_000;
  private static final ObjectMapper JSON = new ObjectMapper();

  /**
   * Reads {@code file} and asks the API server of the context for its version and an Event.
   *
   * @param context null for the current one
   * @throws BadInputException naming the problem
   */
  public static Kubeconfig check(Path file, String context) {
    Kubeconfig checked = new Kubeconfig(file.toAbsolutePath(), context(file, context));
    checked.connect();
    return checked;
  }

  private static String context(Path file, String option) {
    io.fabric8.kubernetes.api.model.Config config = parse(file);
    List<String> names = config.getContexts().stream().map(NamedContext::getName).toList();
    if (names.isEmpty()) {
      throw unusable(file, "has no contexts; name a kubeconfig as kubectl writes it", null);
    }
    String context = option == null ? config.getCurrentContext() : option;
    if (context == null || context.isEmpty()) {
      throw unusable(
          file,
          "has no current context; choose one with --context: " + String.join(", ", names),
          null);
    }
    if (!names.contains(context)) {
      throw new BadInputException(
          "context %s is not in kubeconfig %s; it has: %s"
              .formatted(context, file, String.join(", ", names)));
    }
    return context;
  }

  private static io.fabric8.kubernetes.api.model.Config parse(Path file) {
    String notAKubeconfig = "is no kubeconfig; name one in YAML or JSON";
    try {
      io.fabric8.kubernetes.api.model.Config config =
          KubeConfigUtils.parseConfigFromString(read(file));
      if (config != null && config.getContexts() != null) {
        return config;
      }
    } catch (BadInputException e) {
      throw e;
    } catch (RuntimeException e) {
      throw unusable(file, notAKubeconfig, e);
    }
    throw unusable(file, notAKubeconfig, null);
  }

  private static String read(Path file) {
    if (!Files.exists(file)) {
      throw unusable(file, "does not exist; check the path", null);
    }
    if (Files.isDirectory(file)) {
      throw unusable(
          file, "is a directory; name the file, such as " + file.resolve("config"), null);
    }
    if (!Files.isRegularFile(file) || !Files.isReadable(file)) {
      throw unusable(file, "cannot be read; name a file that you may read", null);
    }
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw unusable(file, "is no text; name a kubeconfig in YAML or JSON", e);
    }
  }

  private static BadInputException unusable(Path file, String problem, Exception cause) {
    return new BadInputException("kubeconfig " + file + " " + problem, cause);
  }

  private void connect() {
    Config config;
    try {
      config = Config.fromKubeconfig(context, file.toFile());
    } catch (RuntimeException e) {
      throw unusable(
          file, "cannot be used (%s); check its context %s".formatted(reason(e), context), e);
    }
    config.setConnectionTimeout(TIMEOUT_MILLIS);
    config.setRequestRetryBackoffLimit(0);
    String server = config.getMasterUrl();
    try (HttpClient client = new JdkHttpClientFactory().newBuilder(config).build()) {
      checkVersion(client, server);
      checkEvents(client, server);
    } catch (BadInputException e) {
      throw e;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new Resources.StoppedException();
    } catch (ExecutionException | TimeoutException | RuntimeException e) {
      throw new BadInputException(
          "the API server %s of context %s does not answer (%s); check the kubeconfig %s and the network"
              .formatted(server, context, reason(e), file),
          e);
    }
  }

  private void checkVersion(HttpClient client, String server)
      throws InterruptedException, ExecutionException, TimeoutException {
    HttpResponse<byte[]> version = get(client, server, "version");
    // /version can be forbidden to a user who may list Events.
    if (version.code() != 403) {
      checkStatus(server, version.code());
      JsonNode document = json(version);
      if (!document.path("gitVersion").isTextual() && !document.path("major").isTextual()) {
        throw notKubernetes(server);
      }
    }
  }

  private void checkEvents(HttpClient client, String server)
      throws InterruptedException, ExecutionException, TimeoutException {
    HttpResponse<byte[]> events = get(client, server, "api/v1/events?limit=1");
    checkStatus(server, events.code());
    JsonNode list = json(events);
    // Go writes an empty list as null.
    if (!list.path("kind").asText().endsWith("List") || !list.has("items")) {
      throw notKubernetes(server);
    }
  }

  private static HttpResponse<byte[]> get(HttpClient client, String server, String path)
      throws InterruptedException, ExecutionException, TimeoutException {
    URI uri = URI.create(server.endsWith("/") ? server + path : server + "/" + path);
    return client
        .sendAsync(client.newHttpRequestBuilder().uri(uri).build(), byte[].class)
        .get(TIMEOUT_MILLIS, TimeUnit.MILLISECONDS);
  }

  private void checkStatus(String server, int status) {
    if (status == 200) {
      return;
    }
    String remedy;
    if (status == 401) {
      remedy = "; check the credentials of the context in the kubeconfig " + file;
    } else if (status == 403) {
      remedy =
          " to a list of events; grant its user the verbs get, list and watch on events and on the"
              + " other kinds (pods, replicasets, deployments, ...) in all namespaces";
    } else if (status >= 500 || status == 429) {
      remedy = "; try again when it is healthy";
    } else {
      throw notKubernetes(server);
    }
    throw new BadInputException(
        "the API server %s of context %s answers %d%s".formatted(server, context, status, remedy));
  }

  private BadInputException notKubernetes(String server) {
    return new BadInputException(
        "%s does not answer like a Kubernetes API server; check the server of context %s in the kubeconfig %s"
            .formatted(server, context, file));
  }

  private static JsonNode json(HttpResponse<byte[]> response) {
    try {
      return JSON.readTree(response.body());
    } catch (IOException e) {
      // The page of a proxy, for example: it has none of the expected fields.
      return MissingNode.getInstance();
    }
  }

  /** The message of the innermost cause; the outer ones only say what was tried. */
  private static String reason(Throwable e) {
    Throwable innermost = e;
    while (innermost.getCause() != null && innermost.getCause() != innermost) {
      innermost = innermost.getCause();
    }
    return innermost.getMessage() == null
        ? innermost.getClass().getSimpleName()
        : innermost.getMessage();
  }
}
