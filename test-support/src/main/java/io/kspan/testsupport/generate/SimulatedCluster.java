package io.kspan.testsupport.generate;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.UUID;

/**
 * An API server whose controllers roll out Deployments: what its watches send, in the order of
 * receipt. The same arguments always give the same.
 *
 * <p>Lazy: holds the objects that are alive, not what it has sent. Not thread-safe.
 */
public final class SimulatedCluster implements Iterator<InputMessage> {
  /** {@code cluster} of the envelopes. */
  public static final String NAME = "generated";

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final long NANOS_PER_MILLI = 1_000_000L;
  private static final int REPORTING_DELAY_MILLIS = 5;

  private final Queue<Action> actions =
      new PriorityQueue<>(
          Comparator.comparingLong(Action::atMillis).thenComparingLong(Action::sequence));
  private final Queue<InputMessage> pending = new ArrayDeque<>();
  private final SplittableRandom random;
  private long nowMillis;
  private long sequence;
  private long resourceVersion;

  private record Action(long atMillis, long sequence, Runnable what) {}

  private SimulatedCluster(long seed, Instant start) {
    this.random = new SplittableRandom(seed);
    this.nowMillis = start.toEpochMilli();
  }

  /**
   * A cluster in which Deployments are created and then updated to a new image, one pod after the
   * other as in the recorded rollouts.
   *
   * @param seed of everything random: UIDs, names, delays
   * @param start when the first Deployment is created, a whole second or not
   * @param trees number of Deployments, each a root of its own
   * @param podsPerTree of each Deployment; half of them are of the old ReplicaSet, half of the new
   * @param between the time from one Deployment's creation to that of the next
   */
  public static SimulatedCluster rollouts(
      long seed, Instant start, int trees, int podsPerTree, Duration between) {
    SimulatedCluster cluster = new SimulatedCluster(seed, start);
    for (int i = 0; i < trees; i++) {
      Rollout rollout = new Rollout(cluster, "team-" + i % 100, "web-" + i, podsPerTree);
      cluster.after(between.multipliedBy(i).toMillis(), rollout::create);
    }
    return cluster;
  }

  @Override
  public boolean hasNext() {
    while (pending.isEmpty() && !actions.isEmpty()) {
      Action next = actions.remove();
      nowMillis = next.atMillis();
      next.what().run();
    }
    return !pending.isEmpty();
  }

  @Override
  public InputMessage next() {
    if (!hasNext()) {
      throw new NoSuchElementException("the rollouts are through");
    }
    return pending.remove();
  }

  void after(long millis, Runnable what) {
    actions.add(new Action(nowMillis + millis, sequence++, what));
  }

  /** {@code millis}, and up to a quarter more. */
  long about(long millis) {
    return millis + random.nextLong(millis / 4 + 1);
  }

  String uid() {
    return new UUID(random.nextLong(), random.nextLong()).toString();
  }

  /** The end of a generated name. */
  String suffix() {
    return Long.toString(random.nextLong(1L << 40, 1L << 45), Character.MAX_RADIX);
  }

  Instant now() {
    return Instant.ofEpochMilli(nowMillis);
  }

  Instant thisSecond() {
    return now().truncatedTo(ChronoUnit.SECONDS);
  }

  /** A version of an object, sent at once. */
  void tell(String type, KubeObject object) {
    if (type.equals("ADDED")) {
      object.metadata().put("creationTimestamp", thisSecond().toString());
    }
    object.metadata().put("resourceVersion", Long.toString(++resourceVersion));
    send(false, object.key(NAME), type, object.json());
  }

  /** An Event of a component about an object; sent a little later than it happened. */
  void event(KubeObject about, Component component, String reason, String message) {
    long happened = nowMillis * NANOS_PER_MILLI + random.nextLong(NANOS_PER_MILLI);
    ObjectNode event = JsonNodeFactory.instance.objectNode();
    event.put("kind", "Event").put("apiVersion", "v1");
    event
        .putObject("metadata")
        .put("name", about.name() + "." + Long.toHexString(happened))
        .put("namespace", about.namespace())
        .put("uid", uid())
        .put("resourceVersion", Long.toString(++resourceVersion))
        .put("creationTimestamp", thisSecond().toString());
    ObjectNode involved = event.putObject("involvedObject");
    involved
        .put("kind", about.kind())
        .put("namespace", about.namespace())
        .put("name", about.name())
        .put("uid", about.uid())
        .put("apiVersion", about.json().path("apiVersion").asText())
        .put("resourceVersion", about.metadata().path("resourceVersion").asText());
    event.put("reason", reason).put("message", message).put("type", "Normal");
    if (component == Component.SCHEDULER) {
      // The scheduler writes events of events.k8s.io: a fine stamp and no count.
      event.putNull("firstTimestamp").putNull("lastTimestamp");
      event.put("eventTime", micros(happened));
      event.put("reportingComponent", component.text).put("reportingInstance", component.text);
      event.putObject("source");
    } else {
      if (component == Component.KUBELET) {
        involved.put("fieldPath", "spec.containers{main}");
      }
      event
          .put("firstTimestamp", thisSecond().toString())
          .put("lastTimestamp", thisSecond().toString())
          .put("count", 1)
          .putNull("eventTime");
      event.putObject("source").put("component", component.text).put("host", component.host);
    }
    after(REPORTING_DELAY_MILLIS, () -> send(true, about.key(NAME), "ADDED", event));
  }

  private static String micros(long nanos) {
    return Instant.ofEpochSecond(0, nanos).truncatedTo(ChronoUnit.MICROS).toString();
  }

  private void send(boolean event, String key, String type, ObjectNode object) {
    ObjectNode envelope = JsonNodeFactory.instance.objectNode();
    envelope.put("type", type).put("cluster", NAME).put("observedAt", now().toString());
    envelope.set("object", object);
    try {
      pending.add(new InputMessage(event, key, nowMillis, JSON.writeValueAsBytes(envelope)));
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The reporting component. */
  enum Component {
    DEPLOYMENTS("deployment-controller", ""),
    REPLICA_SETS("replicaset-controller", ""),
    SCHEDULER("default-scheduler", ""),
    KUBELET("kubelet", "node1");

    private final String text;
    private final String host;

    Component(String text, String host) {
      this.text = text;
      this.host = host;
    }
  }
}
