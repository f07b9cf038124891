package io.kspan.topology.assemble;

import io.kspan.topology.assemble.ObjectFacts.Container;
import io.kspan.topology.assemble.ObjectFacts.Spec;
import io.kspan.topology.assemble.ObjectFacts.Status;
import io.kspan.topology.model.ObjectState;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Rule 5.3: the state of one version of an object, by a table of kinds, and whether it is failing.
 *
 * <p>Pure and thread-safe.
 */
final class StateRules {
  private static final Predicate<ObjectFacts> NEVER = facts -> false;

  /** The first that is true decides; an object of the kind for which none is, is unsettled. */
  private record KindRule(Predicate<ObjectFacts> failed, Predicate<ObjectFacts> settled) {}

  private static final Map<String, KindRule> BY_KIND =
      Map.of(
          "Deployment", new KindRule(NEVER, StateRules::deploymentSettled),
          "ReplicaSet", new KindRule(NEVER, StateRules::replicasReady),
          "StatefulSet", new KindRule(NEVER, StateRules::statefulSetSettled),
          "DaemonSet", new KindRule(NEVER, StateRules::daemonSetSettled),
          "Job", new KindRule(facts -> facts.status().isTrue("Failed"), StateRules::jobSettled),
          "Pod",
              new KindRule(
                  facts -> facts.status().phase().equals("Failed"), StateRules::podSettled),
          "PersistentVolumeClaim",
              new KindRule(NEVER, facts -> facts.status().phase().equals("Bound")));

  /** Reasons for which a container waits until a user changes something. */
  private static final Set<String> FAILING_REASONS =
      Set.of(
          "CrashLoopBackOff",
          "ImagePullBackOff",
          "ErrImagePull",
          "InvalidImageName",
          "CreateContainerConfigError",
          "CreateContainerError",
          "RunContainerError");

  private StateRules() {}

  static ObjectState state(ObjectFacts facts) {
    KindRule rule = BY_KIND.get(facts.reference().kind());
    if (rule == null) {
      return stateOfOtherKind(facts);
    }
    if (rule.failed().test(facts)) {
      return ObjectState.FAILED;
    }
    return rule.settled().test(facts) ? ObjectState.SETTLED : ObjectState.UNSETTLED;
  }

  static boolean failing(ObjectFacts facts) {
    return isPod(facts)
        ? facts.status().containers().stream().anyMatch(StateRules::cannotStart)
        : facts.status().isFalse("Progressing");
  }

  static boolean isPod(ObjectFacts facts) {
    return facts.reference().kind().equals("Pod");
  }

  /** The condition that tells the state of a kind without a rule of its own; null without one. */
  static String readyCondition(ObjectFacts facts) {
    if (BY_KIND.containsKey(facts.reference().kind())) {
      return null;
    }
    String ready = facts.status().condition("Ready");
    return ready == null ? facts.status().condition("Available") : ready;
  }

  private static ObjectState stateOfOtherKind(ObjectFacts facts) {
    String ready = readyCondition(facts);
    if (ready == null) {
      return ObjectState.SILENT;
    }
    boolean current = facts.status().observedGeneration() == null || observed(facts);
    return ready.equals("True") && current ? ObjectState.SETTLED : ObjectState.UNSETTLED;
  }

  private static boolean observed(ObjectFacts facts) {
    Long observed = facts.status().observedGeneration();
    return (observed == null ? 0 : observed) >= facts.generation();
  }

  private static long wantedReplicas(ObjectFacts facts) {
    return facts.spec().replicas() == null ? 1 : facts.spec().replicas();
  }

  private static boolean deploymentSettled(ObjectFacts facts) {
    long wanted = wantedReplicas(facts);
    Status status = facts.status();
    return facts.spec().paused()
        || observed(facts)
            && status.updatedReplicas() == wanted
            && status.replicas() == wanted
            && status.availableReplicas() == wanted;
  }

  private static boolean replicasReady(ObjectFacts facts) {
    long wanted = wantedReplicas(facts);
    return observed(facts)
        && facts.status().replicas() == wanted
        && facts.status().readyReplicas() == wanted;
  }

  private static boolean statefulSetSettled(ObjectFacts facts) {
    Spec spec = facts.spec();
    Status status = facts.status();
    return replicasReady(facts)
        && (spec.updateStrategy().equals("OnDelete")
            || spec.partition() > 0
            || status.currentRevision().equals(status.updateRevision())
            || status.updatedReplicas() == status.replicas());
  }

  private static boolean daemonSetSettled(ObjectFacts facts) {
    Status status = facts.status();
    long wanted = status.desiredNumberScheduled();
    return observed(facts)
        && status.numberAvailable() == wanted
        && (facts.spec().updateStrategy().equals("OnDelete")
            || status.updatedNumberScheduled() == wanted);
  }

  private static boolean jobSettled(ObjectFacts facts) {
    return facts.spec().suspended()
        || facts.status().isTrue("Suspended")
        || facts.status().isTrue("Complete");
  }

  private static boolean podSettled(ObjectFacts facts) {
    return facts.status().phase().equals("Succeeded") || facts.status().isTrue("Ready");
  }

  /** That an ephemeral container does not start is no incident: a user debugs with it. */
  private static boolean cannotStart(Container container) {
    return !container.ephemeral() && FAILING_REASONS.contains(container.waitingReason());
  }
}
