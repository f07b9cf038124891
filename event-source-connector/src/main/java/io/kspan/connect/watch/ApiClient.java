package io.kspan.connect.watch;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.http.AsyncBody;
import io.fabric8.kubernetes.client.http.HttpClient;
import io.fabric8.kubernetes.client.http.HttpResponse;
import io.fabric8.kubernetes.client.jdkhttp.JdkHttpClientFactory;
import io.kspan.connect.record.ResourceId;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.StringJoiner;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * GET requests to the API server, with fabric8's authentication and TLS. Safe for many threads;
 * close it once.
 */
public final class ApiClient implements AutoCloseable {
  /** Keeps the numbers of custom resources as they were written. */
  static final ObjectMapper JSON =
      JsonMapper.builder()
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
          .build();

  /** An object may have 1.5 MiB in etcd; its JSON is a few times that in bad cases. */
  static final int MAX_OBJECT_BYTES = 16 * 1024 * 1024;

  private static final int MAX_ERROR_BYTES = 64 * 1024;

  private final HttpClient http;
  private final String baseUrl;
  private final Duration requestTimeout;
  private final RequestRateLimiter rateLimiter;

  /**
   * Opens no connection yet.
   *
   * @param requestTimeout how long the server may take to begin a response
   * @param requestsPerSecond limit of all threads together
   */
  public ApiClient(Config config, Duration requestTimeout, int requestsPerSecond) {
    this.http = new JdkHttpClientFactory().newBuilder(config).build();
    this.baseUrl = config.getMasterUrl();
    this.requestTimeout = requestTimeout;
    this.rateLimiter = new RequestRateLimiter(requestsPerSecond, System::nanoTime);
  }

  /** Thrown by the token provider of the configuration; the message does not contain the token. */
  public static final class UnusableTokenException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public UnusableTokenException(String message) {
      super(message);
    }
  }

  /** The address of the API server, for messages. */
  public String baseUrl() {
    return baseUrl;
  }

  static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  /** Reads a small response as a whole. */
  JsonNode getObject(String pathAndQuery) throws FeedFailure, InterruptedException {
    try (ResponseStream response = get(pathAndQuery)) {
      JsonNode object = JSON.readTree(response.readNBytes(MAX_OBJECT_BYTES));
      if (object == null || !object.isObject()) {
        throw new FeedFailure.Garbled(pathAndQuery + " gives no JSON object", null);
      }
      return object;
    } catch (IOException e) {
      throw FeedFailure.ofRead(e);
    }
  }

  /** The kind of a resource's objects, and whether they have namespaces. */
  record ApiResource(String kind, boolean namespaced) {}

  /** Discovers a resource; empty when the server does not have it (yet). */
  Optional<ApiResource> discover(ResourceId resource) throws FeedFailure, InterruptedException {
    JsonNode served;
    try {
      served = getObject(resource.groupVersionPath()).path("resources");
    } catch (FeedFailure.Refused refused) {
      if (refused.code() == 404) {
        return Optional.empty();
      }
      throw refused;
    }
    for (JsonNode one : served) {
      if (resource.plural().equals(one.path("name").asText())) {
        return Optional.of(
            new ApiResource(one.path("kind").asText(), one.path("namespaced").asBoolean()));
      }
    }
    return Optional.empty();
  }

  /** Gets a response within the request timeout. */
  ResponseStream get(String pathAndQuery) throws FeedFailure, InterruptedException {
    return get(pathAndQuery, requestTimeout, requestTimeout);
  }

  /**
   * Returns the body of a successful response; throws for any other.
   *
   * @param stallTimeout how long the response may be silent
   * @param timeout how long it may last
   */
  ResponseStream get(String pathAndQuery, Duration stallTimeout, Duration timeout)
      throws FeedFailure, InterruptedException {
    rateLimiter.acquire();
    ResponseStream stream = new ResponseStream(stallTimeout, timeout);
    HttpResponse<AsyncBody> response = send(pathAndQuery, stream);
    stream.begin(response.body());
    if (response.code() == 200) {
      return stream;
    }
    try (stream) {
      throw FeedFailure.ofStatus(response.code(), message(stream), retryAfter(response));
    }
  }

  private HttpResponse<AsyncBody> send(String pathAndQuery, ResponseStream stream)
      throws FeedFailure, InterruptedException {
    CompletableFuture<HttpResponse<AsyncBody>> answer = null;
    try {
      answer =
          http.consumeBytes(
              http.newHttpRequestBuilder()
                  .uri(URI.create(baseUrl + pathAndQuery))
                  .header("Accept", "application/json")
                  .build(),
              (buffers, body) -> stream.arrived(buffers));
      return answer.get(requestTimeout.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof IOException broken) {
        throw new FeedFailure.Disconnected(
            "cannot reach " + baseUrl + ": " + reason(broken), broken);
      }
      throw notSent(e.getCause());
    } catch (RuntimeException e) {
      throw notSent(e);
    } catch (TimeoutException e) {
      abandon(answer);
      throw new FeedFailure.Disconnected(
          "no answer from " + baseUrl + " within " + requestTimeout.toMillis() + " ms", null);
    } catch (InterruptedException e) {
      abandon(answer);
      throw e;
    }
  }

  /**
   * fabric8 reads token and kubeconfig for every request; they can be half written. Drops the cause
   * and its message, which may quote a secret.
   */
  private FeedFailure notSent(Throwable cause) {
    return new FeedFailure.NoCredentials(
        cause instanceof UnusableTokenException
            ? cause.getMessage()
            : "no request to %s can be made (%s): check the token or the kubeconfig"
                .formatted(baseUrl, cause.getClass().getSimpleName()));
  }

  private static void abandon(CompletableFuture<HttpResponse<AsyncBody>> answer) {
    answer.thenAccept(late -> late.body().cancel());
  }

  /** The first message of a cause; the JDK's client often has only the name of its class. */
  private static String reason(Throwable failure) {
    StringJoiner names = new StringJoiner(": ");
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause.getMessage() != null) {
        return cause.getMessage();
      }
      names.add(cause.getClass().getSimpleName());
    }
    return names.toString();
  }

  private static String message(ResponseStream stream) {
    try {
      JsonNode status = JSON.readTree(stream.readNBytes(MAX_ERROR_BYTES));
      return status == null ? "" : status.path("message").asText("");
    } catch (IOException e) {
      // The status code says enough.
      return "";
    }
  }

  private static Duration retryAfter(HttpResponse<?> response) {
    String header = response.header("Retry-After");
    return header == null || !header.strip().matches("\\d{1,6}")
        ? Duration.ZERO
        : Duration.ofSeconds(Long.parseLong(header.strip()));
  }

  @Override
  public void close() {
    http.close();
  }
}
