package io.kspan.topology.doctor;

import io.kspan.topology.ops.CheckResult;
import io.kspan.topology.ops.Preconditions;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.common.acl.AclOperation;

/**
 * Whether the principal of these settings has the rights that {@code run} and {@code sink} need.
 */
final class RightsCheck {
  private RightsCheck() {}

  static List<CheckResult> run(CheckContext context) throws InterruptedException {
    Preconditions preconditions = context.preconditions();
    String id = context.config().topology().applicationId();
    Map<String, Set<AclOperation>> needed = new LinkedHashMap<>(preconditions.runRights());
    if (context.options().sink()) {
      preconditions.sinkRights().forEach((t, rights) -> needed.merge(t, rights, RightsCheck::both));
    }
    List<CheckResult> results = new ArrayList<>(preconditions.rights(needed));
    results.addAll(preconditions.creation(id, TopicsCheck.internalTopics(id, false).get(0)));
    results.addAll(preconditions.group(id));
    if (context.options().sink()) {
      results.addAll(preconditions.group(context.config().sinkGroup()));
    }
    results.addAll(preconditions.transactions(id));
    if (results.isEmpty()) {
      results.add(
          CheckResult.ok(
              "this principal may use the topics and groups that exist; WRITE on transactional ids"
                  + " and DELETE on internal topics cannot be asked"));
    }
    return results;
  }

  private static Set<AclOperation> both(Set<AclOperation> one, Set<AclOperation> other) {
    Set<AclOperation> both = EnumSet.copyOf(one);
    both.addAll(other);
    return both;
  }
}
