package io.kspan.topology.simulation;

import io.kspan.testsupport.generate.Input;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;

/**
 * Random logs of what one or two clusters tell: forests of owners with cycles, namesakes, owners
 * that are never received or received late, and events about all of them.
 *
 * <p>Receipts may be equal, since nothing forbids that; but two versions of one object of the same
 * millisecond stay in order (see {@link Arrivals}). Objects are adopted several times, also by
 * objects of another namespace; clocks are wrong by hours; events point to other trees; the states
 * of custom kinds are those of status rules.
 */
final class ClusterLogs {
  private static final String[] KINDS = {
    "Deployment",
    "ReplicaSet",
    "ReplicaSet",
    "Pod",
    "Pod",
    "Pod",
    "Job",
    "CronJob",
    "StatefulSet",
    "PersistentVolumeClaim",
    "Node",
    "Widget",
    "HorizontalPodAutoscaler",
    "PipelineRun",
    "Rollout"
  };
  private static final String[] REASONS = {
    "Scheduled",
    "Killing",
    "Pulled",
    "Started",
    "FailedMount",
    "SuccessfulCreate",
    "SuccessfulCreate",
    "SuccessfulDelete",
    "ScalingReplicaSet",
    "SuccessfulRescale",
    "Preempted",
    "Other"
  };
  private static final String[] MESSAGES = {
    "Created pod: %s",
    "create Pod %s in StatefulSet n0 successful",
    "create Claim %s Pod n0 in StatefulSet n1 success",
    "Deleted pod: %s",
    "Scaled up replica set %s from 0 to 1",
    "Scaled down replica set %s",
    "Created job %s",
    "waiting for pod %s to be scheduled",
    "Preempted by pod uid-a%s on node n0",
    "something about %s"
  };
  private static final String[] STATUSES = {
    "{replicas: 1, readyReplicas: 1, updatedReplicas: 1, availableReplicas: 1, observedGeneration: 9}",
    "{phase: 'Running', conditions: [{type: 'Ready', status: 'True'}]}",
    "{phase: 'Running', containerStatuses: [{name: 'c', state: {waiting: {reason: 'CrashLoopBackOff'}}}]}",
    "{phase: 'Succeeded', conditions: [{type: 'Complete', status: 'True'}]}",
    "{phase: 'Pending', conditions: [{type: 'Progressing', status: 'False'}]}",
    "{phase: 'Pending'}",
    "{phase: 'Failed', conditions: [{type: 'Succeeded', status: 'False', reason: 'Failed'}]}",
    "{phase: 'Healthy', observedGeneration: 99, conditions: [{type: 'Succeeded', status: 'True'}]}",
    "{phase: 'Degraded', observedGeneration: '99', conditions: [{type: 'Ready', status: 'Unknown'}]}",
    "{phase: 7, conditions: 'none', replicas: 'many'}"
  };
  private static final String[] SPECS = {
    "{replicas: 1}",
    "{replicas: 2, template: {spec: {containers: [{name: 'c', image: 'i:1'}]}}}",
    "{replicas: 0, template: {spec: {containers: [{name: 'c', image: 'i:1'}]}}}",
    "{replicas: 1, paused: true, template: {spec: {containers: [{name: 'c', image: 'i:2'}]}}}",
    "{suspend: true}",
    "{scaleTargetRef: {kind: 'Deployment', name: 'n0', apiVersion: 'apps/v1'}}"
  };
  private static final int MOST_MOVES = 4;
  private static final int[] GAPS_MILLIS = {
    0, 1, 20, 500, 1000, 2000, 8000, 10_000, 30_000, 200_000
  };

  private final Random random;
  private final boolean cycles;
  private final boolean unwatched;
  private final List<Input> forest = new ArrayList<>();
  private final List<Message> log = new ArrayList<>();
  // Of each object, as it was sent last; null if it was not sent, or is deleted.
  private final List<Input> last = new ArrayList<>();
  private final List<Integer> moves = new ArrayList<>();
  private final Set<Integer> released = new HashSet<>();
  private double now = 100;
  private int versions;
  private int replaced;

  private ClusterLogs(Random random, boolean cycles, boolean unwatched) {
    this.random = random;
    this.cycles = cycles;
    this.unwatched = unwatched;
  }

  /** The log of {@code seed}: at most {@code objects} objects and {@code records} records. */
  static List<Message> of(long seed, int objects, int records, boolean cycles) {
    return new ClusterLogs(new Random(seed), cycles, false).write(objects, records);
  }

  /** The same, but objects also vanish while nobody watches, and complete lists say who is left. */
  static List<Message> unwatched(long seed, int objects, int records) {
    return new ClusterLogs(new Random(seed), false, true).write(objects, records);
  }

