package io.kspan.connect.watch;

import io.kspan.connect.record.ResourceId;
import io.kspan.connect.record.WatchScope;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import org.apache.kafka.connect.errors.RetriableException;

/**
 * Asks the API server for what the scopes depend on. Every failure is a {@link RetriableException}
 * that says what to do. Safe for many threads.
 */
public final class ScopeDiscovery {
  private static final WatchScope NAMESPACES =
      new WatchScope(new ResourceId("", "v1", "namespaces"), "");

  private final ApiClient api;
  private final int pageSize;
  private final Duration timeout;
  private final ApiDiscovery resources;
  private final RequiredRights rights;

  /**
   * @param timeout of one answer
   */
  public ScopeDiscovery(ApiClient api, RequiredRights rights, int pageSize, Duration timeout) {
    this.api = api;
    this.rights = rights;
    this.pageSize = pageSize;
    this.timeout = timeout;
    this.resources = new ApiDiscovery(api);
  }

  /** The names of the namespaces whose labels match. */
  public SortedSet<String> namespaces(String labelSelector) throws InterruptedException {
    SortedSet<String> names = new TreeSet<>();
    String query =
        NAMESPACES.path() + "?limit=" + pageSize + "&labelSelector=" + encoded(labelSelector);
    try {
      String continueToken = "";
      do {
        String more = continueToken.isEmpty() ? "" : "&continue=" + encoded(continueToken);
        continueToken = page(query + more, names);
      } while (!continueToken.isEmpty());
      return names;
    } catch (FeedFailure.Refused refusal) {
      throw new RetriableException(
          RefusalAdvice.of(NAMESPACES, refusal, rights.toDo("list", NAMESPACES)), refusal);
    } catch (FeedFailure e) {
      throw new RetriableException("Cannot list namespaces: " + e.getMessage(), e);
    }
  }

  /** Whether a resource has namespaces; empty when the API server does not have it (yet). */
  public Optional<Boolean> isNamespaced(ResourceId resource) throws InterruptedException {
    try {
      return resources.find(resource).map(ApiDiscovery.ApiResource::namespaced);
    } catch (FeedFailure e) {
      throw new RetriableException(
          "Cannot find out whether " + resource + " has namespaces: " + e.getMessage(), e);
    }
  }

  private String page(String pathAndQuery, SortedSet<String> names)
      throws FeedFailure, InterruptedException {
    try (ResponseStream response = api.get(pathAndQuery, timeout, timeout)) {
      ListPageReader reader =
          new ListPageReader(
              NAMESPACES.resource(), item -> names.add(item.at("/metadata/name").asText()));
      return reader.read(response).continueToken();
    } catch (IOException e) {
      throw Failures.ofRead(e);
    }
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }
}
