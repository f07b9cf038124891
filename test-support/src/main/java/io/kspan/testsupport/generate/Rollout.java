package io.kspan.testsupport.generate;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kspan.testsupport.generate.SimulatedCluster.Component;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * One Deployment: created, then updated to another image. What is sent of it is what the recorded
 * cluster sent of {@code a-rollout}: every change of status of the Deployment, its two ReplicaSets
 * and each pod, and the events of each step. While it is updated, each new pod that becomes ready
 * takes the place of an old one.
 */
public final class Rollout {
  private static final String MANAGER = "kubectl-client-side-apply";
  private static final String CONTROLLER = "kube-controller-manager";
  private static final int SURGE_DIVISOR = 4;
  private static final long BETWEEN_PODS_MILLIS = 5;
  private static final long UPDATE_AFTER_MILLIS = 3000;

  private final SimulatedCluster cluster;
  private final KubeObject deployment;
  private final int replicas;
  private ReplicaSet old;
  private ReplicaSet current;

  private static final class ReplicaSet {
    final KubeObject object;
    final String image;
    final Deque<KubeObject> running = new ArrayDeque<>();
    int wanted;
    int pods;
    int ready;

    ReplicaSet(KubeObject object, String image) {
      this.object = object;
      this.image = image;
    }
  }

  Rollout(SimulatedCluster cluster, String namespace, String name, int pods) {
    this.cluster = cluster;
    this.replicas = Math.max(1, pods / 2);
    this.deployment = new KubeObject("apps/v1", "Deployment", namespace, name, cluster.uid());
    deployment.spec().put("replicas", replicas);
  }

  void create() {
    apply("registry.local/web:1.0");
    deployment.newStatus();
    cluster.tell("ADDED", deployment);
    cluster.after(7, () -> begin("registry.local/web:1.0", replicas));
  }

  private void update() {
    old = current;
    apply("registry.local/web:1.1");
    cluster.tell("MODIFIED", deployment);
    int surge = Math.max(1, replicas / SURGE_DIVISOR);
    cluster.after(3, () -> begin("registry.local/web:1.1", surge));
  }

  private void apply(String image) {
    deployment.changedBy(MANAGER, cluster.thisSecond());
    container(deployment.spec().withObject("/template/spec"), image);
  }

  private static void container(ObjectNode spec, String image) {
    spec.putArray("containers").addObject().put("name", "main").put("image", image);
  }

  private void begin(String image, int pods) {
    KubeObject object =
        new KubeObject(
                "apps/v1",
                "ReplicaSet",
                deployment.namespace(),
                deployment.name() + "-" + cluster.suffix(),
                cluster.uid())
            .ownedBy(deployment)
            .changedBy(CONTROLLER, cluster.thisSecond());
    object.spec().put("replicas", 0);
    container(object.spec().withObject("/template/spec"), image);
    object.newStatus().put("replicas", 0);
    current = new ReplicaSet(object, image);
    cluster.tell("ADDED", object);
    scaleUp(pods);
  }

  private void scaleUp(int pods) {
    ReplicaSet set = current;
    scale(set, set.wanted + pods, "up");
    for (int i = 0; i < pods; i++) {
      cluster.after(2 + i * BETWEEN_PODS_MILLIS, () -> createPod(set));
    }
  }

  private void scale(ReplicaSet set, int wanted, String direction) {
    cluster.event(
        deployment,
        Component.DEPLOYMENTS,
        "ScalingReplicaSet",
        "Scaled %s replica set %s to %d from %d"
            .formatted(direction, set.object.name(), wanted, set.wanted));
    set.wanted = wanted;
    set.object.spec().put("replicas", wanted);
    set.object.changedBy(CONTROLLER, cluster.thisSecond());
    cluster.tell("MODIFIED", set.object);
  }

  private void createPod(ReplicaSet set) {
    KubeObject pod =
        new KubeObject(
                "v1",
                "Pod",
                deployment.namespace(),
                set.object.name() + "-" + cluster.suffix(),
                cluster.uid())
            .ownedBy(set.object)
            .writtenBy(CONTROLLER, cluster.thisSecond());
    container(pod.spec(), set.image);
    pod.newStatus().put("phase", "Pending");
    cluster.tell("ADDED", pod);
    cluster.event(
        set.object, Component.REPLICA_SETS, "SuccessfulCreate", "Created pod: " + pod.name());
    set.pods++;
    tellCounts(set);
    cluster.after(cluster.about(6), () -> schedule(pod));
    cluster.after(cluster.about(60), () -> status(pod, "Pending", false, "waiting"));
    cluster.after(cluster.about(500), () -> start(pod, set));
    cluster.after(cluster.about(1300), () -> status(pod, "Running", false, "running"));
    cluster.after(cluster.about(3000), () -> ready(pod, set));
  }

