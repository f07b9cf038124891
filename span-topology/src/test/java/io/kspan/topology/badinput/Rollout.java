package io.kspan.topology.badinput;

import static io.kspan.testsupport.generate.Input.event;
import static io.kspan.testsupport.generate.Input.object;

import io.kspan.testsupport.generate.Input;
import java.util.List;

/** A deployment that comes up within five seconds and settles: what bad input must not touch. */
final class Rollout {
  private Rollout() {}

  static List<Input> good() {
    return of("web", "uid");
  }

  /** The same of other objects. */
  static List<Input> of(String name, String uid) {
    Input deployment =
        object("Deployment", name, uid + "-d").generation(1).received(0).spec("{replicas: 1}");
    Input replicaSet =
        object("ReplicaSet", name + "-1", uid + "-rs").ownedBy(deployment).received(0.5);
    Input pod = object("Pod", name + "-1-a", uid + "-p").ownedBy(replicaSet).received(1.5);
    return List.of(
        deployment,
        replicaSet,
        event(uid + "-scaled", deployment, "ScalingReplicaSet")
            .message("Scaled up replica set " + name + "-1 from 0 to 1")
            .at(0.6),
        pod,
        event(uid + "-created", replicaSet, "SuccessfulCreate")
            .message("Created pod: " + name + "-1-a")
            .at(1.6),
        event(uid + "-scheduled", pod, "Scheduled").at(2),
        event(uid + "-started", pod, "Started").at(4),
        deployment
            .again()
            .received(5)
            .status(
                "{observedGeneration: 1, replicas: 1, updatedReplicas: 1, availableReplicas: 1}"));
  }
}
