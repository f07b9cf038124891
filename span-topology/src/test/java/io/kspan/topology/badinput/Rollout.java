package io.kspan.topology.badinput;

import static io.kspan.topology.rules.Told.event;
import static io.kspan.topology.rules.Told.object;

import io.kspan.topology.rules.Told;
import java.util.List;

/** A deployment that comes up within five seconds and settles: what bad input must not touch. */
final class Rollout {
  private Rollout() {}

  static List<Told> good() {
    Told deployment =
        object("Deployment", "web", "uid-d").generation(1).received(0).spec("{replicas: 1}");
    Told replicaSet = object("ReplicaSet", "web-1", "uid-rs").ownedBy(deployment).received(0.5);
    Told pod = object("Pod", "web-1-a", "uid-p").ownedBy(replicaSet).received(1.5);
    return List.of(
        deployment,
        replicaSet,
        event("scaled", deployment, "ScalingReplicaSet")
            .message("Scaled up replica set web-1 from 0 to 1")
            .at(0.6),
        pod,
        event("created", replicaSet, "SuccessfulCreate").message("Created pod: web-1-a").at(1.6),
        event("scheduled", pod, "Scheduled").at(2),
        event("started", pod, "Started").at(4),
        deployment
            .again()
            .received(5)
            .status(
                "{observedGeneration: 1, replicas: 1, updatedReplicas: 1, availableReplicas: 1}"));
  }
}
