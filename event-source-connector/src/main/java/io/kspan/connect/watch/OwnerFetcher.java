package io.kspan.connect.watch;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kspan.connect.record.MappedRecord;
import io.kspan.connect.record.ObjectReference;
import io.kspan.connect.record.ResourceId;
import io.kspan.connect.record.SourceOffset;
import io.kspan.connect.record.SourcePartition;
import io.kspan.connect.record.WatchScope;
import io.kspan.connect.record.WatchType;
import io.kspan.connect.watch.ApiClient.ApiResource;
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
import java.util.random.RandomGenerator;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Fetches objects of kinds that are not watched when other objects refer to them, one by one on a
 * thread of its own. A reference is followed again only after its answer, which can be an absence,
 * is older than the configured lifetime.
 *
 * <p>Its records have no position, so delivery is at most once: after a crash between a reference
 * and its answer, the next reference fetches the object. {@link #referencedBy} never blocks a feed:
 * when too many references wait, it drops and counts further ones.
 */
final class OwnerFetcher implements Runnable {
  private static final Logger log = LoggerFactory.getLogger(OwnerFetcher.class);
  private static final int MAX_WAITING = 10_000;
  private static final int MAX_FOLLOWED = 50_000;

  /** The only names that become part of a path; an Event may refer to any text. */
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9]([-A-Za-z0-9._:]*[A-Za-z0-9])?");

  private final String cluster;
  private final FeedContext context;
  private final ClusterIdentity identity;
  private final RetryBackoff backoff;
  private final List<ResourceId> resources;
  private final Map<ResourceId, ApiResource> discovered = new ConcurrentHashMap<>();
  private final BlockingQueue<ObjectReference> waiting = new ArrayBlockingQueue<>(MAX_WAITING);

  /** When each reference may be followed again; guarded by itself. */
  private final Map<ObjectReference, Instant> followAgainAt = new BoundedMap<>(MAX_FOLLOWED);

  // Used by the fetcher's thread only.
  private final Set<RequiredRights.Right> refusedRights = new HashSet<>();
  private final Map<ResourceId, Instant> discoverAgainAt = new HashMap<>();

  OwnerFetcher(
      String cluster, FeedContext context, ClusterIdentity identity, RandomGenerator random) {
    this.cluster = cluster;
    this.context = context;
    this.identity = identity;
    this.backoff = new RetryBackoff(context.settings(), random);
    this.resources = context.settings().ownerKinds();
  }

  /** Queues the references of the object that can be fetched; called by the feeds' threads. */
  void referencedBy(ObjectNode object) {
    if (resources.isEmpty()) {
      return;
    }
    for (ObjectReference reference : ObjectReference.in(object)) {
      if (resources.stream().anyMatch(resource -> mayBeOf(resource, reference))) {
        follow(reference);
      }
    }
  }

  private void follow(ObjectReference reference) {
    synchronized (followAgainAt) {
      Instant now = now();
      if (now.isBefore(followAgainAt.getOrDefault(reference, Instant.MIN))) {
        return;
      }
      if (waiting.offer(reference)) {
        followAgainAt.put(reference, now.plus(context.settings().ownerTtl()));
      } else {
        context.metrics().ownersDropped.increment();
      }
    }
  }

  /** Whether the reference has the group of the resource and, once that is known, its kind. */
  private boolean mayBeOf(ResourceId resource, ObjectReference reference) {
    ApiResource known = discovered.get(resource);
    return resource.group().equals(reference.group())
        && (known == null || known.kind().equals(reference.kind()));
  }

  @Override
  public void run() {
    try {
      for (ResourceId resource : resources) {
        retrying("discovery of " + resource, () -> discover(resource));
      }
      while (true) {
        ObjectReference reference = waiting.take();
        retrying(reference.toString(), () -> fetch(reference));
      }
    } catch (InterruptedException e) {
      // The only way to end it.
      Thread.currentThread().interrupt();
    }
  }

  private interface Attempt {
    void run() throws FeedFailure, InterruptedException;
  }

  /** Repeats the attempt until it succeeds or is refused for another reason than credentials. */
  private void retrying(String name, Attempt attempt) throws InterruptedException {
    while (true) {
      try {
        attempt.run();
        backoff.reset();
        return;
      } catch (FeedFailure failure) {
        if (failure instanceof FeedFailure.Refused refusal && refusal.code() != 401) {
          log.warn("Gave up {}: {}", name, failure.getMessage());
          return;
        }
        log.info("{}: {}; trying again", name, failure.getMessage());
        TimeUnit.MILLISECONDS.sleep(backoff.next(failure).toMillis());
      }
    }
  }

  private void discover(ResourceId resource) throws FeedFailure, InterruptedException {
    Instant now = now();
    if (now.isBefore(discoverAgainAt.getOrDefault(resource, Instant.MIN))) {
      return;
    }
    Optional<ApiResource> answer = context.api().discover(resource);
    if (answer.isEmpty()) {
      discoverAgainAt.put(resource, now.plus(context.settings().ownerTtl()));
      log.warn("This API server does not have {} of owners.fetch.kinds (yet)", resource);
      return;
    }
    announce(resource, answer.get().kind());
    // Last, so that a failed announcement is repeated.
    discovered.put(resource, answer.get());
  }

  /**
   * Announces the kind, because the topology waits only for objects of announced kinds. A list that
   * began in 1970 says of no object that it no longer exists.
   */
  private void announce(ResourceId resource, String kind) throws FeedFailure, InterruptedException {
    WatchScope scope = new WatchScope(resource, "");
    put(scope, List.of(context.mapper().listed(scope, kind, "", Instant.EPOCH, now())));
  }

  private void fetch(ObjectReference reference) throws FeedFailure, InterruptedException {
    for (ResourceId resource : resources) {
      if (resource.group().equals(reference.group())) {
        if (!discovered.containsKey(resource)) {
          discover(resource);
        }
        ApiResource known = discovered.get(resource);
        if (known != null && known.kind().equals(reference.kind())) {
          fetch(resource, known, reference);
          return;
        }
      }
    }
  }

  private void fetch(ResourceId resource, ApiResource known, ObjectReference reference)
      throws FeedFailure, InterruptedException {
    String namespace = known.namespaced() ? reference.namespace() : "";
    boolean complete = known.namespaced() != namespace.isEmpty();
    if (!complete || !isName(reference.name()) || !(namespace.isEmpty() || isName(namespace))) {
      return;
    }
    WatchScope scope = new WatchScope(resource, namespace);
    ObjectNode object;
    try {
      object = (ObjectNode) context.api().getObject(scope.path() + '/' + reference.name());
    } catch (FeedFailure.Refused refusal) {
      if (refusal.code() == 401) {
        throw refusal;
      }
      if (refusal.code() != 404 && refusedRights.add(context.rights().needed("get", scope))) {
        String advice = context.rights().advice("get", scope, refusal);
        log.warn("{}. Owners of this kind stay unknown.", advice);
      }
      return;
    }
    String uid = object.path("metadata").path("uid").asText("");
    if (reference.uid().isEmpty() || reference.uid().equals(uid)) {
      emit(scope, object);
    }
  }

  private void emit(WatchScope scope, ObjectNode object) throws FeedFailure, InterruptedException {
    List<MappedRecord> mapped;
    try {
      mapped = context.mapper().map(WatchType.ADDED, object, now());
    } catch (IllegalArgumentException e) {
      log.warn("Skipped a fetched object of {}: {}", scope, e.getMessage());
      return;
    }
    put(scope, mapped);
    context.metrics().records.add(mapped.size());
    context.metrics().ownersFetched.increment();
    referencedBy(object);
  }

  private void put(WatchScope scope, List<MappedRecord> mapped)
      throws FeedFailure, InterruptedException {
    // The feed that asked for the owner has been served.
    String uid = identity.uid(() -> {});
    SourcePartition partition = new SourcePartition(cluster, uid, scope);
    context
        .buffer()
        .put(
            mapped.stream()
                .map(record -> new FeedRecord(partition, SourceOffset.LISTING, record))
                .toList());
  }

  private Instant now() {
    return context.clock().instant();
  }

  private static boolean isName(String text) {
    return NAME.matcher(text).matches() && !text.contains("..");
  }
}
