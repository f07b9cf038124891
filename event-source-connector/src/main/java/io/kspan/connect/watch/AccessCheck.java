package io.kspan.connect.watch;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.kspan.connect.record.ResourceId;
import io.kspan.connect.record.WatchScope;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import javax.net.ssl.SSLException;
import org.apache.kafka.connect.errors.ConnectException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tries the access to the API server once, with lists of a single object.
 *
 * <p>Conditions that a running connector tolerates are no problem: one forbidden scope of many, a
 * custom resource that is not installed yet, an overloaded server.
 */
public final class AccessCheck {
  private static final Logger log = LoggerFactory.getLogger(AccessCheck.class);

  private final ApiClient api;
  private final RequiredRights rights;
  private final Duration timeout;

  private AccessCheck(ApiClient api, RequiredRights rights, Duration timeout) {
    this.api = api;
    this.rights = rights;
    this.timeout = timeout;
  }

  /** The part of the configuration that a problem is about. */
  public enum Area {
    KUBECONFIG,
    ADDRESS,
    CERTIFICATE,
    CREDENTIALS,
    RESOURCES
  }

  /**
   * A problem that keeps the connector from working.
   *
   * @param message with the remedy
   */
  public record Problem(Area area, String message) {}

  /**
   * Returns the problems; empty when there are none, or when the time does not suffice to tell.
   *
   * @param client creates the client; may throw, as for a bad kubeconfig
   * @param rights what the connector needs, for the remedies
   * @param timeout of the whole check; a last answer may take as long again
   */
  public static List<Problem> check(
      Supplier<ApiClient> client, List<WatchScope> scopes, RequiredRights rights, Duration timeout)
      throws InterruptedException {
    try (ApiClient api = client.get()) {
      return new AccessCheck(api, rights, timeout).check(scopes);
    } catch (ConnectException e) {
      return List.of(new Problem(Area.KUBECONFIG, e.getMessage()));
    } catch (KubernetesClientException e) {
      // Thrown when the certificates are loaded.
      return List.of(new Problem(Area.CERTIFICATE, "cannot be used: " + reason(e)));
    }
  }

  private List<Problem> check(List<WatchScope> scopes) throws InterruptedException {
    long deadline = System.nanoTime() + timeout.toNanos();
    List<Problem> missing = new ArrayList<>();
    List<String> forbidden = new ArrayList<>();
    Set<ResourceId> answered = new HashSet<>();
    boolean served = false;
    for (WatchScope scope : scopes) {
      if (answered.contains(scope.resource())) {
        continue;
      }
      if (System.nanoTime() - deadline > 0) {
        log.debug("No time left to check the access to {} and the scopes after it", scope);
        return missing;
      }
      try {
        requireList(scope);
        served = true;
        answered.add(scope.resource());
      } catch (FeedFailure.Refused refusal) {
        String advice = rights.advice("list", scope, refusal);
        if (refusal.code() == 404) {
          answered.add(scope.resource());
          if (isBuiltIn(scope.resource())) {
            missing.add(new Problem(Area.RESOURCES, advice));
          }
        } else if (refusal.code() == 401 || refusal.isAnonymous()) {
          return List.of(new Problem(Area.CREDENTIALS, advice));
        } else {
          forbidden.add(advice);
        }
      } catch (FeedFailure.Unavailable busy) {
        return busy.retryAfter().isZero()
            ? List.of(new Problem(Area.ADDRESS, api.baseUrl() + " gives " + busy.getMessage()))
            : missing;
      } catch (FeedFailure failure) {
        return List.of(unreachable(failure));
      }
    }
    if (!served && !forbidden.isEmpty()) {
      missing.add(new Problem(Area.RESOURCES, forbidden.get(0)));
    }
    return missing;
  }

  private void requireList(WatchScope scope) throws FeedFailure, InterruptedException {
    try (ResponseStream response = api.get(scope.path() + "?limit=1", timeout, timeout)) {
      JsonNode list = ApiClient.JSON.readTree(response);
      if (list == null || !list.path("kind").asText().endsWith("List")) {
        throw notAnApiServer(null);
      }
    } catch (IOException e) {
      FeedFailure failure = FeedFailure.ofRead(e);
      throw failure instanceof FeedFailure.Garbled ? notAnApiServer(e) : failure;
    }
  }

  private FeedFailure notAnApiServer(IOException cause) {
    return new FeedFailure.Garbled(
        api.baseUrl() + " answers, but not as a Kubernetes API server does", cause);
  }

  private static Problem unreachable(FeedFailure failure) {
    if (failure instanceof FeedFailure.NoCredentials) {
      return new Problem(Area.CREDENTIALS, failure.getMessage());
    }
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof SSLException) {
        String text =
            "does not lead to a trusted connection: %s; name the authority that signed the API server's certificate";
        return new Problem(Area.CERTIFICATE, text.formatted(failure.getMessage()));
      }
    }
    return new Problem(Area.ADDRESS, failure.getMessage());
  }

  /** The groups of Kubernetes itself have no dot or end in k8s.io; other kinds come and go. */
  private static boolean isBuiltIn(ResourceId resource) {
    return resource.group().indexOf('.') < 0 || resource.group().endsWith(".k8s.io");
  }

  private static String reason(Exception e) {
    Throwable cause = e;
    while (cause.getCause() != null) {
      cause = cause.getCause();
    }
    return cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
  }
}
