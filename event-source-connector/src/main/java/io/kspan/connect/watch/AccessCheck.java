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
import javax.net.ssl.SSLException;
import org.apache.kafka.connect.errors.ConnectException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tries the access to the API server once, with lists of a single object. Stateless.
 *
 * <p>What a running connector lives with is no finding: one scope of many that is forbidden, a
 * custom resource that is not installed yet, a server that asks for patience.
 */
public final class AccessCheck {
  private static final Logger log = LoggerFactory.getLogger(AccessCheck.class);

  /** What is wrong, so that the caller can tell where it is configured. */
  public enum Problem {
    KUBECONFIG,
    ADDRESS,
    CERTIFICATE,
    CREDENTIALS,
    RESOURCES
  }

  /**
   * @param message with the remedy
   */
  public record Finding(Problem problem, String message) {}

  private AccessCheck() {}

  /**
   * Gives what keeps the connector from working; empty when nothing does, or when that cannot be
   * told in time.
   *
   * @param rights what the connector needs, for the remedies
   * @param timeout of the whole check; a last answer may come as late again
   */
  public static List<Finding> check(
      AccessSettings settings, List<WatchScope> scopes, RequiredRights rights, Duration timeout)
      throws InterruptedException {
    long deadline = System.nanoTime() + timeout.toNanos();
    try (ApiClient api = new ApiClient(settings)) {
      return check(api, scopes, rights, timeout, deadline);
    } catch (ConnectException e) {
      return List.of(new Finding(Problem.KUBECONFIG, e.getMessage()));
    } catch (KubernetesClientException e) {
      // Thrown when the certificates are loaded.
      return List.of(new Finding(Problem.CERTIFICATE, "cannot be used: " + reason(e)));
    }
  }

  private static List<Finding> check(
      ApiClient api,
      List<WatchScope> scopes,
      RequiredRights rights,
      Duration timeout,
      long deadline)
      throws InterruptedException {
    List<Finding> missing = new ArrayList<>();
    List<String> forbidden = new ArrayList<>();
    Set<ResourceId> answered = new HashSet<>();
    boolean served = false;
    for (WatchScope scope : scopes) {
      if (answered.contains(scope.resource())) {
        continue;
      }
      if (System.nanoTime() > deadline) {
        log.debug("No time left to check the access to {} and what follows", scope);
        return missing;
      }
      try {
        requireList(api, scope, timeout);
        served = true;
        answered.add(scope.resource());
      } catch (FeedFailure.Refused refusal) {
        String advice = RefusalAdvice.of(scope, refusal, rights.toDo("list", scope));
        if (refusal.code() == 404) {
          answered.add(scope.resource());
          if (isBuiltIn(scope.resource())) {
            missing.add(new Finding(Problem.RESOURCES, advice));
          }
        } else if (refusal.code() == 401 || refusal.getMessage().contains("system:anonymous")) {
          return List.of(new Finding(Problem.CREDENTIALS, advice));
        } else {
          forbidden.add(advice);
        }
      } catch (FeedFailure.Unavailable busy) {
        if (busy.retryAfter().isZero()) {
          return List.of(new Finding(Problem.ADDRESS, api.baseUrl() + " gives " + reason(busy)));
        }
        return missing;
      } catch (FeedFailure failure) {
        return List.of(unreachable(failure));
      }
    }
    if (!served && !forbidden.isEmpty()) {
      missing.add(new Finding(Problem.RESOURCES, forbidden.get(0)));
    }
    return missing;
  }

  private static void requireList(ApiClient api, WatchScope scope, Duration timeout)
      throws FeedFailure, InterruptedException {
    try (ResponseStream response = api.get(scope.path() + "?limit=1", timeout, timeout)) {
      JsonNode list = Json.MAPPER.readTree(response);
      if (list == null || !list.path("kind").asText().endsWith("List")) {
        throw notAnApiServer(api, null);
      }
    } catch (IOException e) {
      FeedFailure failure = Failures.ofRead(e);
      throw failure instanceof FeedFailure.Garbled ? notAnApiServer(api, e) : failure;
    }
  }

  private static FeedFailure notAnApiServer(ApiClient api, IOException cause) {
    return new FeedFailure.Garbled(
        api.baseUrl() + " answers, but not as a Kubernetes API server does", cause);
  }

  private static Finding unreachable(FeedFailure failure) {
    if (failure instanceof FeedFailure.NoCredentials) {
      return new Finding(Problem.CREDENTIALS, failure.getMessage());
    }
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof SSLException) {
        return new Finding(
            Problem.CERTIFICATE,
            "does not lead to a trusted connection: "
                + failure.getMessage()
                + "; name the authority that signed the API server's certificate");
      }
    }
    return new Finding(Problem.ADDRESS, failure.getMessage());
  }

  /** The groups of Kubernetes itself have no dot, or are below k8s.io; all others come and go. */
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