  private List<Message> write(int objects, int records) {
    int clusters = 1 + random.nextInt(5) / 4;
    int size = 1 + random.nextInt(objects);
    for (int i = 0; i < size; i++) {
      Input object =
          Input.object(pick(KINDS), name(), "uid-" + (char) ('a' + random.nextInt(26)) + i);
      if (object.kind().equals("Node")) {
        object.without("metadata.namespace");
      } else if (random.nextInt(8) == 0) {
        // What is owned from another namespace is not.
        object.inNamespace("elsewhere");
      }
      object.cluster(random.nextInt(clusters) == 0 ? "c" : "d");
      // What vanishes and comes back without UID cannot be told from what never was away.
      if (!unwatched && anonymous(object) && random.nextInt(12) == 0) {
        object.without("metadata.uid");
      }
      if (random.nextInt(3) > 0) {
        object.labelled("app.kubernetes.io/part-of", "p");
        released.add(i);
      }
      if (random.nextInt(3) == 0) {
        object.annotated("org.opencontainers.image.revision", "r");
      }
      forest.add(object);
      last.add(null);
      moves.add(0);
    }
    // Some of the forest is there from the beginning, as after a list.
    for (int i = 0; i < size; i++) {
      // What is released has no owner, until it is adopted.
      if (!released.contains(i)) {
        own(i);
      }
      if (random.nextInt(4) == 0) {
        version(i);
      }
    }
    while (log.size() < records && random.nextInt(records) > 0) {
      now += GAPS_MILLIS[random.nextInt(GAPS_MILLIS.length)] / 1000.0;
      if (random.nextInt(5) < 2) {
        version(random.nextInt(size));
      } else if (unwatched && random.nextInt(4) == 0) {
        Input before = forest.get(random.nextInt(size));
        vanish(forest.indexOf(before));
        list(random.nextInt(4) == 0 ? pick(KINDS) : before.kind(), before.cluster());
      } else if (random.nextInt(30) == 0) {
        listed();
      } else {
        event(log.size());
      }
    }
    return log;
  }

  /** Itself and its own descendants included. */
  private void own(int object) {
    own(object, forest.get(object));
  }

  private void own(int object, Input child) {
    int owners = random.nextInt(5) / 2;
    for (int i = 0; i < owners; i++) {
      Input owner = forest.get(random.nextInt(cycles ? forest.size() : object + 1));
      // Index knows by its UID who owns itself, but not who is in a longer cycle.
      if (!cycles && owner.uid().isEmpty() && isNamesake(owner, child)) {
        continue;
      }
      if (owner.cluster().equals(child.cluster())) {
        child.ownedBy(owner, random.nextBoolean());
      }
    }
  }

  /** Also of another namespace: an ownerReference without UID then names the child itself. */
  private static boolean isNamesake(Input owner, Input child) {
    return owner.kind().equals(child.kind()) && owner.name().equals(child.name());
  }

  /** Without UIDs, objects of several clusters have the same ids (trace-model 2). */
  private static boolean anonymous(Input object) {
    return object.cluster().equals("c");
  }

  private void version(int object) {
    Input before = last.get(object);
    Input version = before == null ? first(forest.get(object)) : before.again();
    version.status(pick(STATUSES)).resourceVersion("v" + versions++).received(now);
    if (random.nextInt(8) == 0) {
      version.without("metadata.resourceVersion");
    }
    if (random.nextInt(3) == 0) {
      version.generation(1 + versions / 3);
    }
    if (random.nextInt(3) == 0) {
      // Often with the status of before.
      version.labelled("app.kubernetes.io/version", "" + versions);
    }
    if (random.nextInt(4) == 0) {
      version.specChangedAt(Math.floor(now - random.nextInt(3)), "kubectl", "Update");
    }
    if (random.nextInt(3) == 0) {
      version.spec(pick(SPECS));
    }
    if (before != null && moves.get(object) < MOST_MOVES && random.nextInt(5) == 0) {
      moves.set(object, moves.get(object) + 1);
      version.without("metadata.ownerReferences");
      own(object, version);
    }
    if (random.nextInt(10) == 0) {
      version.terminating();
    }
    boolean gone = before != null && random.nextInt(6) == 0;
    Message message = Message.of((gone ? version.again().deleted() : version).envelope());
    log.add(message);
    if (gone) {
      log.add(message.tombstone());
    }
    last.set(object, version);
    if (gone) {
      replace(object);
    }
  }

  /** Whoever comes next under this name is somebody else. */
  private void replace(int object) {
    Input before = last.set(object, null);
    forest.set(
        object,
        Input.object(before.kind(), name(), "uid-next-" + replaced++).cluster(before.cluster()));
    moves.set(object, 0);
    own(object);
  }

