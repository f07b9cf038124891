package io.kspan.topology.status;

import static io.kspan.topology.status.ObjectStatus.equal;
import static io.kspan.topology.status.ObjectStatus.field;
import static io.kspan.topology.status.ObjectStatus.is;
import static io.kspan.topology.status.ObjectStatus.isTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.kspan.topology.model.ObjectState;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/**
 * The rules for built-in kinds, compiled: most objects are of these. {@code StatusTableTest} holds
 * them equal to the same rules as expressions.
 *
 * <p>Stateless.
 */
final class BuiltInKinds {
  private static final Predicate<ObjectStatus> NEVER = object -> false;

  /** The first that is true decides; an object of which none is true, is unsettled. */
  private record KindRule(
      String group,
      Predicate<ObjectStatus> failed,
      Predicate<ObjectStatus> suspended,
      Predicate<ObjectStatus> settled,
      Predicate<ObjectStatus> failing) {}

  private static final Map<String, KindRule> BY_KIND =
      Map.of(
          "Deployment",
          new KindRule(
              "apps",
              NEVER,
              BuiltInKinds::deploymentPaused,
              BuiltInKinds::deploymentSettled,
              object -> object.isFalse("Progressing")),
          "ReplicaSet",
          new KindRule("apps", NEVER, NEVER, BuiltInKinds::replicasReady, NEVER),
          "StatefulSet",
          new KindRule("apps", NEVER, NEVER, BuiltInKinds::statefulSetSettled, NEVER),
          "DaemonSet",
          new KindRule("apps", NEVER, NEVER, BuiltInKinds::daemonSetSettled, NEVER),
          "Job",
          new KindRule(
              "batch",
              object -> object.isTrue("Failed"),
              BuiltInKinds::jobSuspended,
              object -> object.isTrue("Complete"),
              NEVER),
          "Pod",
          new KindRule(
              ObjectStatus.CORE,
              object -> object.phase().equals("Failed"),
              NEVER,
              object -> object.phase().equals("Succeeded") || object.isTrue("Ready"),
              BuiltInKinds::podFailing),
          "PersistentVolumeClaim",
          new KindRule(
              ObjectStatus.CORE,
              object -> object.phase().equals("Lost"),
              NEVER,
              object -> object.phase().equals("Bound"),
              NEVER));

  // That an ephemeral container does not start is no incident: a user debugs with it.
  private static final List<String> CONTAINER_LISTS =
      List.of("containerStatuses", "initContainerStatuses");

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

  private BuiltInKinds() {}

  static boolean has(String kind, String group) {
    KindRule rule = BY_KIND.get(kind);
    return rule != null && rule.group().equals(group);
  }

  /** The state of an object of a kind that {@link #has} has. */
  static ObjectState state(ObjectStatus object) {
    KindRule rule = BY_KIND.get(object.kind());
    if (rule.failed().test(object)) {
      return ObjectState.FAILED;
    }
    if (rule.suspended().test(object)) {
      return ObjectState.SUSPENDED;
    }
    return rule.settled().test(object) ? ObjectState.SETTLED : ObjectState.UNSETTLED;
  }

  /** Likewise. */
  static boolean failing(ObjectStatus object) {
    return BY_KIND.get(object.kind()).failing().test(object);
  }

  private static boolean wanted(ObjectStatus object, String number) {
    return equal(object.number(number), object.wantedReplicas());
  }

  private static boolean deploymentPaused(ObjectStatus object) {
    return isTrue(field(object.spec(), "paused"))
        && object.observed()
        && wanted(object, "replicas")
        && wanted(object, "availableReplicas")
        && !wanted(object, "updatedReplicas");
  }

  private static boolean deploymentSettled(ObjectStatus object) {
    return object.observed()
        && wanted(object, "updatedReplicas")
        && wanted(object, "replicas")
        && wanted(object, "availableReplicas");
  }

  private static boolean replicasReady(ObjectStatus object) {
    return object.observed() && wanted(object, "replicas") && wanted(object, "readyReplicas");
  }

  private static boolean updatesOnDelete(ObjectStatus object) {
    return is(field(object.spec(), "updateStrategy", "type"), "OnDelete");
  }

  private static boolean statefulSetSettled(ObjectStatus object) {
    return replicasReady(object)
        && (updatesOnDelete(object)
            || isPositive(field(object.spec(), "updateStrategy", "rollingUpdate", "partition"))
            || equal(revision(object, "currentRevision"), revision(object, "updateRevision"))
            || equal(object.number("updatedReplicas"), object.number("replicas")));
  }

  private static boolean isPositive(JsonNode value) {
    return value.isNumber() && value.doubleValue() > 0;
  }

  private static JsonNode revision(ObjectStatus object, String name) {
    JsonNode revision = field(object.status(), name);
    return revision.isMissingNode() ? TextNode.valueOf("") : revision;
  }

  private static boolean daemonSetSettled(ObjectStatus object) {
    JsonNode wanted = object.number("desiredNumberScheduled");
    return object.observed()
        && equal(object.number("numberAvailable"), wanted)
        && (updatesOnDelete(object) || equal(object.number("updatedNumberScheduled"), wanted));
  }

  private static boolean jobSuspended(ObjectStatus object) {
    return isTrue(field(object.spec(), "suspend"))
        && equal(object.number("active"), IntNode.valueOf(0))
        && !object.isTrue("Complete");
  }

  private static boolean podFailing(ObjectStatus object) {
    for (String list : CONTAINER_LISTS) {
      JsonNode containers = object.status().path(list);
      if (containers.isArray()) {
        for (JsonNode container : containers) {
          JsonNode reason = field(container, "state", "waiting", "reason");
          if (reason.isTextual() && FAILING_REASONS.contains(reason.textValue())) {
            return true;
          }
        }
      }
    }
    return false;
  }
}
