package io.kspan.connect.watch;

import static io.kspan.connect.watch.ApiClient.encoded;

import io.kspan.connect.record.ResourceId;
import io.kspan.connect.record.WatchScope;
import java.io.IOException;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the scopes that depend on the API server: the namespaces that match a selector, and the
 * custom resources that are installed. Refreshes them on a thread of its own and calls back when
 * they have changed; after a failed refresh they stay as they are. Safe for many threads.
 */
public final class ScopeMonitor implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(ScopeMonitor.class);
  private static final WatchScope NAMESPACES =
      new WatchScope(RequiredRights.CLUSTER_IDENTITY.resource(), "");

  private final ApiClient api;
  private final RequiredRights rights;
  private final List<ResourceId> resources;
  private final String selector;
  private final int pageSize;
  private final Runnable changed;
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(ScopeMonitor::daemon);
  private volatile List<WatchScope> scopes = List.of();
  private volatile boolean closed;

  // Guarded by this.
  private final Map<ResourceId, Boolean> namespaced = new HashMap<>();
  private Collection<String> namespaces;
  private String lastFailure = "";

  /**
   * @param api closed with this monitor
   * @param namespaces the configured names; empty with a selector
   * @param selector labels of namespaces; empty with named namespaces
   * @param changed called when the scopes have changed
   */
  public ScopeMonitor(
      ApiClient api,
      RequiredRights rights,
      List<ResourceId> resources,
      List<String> namespaces,
      String selector,
      int pageSize,
      Runnable changed) {
    this.api = api;
    this.rights = rights;
    this.resources = resources;
    this.namespaces = selector.isEmpty() ? namespaces : null;
    this.selector = selector;
    this.pageSize = pageSize;
    this.changed = changed;
  }

  private static Thread daemon(Runnable work) {
    Thread thread = new Thread(work, "event-scope-monitor");
    thread.setDaemon(true);
    return thread;
  }

  /** Refreshes once before it returns, so that the first task configurations can be right. */
  public void start(Duration interval) {
    refresh();
    long millis = interval.toMillis();
    timer.scheduleWithFixedDelay(this::refreshAndNotify, millis, millis, TimeUnit.MILLISECONDS);
  }

  /** The scopes of the last successful refresh; empty before it. */
  public List<WatchScope> scopes() {
    return scopes;
  }

  private void refreshAndNotify() {
    try {
      List<WatchScope> before = scopes;
      refresh();
      if (!scopes.equals(before) && !closed) {
        log.info("The scopes have changed from {} to {}", before, scopes);
        changed.run();
      }
    } catch (RuntimeException e) {
      // An exception would end the timer silently.
      log.error("A bug kept the scopes from being looked up; it is tried again", e);
    }
  }

  private synchronized void refresh() {
    try {
      String failure = refreshed();
      if (!failure.isEmpty() && !failure.equals(lastFailure)) {
        log.warn("{}; the scopes stay as they are, it is tried again", failure);
      }
      lastFailure = failure;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    // Null until the first answer.
    if (namespaces != null) {
      scopes = WatchScope.perNamespace(resources, namespaces, Map.copyOf(namespaced));
    }
  }

  /** Returns the message of the failure; empty when everything is up to date. */
  private String refreshed() throws InterruptedException {
    try {
      if (!selector.isEmpty()) {
        namespaces = selectedNamespaces();
      }
    } catch (FeedFailure.Refused refusal) {
      return rights.advice("list", NAMESPACES, refusal);
    } catch (FeedFailure e) {
      return "Cannot list namespaces: " + e.getMessage();
    }
    for (ResourceId resource : resources) {
      if (resource.needsDiscovery() && !namespaced.containsKey(resource)) {
        try {
          discover(resource);
        } catch (FeedFailure e) {
          return "Cannot find out whether " + resource + " has namespaces: " + e.getMessage();
        }
      }
    }
    return "";
  }

  private void discover(ResourceId resource) throws FeedFailure, InterruptedException {
    Optional<ApiClient.ApiResource> answer = api.discover(resource);
    if (answer.isPresent()) {
      namespaced.put(resource, answer.get().namespaced());
    } else {
      log.info("The API server does not have {} (yet): left out until it has", resource);
    }
  }

  private Collection<String> selectedNamespaces() throws FeedFailure, InterruptedException {
    Collection<String> names = new TreeSet<>();
    String query = NAMESPACES.path() + "?limit=" + pageSize + "&labelSelector=" + encoded(selector);
    String continueToken = "";
    do {
      String more = continueToken.isEmpty() ? "" : "&continue=" + encoded(continueToken);
      try (ResponseStream response = api.get(query + more)) {
        continueToken =
            new ListPageReader(
                    NAMESPACES.resource(),
                    version -> {},
                    item -> names.add(item.at("/metadata/name").asText()))
                .read(response)
                .continueToken();
      } catch (IOException e) {
        throw FeedFailure.ofRead(e);
      }
    } while (!continueToken.isEmpty());
    return names;
  }

  @Override
  public void close() {
    closed = true;
    timer.shutdownNow();
    api.close();
  }
}