  /** Nobody tells that. */
  private void vanish(int object) {
    if (last.get(object) != null) {
      replace(object);
      now += 1;
    }
  }

  /** Everything of a kind that is left, as it was sent last, and then the marker. */
  private void list(String kind, String cluster) {
    double startedAt = now;
    String group = "";
    for (Input object : last) {
      if (object != null && object.kind().equals(kind) && object.cluster().equals(cluster)) {
        now += random.nextInt(3) / 1000.0;
        log.add(Message.of(object.again().received(now).envelope()));
      }
    }
    now += random.nextInt(3000) / 1000.0;
    String apiVersion = Input.object(kind, "n", "u").apiVersion();
    if (apiVersion.contains("/")) {
      group = apiVersion.substring(0, apiVersion.indexOf('/'));
    }
    String envelope =
        "{\"type\":\"LISTED\",\"cluster\":\"%s\",\"observedAt\":\"%s\",\"scope\":{\"kind\":\"%s\",\"group\":\"%s\",\"startedAt\":\"%s\"}}"
            .formatted(cluster, moment(now), kind, group, moment(startedAt));
    log.add(Message.of(envelope.getBytes(StandardCharsets.UTF_8)));
  }

  private static String moment(double seconds) {
    return Input.START.plusMillis(Math.round(seconds * 1000)).toString();
  }

  private Input first(Input object) {
    return object.again().created(Math.max(0, Math.floor(now - random.nextInt(3))));
  }

  private void event(int number) {
    Input about = any(forest);
    Input event =
        Input.event("event-" + number + "-uid", about, pick(REASONS))
            .cluster(about.cluster())
            .message(pick(MESSAGES).formatted(name()))
            .received(now);
    if (about.kind().equals("Node")) {
      event.without("involvedObject.namespace");
    }
    involved(event, about);
    time(event, number);
    if (random.nextInt(12) == 0) {
      event.annotated("topLevelSpan", "true");
    }
    if (random.nextInt(4) == 0) {
      event.count(random.nextInt(4));
    }
    if (random.nextInt(6) == 0) {
      related(event, any(forest));
    }
    if (random.nextInt(6) == 0) {
      event.type("Warning");
    }
    log.add(Message.of(event.envelope()));
  }

  private void involved(Input event, Input about) {
    event.involved("apiVersion", about.apiVersion());
    switch (random.nextInt(anonymous(about) ? 10 : 7)) {
      case 0 -> event.involvedVersion("v" + random.nextInt(versions + 1));
      case 7 -> event.without("involvedObject.uid");
      case 8 -> event.involved("uid", about.name());
      // As the config hash of a static pod.
      case 9 -> event.involved("uid", "hash-of-" + about.kind() + about.name());
      default -> {}
    }
  }

  private void related(Input event, Input to) {
    String uid = random.nextBoolean() ? to.uid() : "";
    event.withJson(
        "related",
        "{kind: '%s', namespace: 'ns', name: '%s', uid: '%s'}"
            .formatted(to.kind(), to.name(), uid));
  }

  private void time(Input event, int number) {
    if (random.nextInt(8) == 0) {
      // The clock of the node is wrong, that of the API server is right.
      int hours = random.nextInt(5) - 2;
      event
          .with("lastTimestamp", Input.START.plusSeconds((long) now + hours * 3600L).toString())
          .created(Math.floor(now));
      return;
    }
    switch (random.nextInt(5)) {
      case 0 -> event.with("lastTimestamp", Input.START.plusSeconds((long) now).toString());
      case 1 -> event.at(Math.max(0, now - random.nextInt(3000))).received(now);
      case 2 -> {
        String nanos =
            Long.toHexString(Input.START.toEpochMilli() * 1_000_000 + (long) (now * 1e9) - number);
        event
            .with("lastTimestamp", Input.START.plusSeconds((long) now).toString())
            .named("n." + nanos);
      }
      default -> event.at(now - random.nextInt(2000) / 1000.0).received(now);
    }
  }

  private void listed() {
    String envelope =
        "{\"type\":\"LISTED\",\"cluster\":\"c\",\"observedAt\":\"%s\",\"scope\":{\"kind\":\"%s\"}}"
            .formatted(Input.START.plusMillis(Math.round(now * 1000)), pick(KINDS));
    log.add(Message.of(envelope.getBytes(StandardCharsets.UTF_8)));
  }

  /** Few, so that most are used more than once. */
  private String name() {
    return "n" + random.nextInt(3);
  }

  private String pick(String[] of) {
    return of[random.nextInt(of.length)];
  }

  private <T> T any(List<T> of) {
    return of.get(random.nextInt(of.size()));
  }
}
