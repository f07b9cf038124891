package io.kspan.quickstart.recording;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kspan.apiserver.ApiServer;
import io.kspan.apiserver.ResourceCollection;
import io.kspan.apiserver.ResourceType;
import io.kspan.topology.capture.CaptureRecord;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * A stand-in API server that serves the initial objects of a recording and plays its changes.
 * Thread-safe.
 */
public final class RecordedApiServer implements AutoCloseable {

  /** The built-in resources that owners of pods have; a recording can hold more. */
  private static final List<ResourceType> BUILT_IN =
      List.of(
          namespaced("", "v1", "events", "Event"),
          namespaced("", "v1", "pods", "Pod"),
          namespaced("", "v1", "persistentvolumeclaims", "PersistentVolumeClaim"),
          namespaced("", "v1", "replicationcontrollers", "ReplicationController"),
          namespaced("", "v1", "services", "Service"),
          new ResourceType("", "v1", "nodes", "Node", false),
          new ResourceType("", "v1", "namespaces", "Namespace", false),
          new ResourceType("", "v1", "persistentvolumes", "PersistentVolume", false),
          namespaced("apps", "v1", "deployments", "Deployment"),
          namespaced("apps", "v1", "replicasets", "ReplicaSet"),
          namespaced("apps", "v1", "statefulsets", "StatefulSet"),
          namespaced("apps", "v1", "daemonsets", "DaemonSet"),
          namespaced("batch", "v1", "jobs", "Job"),
          namespaced("batch", "v1", "cronjobs", "CronJob"),
          namespaced("autoscaling", "v2", "horizontalpodautoscalers", "HorizontalPodAutoscaler"),
          namespaced("policy", "v1", "poddisruptionbudgets", "PodDisruptionBudget"));

  private final Recording recording;
  private final ApiServer server = new ApiServer();
  // Complete when the constructor returns.
  private final Map<ResourceType, ResourceCollection> collections = new LinkedHashMap<>();
  private final CountDownLatch closed = new CountDownLatch(1);

  /** Serves the initial objects of {@code recording} from now on. */
  public RecordedApiServer(Recording recording) {
    this.recording = recording;
    BUILT_IN.forEach(type -> collections.put(type, server.serve(type)));
    recording.initial().forEach(record -> collectionOf(record).seed(record.object()));
    recording.changes().forEach(this::collectionOf);
  }

  private static ResourceType namespaced(String group, String version, String plural, String kind) {
    return new ResourceType(group, version, plural, kind, true);
  }

  private ResourceCollection collectionOf(CaptureRecord record) {
    return collections.computeIfAbsent(typeOf(record), server::serve);
  }

  /** The resource of a recorded object: as the recorder noted it, else as its kind is built. */
  private ResourceType typeOf(CaptureRecord record) {
    ObjectNode object = record.object();
    String apiVersion = object.path("apiVersion").asText();
    int slash = apiVersion.indexOf('/');
    String group = slash < 0 ? "" : apiVersion.substring(0, slash);
    String kind = object.path("kind").asText();
    // Recorders write "apps.demo.example.com" for a custom resource: the plural comes first.
    String plural = record.resource().split("\\.", 2)[0];
    for (ResourceType known : collections.keySet()) {
      if (known.apiVersion().equals(apiVersion)
          && (plural.isEmpty() ? known.kind().equals(kind) : known.plural().equals(plural))) {
        return known;
      }
    }
    return new ResourceType(
        group,
        apiVersion.substring(slash + 1),
        plural.isEmpty() ? kind.toLowerCase(Locale.ROOT) + "s" : plural,
        kind,
        object.path("metadata").has("namespace"));
  }

  /** The address on which it listens. */
  public URI address() {
    return server.address();
  }

  /** The number of resources that clients have watched so far. */
  public long watched() {
    return collections.values().stream().filter(ResourceCollection::isWatched).count();
  }

  /** Whether every resource that the recording has changes of has been watched. */
  public boolean isWatched() {
    return recording.changes().stream()
        .map(this::collectionOf)
        .allMatch(ResourceCollection::isWatched);
  }

  /** Applies the change, which every watch receives. */
  public void apply(CaptureRecord change) {
    collectionOf(change).apply(change.type(), change.object());
  }

  /**
   * Applies the changes at their time of receipt, in a thread of its own, until the end or until
   * the server is closed. Called once.
   *
   * @param atEnd called after the last change
   */
  public void play(InstantSource clock, Runnable atEnd) {
    Thread thread = new Thread(() -> playAll(clock, atEnd), "recording-player");
    thread.setDaemon(true);
    thread.start();
  }

  private void playAll(InstantSource clock, Runnable atEnd) {
    try {
      // A late start delays all changes: to catch up would change the times between them.
      Duration late = Duration.between(recording.start(), clock.instant());
      Duration lag = late.isNegative() ? Duration.ZERO : late;
      for (CaptureRecord change : recording.changes()) {
        Instant at = change.receivedAt().plus(lag);
        long wait = Duration.between(clock.instant(), at).toMillis();
        if (closed.await(Math.max(0, wait), TimeUnit.MILLISECONDS)) {
          return;
        }
        apply(change);
      }
      atEnd.run();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    closed.countDown();
    server.close();
  }
}
