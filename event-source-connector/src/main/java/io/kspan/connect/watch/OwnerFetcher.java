package io.kspan.connect.watch;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kspan.connect.record.ListedScope;
import io.kspan.connect.record.MappedRecord;
import io.kspan.connect.record.Reference;
import io.kspan.connect.record.ResourceId;
import io.kspan.connect.record.SourceOffset;
import io.kspan.connect.record.SourcePartition;
import io.kspan.connect.record.WatchScope;
import io.kspan.connect.record.WatchType;
import io.kspan.connect.watch.ApiDiscovery.ApiResource;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Fetches objects of kinds that are not watched when something refers to them, one after the other
 * on a thread of its own, each once until its answer is too old, an answer of absence too.
 *
 * <p>Its records carry no position, so they come at most once: a crash between a reference and its
 * answer leaves the object to the next reference. Feeds are never held up; when too many references
 * wait, more are dropped and counted.
 */
final class OwnerFetcher implements Runnable {
  private static final Logger log = LoggerFactory.getLogger(OwnerFetcher.class);
  private static final int MAX_WAITING = 10_000;
  private static final int MAX_REMEMBERED = 50_000;

  /** What may stand in a path; Events are free to name anything. */
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9]([-A-Za-z0-9._:]*[A-Za-z0-9])?");

  private final String cluster;
  private final FeedServices services;
  private final ClusterIdentity identity;
  private final ApiDiscovery discovery;
  private final Backoff backoff;
  private final Set<String> groups = new HashSet<>();
  private final Map<ResourceId, ApiResource> found = new ConcurrentHashMap<>();
  private final BlockingQueue<Reference> waiting = new ArrayBlockingQueue<>(MAX_WAITING);
  private final ReferenceMemory memory;
  private final Set<RequiredRights.Right> missed = new HashSet<>();
  private final Map<ResourceId, Instant> absentUntil = new HashMap<>();

  OwnerFetcher(String cluster, FeedServices services, ClusterIdentity identity, Backoff backoff) {
    this.cluster = cluster;
    this.services = services;
    this.identity = identity;
    this.discovery = new ApiDiscovery(services.api());
    this.backoff = backoff;
    this.memory =
        new ReferenceMemory(MAX_REMEMBERED, services.settings().ownerTtl(), services.clock());
    resources().forEach(resource -> groups.add(resource.group()));
  }

  /** Takes note of what the object refers to; never waits. For the feeds. */
  void referencedBy(ObjectNode object) {
    if (groups.isEmpty()) {
      return;
    }
    for (Reference reference : Reference.in(object)) {
      if (mayBeMeant(reference) && memory.add(reference) && !waiting.offer(reference)) {
        memory.forget(reference);
        services.counters().ownersDropped.increment();
      }
    }
  }

  @Override
  public void run() {
    try {
      for (ResourceId resource : resources()) {
        patiently("discovery of " + resource, () -> discover(resource));
      }
      while (true) {
        Reference reference = waiting.take();
        patiently(reference.toString(), () -> fetch(reference));
      }
    } catch (InterruptedException e) {
      // The only way to end it.
      Thread.currentThread().interrupt();
    }
  }

  /** One request that may fail. */
  private interface Attempt {
    void run() throws FeedFailure, InterruptedException;
  }

  private void patiently(String what, Attempt attempt) throws InterruptedException {
    while (true) {
      try {
        attempt.run();
        backoff.reset();
        return;
      } catch (FeedFailure failure) {
        if (failure instanceof FeedFailure.Refused refusal && refusal.code() != 401) {
          log.warn("Gave up {}: {}", what, failure.getMessage());
          return;
        }
        log.info("{}: {}; trying again", what, failure.getMessage());
        Duration asked =
            failure instanceof FeedFailure.Unavailable unavailable
                ? unavailable.retryAfter()
                : Duration.ZERO;
        Duration wait = backoff.notBefore(asked, backoff.next());
        TimeUnit.MILLISECONDS.sleep(wait.toMillis());
      }
    }
  }

  private List<ResourceId> resources() {
    return services.settings().ownerKinds();
  }

  private boolean mayBeMeant(Reference reference) {
    if (!groups.contains(reference.group())) {
      return false;
    }
    for (ResourceId resource : resources()) {
      ApiResource known = found.get(resource);
      if (resource.group().equals(reference.group())
          && (known == null || known.kind().equals(reference.kind()))) {
        return true;
      }
    }
    return false;
  }

  private void discover(ResourceId resource) throws FeedFailure, InterruptedException {
    Instant now = services.clock().instant();
    if (now.isBefore(absentUntil.getOrDefault(resource, Instant.MIN))) {
      return;
    }
    Optional<ApiResource> answer = discovery.find(resource);
    if (answer.isEmpty()) {
      absentUntil.put(resource, now.plus(services.settings().ownerTtl()));
      log.warn("This API server does not have {} of owners.fetch.kinds (yet)", resource);
      return;
    }
    announce(resource, answer.get().kind());
    // Last: what is found is not announced again, should the announcement have failed.
    found.put(resource, answer.get());
  }

  /**
   * The topology waits for objects of announced kinds only. As a list that began before all time it
   * says of no object that it is gone.
   */
  private void announce(ResourceId resource, String kind) throws FeedFailure, InterruptedException {
    ListedScope nothingListed =
        new ListedScope(
            resource.group(), resource.version(), kind, resource.plural(), "", "", Instant.EPOCH);
    services
        .buffer()
        .put(
            List.of(
                new FeedRecord(
                    partition(resource, ""),
                    SourceOffset.LISTING,
                    services.mapper().listed(nothingListed, services.clock().instant()))));
  }

  private void fetch(Reference reference) throws FeedFailure, InterruptedException {
    for (ResourceId resource : resources()) {
      if (resource.group().equals(reference.group())) {
        if (!found.containsKey(resource)) {
          discover(resource);
        }
        ApiResource known = found.get(resource);
        if (known != null && known.kind().equals(reference.kind())) {
          fetch(resource, known, reference);
          return;
        }
      }
    }
  }

  private void fetch(ResourceId resource, ApiResource known, Reference reference)
      throws FeedFailure, InterruptedException {
    String namespace = known.namespaced() ? reference.namespace() : "";
    boolean complete = known.namespaced() != namespace.isEmpty();
    if (!complete || !isName(reference.name()) || !(namespace.isEmpty() || isName(namespace))) {
      return;
    }
    WatchScope scope = new WatchScope(resource, namespace);
    ObjectNode object;
    try {
      object = (ObjectNode) services.api().getObject(scope.path() + '/' + reference.name());
    } catch (FeedFailure.Refused refusal) {
      if (refusal.code() == 401) {
        throw refusal;
      }
      noteRefusal(scope, refusal);
      return;
    }
    String uid = object.path("metadata").path("uid").asText("");
    if (reference.uid().isEmpty() || reference.uid().equals(uid)) {
      emit(partition(resource, namespace), object);
    }
  }

  private void noteRefusal(WatchScope scope, FeedFailure.Refused refusal) {
    RequiredRights.Right needed = services.rights().toDo("get", scope);
    if (refusal.code() != 404 && missed.add(needed)) {
      log.warn("{}. Owners of this kind stay unknown.", RefusalAdvice.of(scope, refusal, needed));
    }
  }

  private void emit(SourcePartition partition, ObjectNode object) throws InterruptedException {
    List<MappedRecord> mapped;
    try {
      mapped = services.mapper().map(WatchType.ADDED, object, services.clock().instant());
    } catch (IllegalArgumentException e) {
      log.warn("Skipped a fetched object of {}: {}", partition.scope(), e.getMessage());
      return;
    }
    List<FeedRecord> batch =
        mapped.stream().map(m -> new FeedRecord(partition, SourceOffset.LISTING, m)).toList();
    services.buffer().put(batch);
    services.counters().records.add(batch.size());
    services.counters().ownersFetched.increment();
    referencedBy(object);
  }

  private SourcePartition partition(ResourceId resource, String namespace)
      throws FeedFailure, InterruptedException {
    return new SourcePartition(cluster, identity.uid(), new WatchScope(resource, namespace));
  }

  private static boolean isName(String text) {
    return NAME.matcher(text).matches() && !text.contains("..");
  }
}