  private void schedule(KubeObject pod) {
    pod.spec().put("nodeName", "node1");
    ObjectNode scheduled = pod.newStatus().put("phase", "Pending");
    scheduled.putArray("conditions").addObject().put("type", "PodScheduled").put("status", "True");
    cluster.tell("MODIFIED", pod);
    cluster.event(
        pod,
        Component.SCHEDULER,
        "Scheduled",
        "Successfully assigned %s/%s to node1".formatted(pod.namespace(), pod.name()));
  }

  private void start(KubeObject pod, ReplicaSet set) {
    cluster.event(
        pod,
        Component.KUBELET,
        "Pulled",
        "Container image \"%s\" already present on machine".formatted(set.image));
    cluster.after(
        30, () -> cluster.event(pod, Component.KUBELET, "Created", "Created container main"));
    cluster.after(
        90, () -> cluster.event(pod, Component.KUBELET, "Started", "Started container main"));
  }

  private void ready(KubeObject pod, ReplicaSet set) {
    status(pod, "Running", true, "running");
    set.running.add(pod);
    set.ready++;
    tellCounts(set);
    if (old == null) {
      if (set.ready == replicas) {
        cluster.after(UPDATE_AFTER_MILLIS, this::update);
      }
    } else {
      replaceOne();
    }
  }

  private void replaceOne() {
    scale(old, old.wanted - 1, "down");
    KubeObject pod = old.running.remove();
    ReplicaSet set = old;
    cluster.after(2, () -> deletePod(pod, set));
    cluster.after(4, this::surgeOn);
  }

  private void surgeOn() {
    if (current.wanted < replicas) {
      scaleUp(1);
    }
  }

  private void deletePod(KubeObject pod, ReplicaSet set) {
    pod.metadata().put("deletionTimestamp", cluster.thisSecond().plusSeconds(30).toString());
    cluster.tell("MODIFIED", pod);
    cluster.event(pod, Component.KUBELET, "Killing", "Stopping container main");
    cluster.event(
        set.object, Component.REPLICA_SETS, "SuccessfulDelete", "Deleted pod: " + pod.name());
    set.pods--;
    set.ready--;
    tellCounts(set);
    cluster.after(
        cluster.about(1000),
        () -> {
          status(pod, "Running", false, "terminated");
          cluster.after(3, () -> cluster.tell("DELETED", pod));
        });
  }

  /** The ReplicaSet's controller counts, then the Deployment's does. */
  private void tellCounts(ReplicaSet set) {
    set.object
        .newStatus()
        .put("observedGeneration", set.object.generation())
        .put("replicas", set.pods)
        .put("fullyLabeledReplicas", set.pods)
        .put("readyReplicas", set.ready)
        .put("availableReplicas", set.ready);
    cluster.tell("MODIFIED", set.object);
    int pods = current.pods + (old == null ? 0 : old.pods);
    int ready = current.ready + (old == null ? 0 : old.ready);
    deployment
        .newStatus()
        .put("observedGeneration", deployment.generation())
        .put("replicas", pods)
        .put("updatedReplicas", current.pods)
        .put("readyReplicas", ready)
        .put("availableReplicas", ready)
        .put("unavailableReplicas", Math.max(0, replicas - ready));
    cluster.tell("MODIFIED", deployment);
  }

  private void status(KubeObject pod, String phase, boolean ready, String state) {
    ObjectNode status = pod.newStatus().put("phase", phase);
    status.putArray("conditions");
    condition(status, "PodScheduled", true);
    condition(status, "Initialized", true);
    condition(status, "Ready", ready);
    condition(status, "ContainersReady", ready);
    status
        .put("hostIP", "192.0.2.2")
        .put("startTime", pod.metadata().path("creationTimestamp").asText());
    ObjectNode main = status.putArray("containerStatuses").addObject().put("name", "main");
    main.put("ready", ready).put("restartCount", 0);
    String second = cluster.thisSecond().toString();
    switch (state) {
      case "waiting" ->
          main.putObject("state").putObject("waiting").put("reason", "ContainerCreating");
      case "running" ->
          main.putObject("state")
              .putObject("running")
              .put("startedAt", pod.metadata().path("creationTimestamp").asText());
      default ->
          main.putObject("state")
              .putObject("terminated")
              .put("exitCode", 0)
              .put("startedAt", pod.metadata().path("creationTimestamp").asText())
              .put("finishedAt", second);
    }
    cluster.tell("MODIFIED", pod);
  }

  private static void condition(ObjectNode status, String type, boolean met) {
    status
        .withArray("conditions")
        .addObject()
        .put("type", type)
        .put("status", met ? "True" : "False");
  }
}
