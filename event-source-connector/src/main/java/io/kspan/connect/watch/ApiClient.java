package io.kspan.connect.watch;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.http.AsyncBody;
import io.fabric8.kubernetes.client.http.HttpClient;
import io.fabric8.kubernetes.client.http.HttpResponse;
import io.fabric8.kubernetes.client.jdkhttp.JdkHttpClientFactory;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
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
  private static final int MAX_ERROR_BYTES = 64 * 1024;

  /** An object may have 1.5 MiB in etcd; its JSON is a few times that in bad cases. */
  static final int MAX_OBJECT_BYTES = 16 * 1024 * 1024;

  private final HttpClient http;
  private final String baseUrl;
  private final Duration requestTimeout;
  private final RequestPacer pacer;

  /** Opens no connection yet. */
  public ApiClient(AccessSettings settings) {
    Config config = KubernetesAccess.configure(settings);
    this.http = new JdkHttpClientFactory().newBuilder(config).build();
    this.baseUrl = config.getMasterUrl();
    this.requestTimeout = settings.requestTimeout();
    this.pacer = new RequestPacer(settings.requestsPerSecond(), System::nanoTime);
  }

  /** Where the requests go, for messages. */
  public String baseUrl() {
    return baseUrl;
  }

  /** A small answer as a whole. */
  JsonNode getObject(String pathAndQuery) throws FeedFailure, InterruptedException {
    try (ResponseStream response = get(pathAndQuery, requestTimeout, requestTimeout)) {
      JsonNode object = Json.MAPPER.readTree(response.readNBytes(MAX_OBJECT_BYTES));
      if (object == null || !object.isObject()) {
        throw new FeedFailure.Garbled(pathAndQuery + " gives no JSON object", null);
      }
      return object;
    } catch (IOException e) {
      throw Failures.ofRead(e);
    }
  }

  /**
   * The body of a successful answer; anything else is thrown.
   *
   * @param stallTimeout how long the answer may be silent
   * @param timeout how long it may last
   */
  ResponseStream get(String pathAndQuery, Duration stallTimeout, Duration timeout)
      throws FeedFailure, InterruptedException {
    pacer.await();
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
   * To make a request, fabric8 reads token and kubeconfig again: they can be in the middle of being
   * written. No cause and no message but our own, because the others quote what they do not like.
   */
  private FeedFailure notSent(Throwable cause) {
    return new FeedFailure.NoCredentials(
        cause instanceof UnusableTokenException
            ? cause.getMessage()
            : "no request to "
                + baseUrl
                + " can be made ("
                + cause.getClass().getSimpleName()
                + "): check the token or the kubeconfig");
  }

  private static void abandon(CompletableFuture<HttpResponse<AsyncBody>> answer) {
    answer.thenAccept(late -> late.body().cancel());
  }

  /** What the JDK's client knows is often only in the name of a cause. */
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
      byte[] body = stream.readNBytes(MAX_ERROR_BYTES);
      JsonNode status = Json.MAPPER.readTree(body);
      return status == null ? "" : status.path("message").asText("");
    } catch (IOException e) {
      // The status code says enough.
      return "";
    }
  }

  private static Duration retryAfter(HttpResponse<?> response) {
    String header = response.header("Retry-After");
    if (header == null || !header.strip().matches("\\d{1,6}")) {
      return Duration.ZERO;
    }
    return Duration.ofSeconds(Long.parseLong(header.strip()));
  }

  @Override
  public void close() {
    http.close();
  }
}
