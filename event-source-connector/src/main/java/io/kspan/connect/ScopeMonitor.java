package io.kspan.connect;

import io.kspan.connect.record.ResourceId;
import io.kspan.connect.record.WatchScope;
import io.kspan.connect.watch.ScopeDiscovery;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.connect.errors.RetriableException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the scopes that depend on the API server: the namespaces that match a selector, and whether
 * custom resources have namespaces. Looks again now and then; asks for new task configurations when
 * the scopes have changed, never when the server cannot be asked. Safe for many threads.
 */
final class ScopeMonitor implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(ScopeMonitor.class);

  private final List<ResourceId> resources;
  private final Collection<String> fixedNamespaces;
  private final String selector;
  private final ScopeDiscovery discovery;
  private final Runnable changed;
  private final Map<ResourceId, Boolean> namespaced = new HashMap<>();
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(ScopeMonitor::daemon);
  private volatile List<WatchScope> scopes = List.of();
  private volatile boolean closed;
  private Collection<String> namespaces;
  private String lastTrouble = "";

  /**
   * @param selector of namespaces; empty when {@code fixedNamespaces} says them
   * @param changed called when other scopes are to be watched
   */
  ScopeMonitor(
      List<ResourceId> resources,
      List<String> fixedNamespaces,
      String selector,
      ScopeDiscovery discovery,
      Runnable changed) {
    this.resources = resources;
    this.fixedNamespaces = fixedNamespaces;
    this.namespaces = fixedNamespaces;
    this.selector = selector;
    this.discovery = discovery;
    this.changed = changed;
  }

  private static Thread daemon(Runnable work) {
    Thread thread = new Thread(work, "event-scope-monitor");
    thread.setDaemon(true);
    return thread;
  }

  /** Looks once before it returns, so that the first task configurations are right if possible. */
  void start(Duration interval) {
    look();
    long millis = interval.toMillis();
    timer.scheduleWithFixedDelay(this::lookAgain, millis, millis, TimeUnit.MILLISECONDS);
  }

  /** What to watch as of the last look; empty before the first one that succeeded. */
  List<WatchScope> scopes() {
    return scopes;
  }

  /** Looks, and tells when something has changed. */
  private void lookAgain() {
    try {
      List<WatchScope> before = scopes;
      look();
      if (!scopes.equals(before) && !closed) {
        log.info("The scopes have changed from {} to {}", before, scopes);
        changed.run();
      }
    } catch (RuntimeException e) {
      // The timer would end without a word.
      log.error("A bug kept the scopes from being looked up; it is tried again", e);
    }
  }

  private synchronized void look() {
    try {
      if (!selector.isEmpty()) {
        namespaces = discovery.namespaces(selector);
      }
      for (ResourceId resource : ScopePlan.unknown(resources)) {
        discover(resource);
      }
      trouble("");
    } catch (RetriableException e) {
      trouble(e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    if (!selector.isEmpty() && namespaces == fixedNamespaces) {
      // Nobody has answered yet.
      return;
    }
    scopes = ScopePlan.perNamespace(resources, namespaces, Map.copyOf(namespaced));
  }

  private void discover(ResourceId resource) throws InterruptedException {
    if (namespaced.containsKey(resource)) {
      return;
    }
    Optional<Boolean> answer = discovery.isNamespaced(resource);
    if (answer.isPresent()) {
      namespaced.put(resource, answer.get());
    } else {
      log.info("The API server does not have {} (yet): left out until it has", resource);
    }
  }

  private void trouble(String message) {
    if (!message.isEmpty() && !message.equals(lastTrouble)) {
      log.warn("{}; the scopes stay as they are, it is tried again", message);
    }
    lastTrouble = message;
  }

  @Override
  public void close() {
    closed = true;
    timer.shutdownNow();
  }
}
