package io.kspan.testsupport.broker;

import java.util.List;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AccessControlEntryFilter;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclBindingFilter;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;
import org.awaitility.Awaitility;

/** Rights of the anonymous user at a broker that {@link SingleBroker#withAuthorizer} starts. */
public final class AccessRules {
  private static final String ANONYMOUS = "User:ANONYMOUS";

  private AccessRules() {}

  /** Denies one operation and allows all others; returns when the broker applies it. */
  public static void deny(
      Admin admin, ResourceType type, String name, PatternType pattern, AclOperation operation)
      throws Exception {
    ResourcePattern resource = new ResourcePattern(type, name, pattern);
    admin
        .createAcls(
            List.of(
                rule(resource, operation, AclPermissionType.DENY),
                // With the first rule of a resource, what no rule allows is denied.
                rule(resource, AclOperation.ALL, AclPermissionType.ALLOW)))
        .all()
        .get();
    awaitRules(admin, resource, 2);
  }

  /** Removes all rules of a resource. */
  public static void remove(Admin admin, ResourceType type, String name, PatternType pattern)
      throws Exception {
    ResourcePattern resource = new ResourcePattern(type, name, pattern);
    admin.deleteAcls(List.of(rulesOf(resource))).all().get();
    awaitRules(admin, resource, 0);
  }

  /** The controller has the rules first; the broker gets them from it. */
  private static void awaitRules(Admin admin, ResourcePattern resource, int count) {
    Awaitility.await()
        .until(() -> admin.describeAcls(rulesOf(resource)).values().get().size() == count);
  }

  private static AclBinding rule(
      ResourcePattern resource, AclOperation operation, AclPermissionType permission) {
    return new AclBinding(resource, new AccessControlEntry(ANONYMOUS, "*", operation, permission));
  }

  private static AclBindingFilter rulesOf(ResourcePattern resource) {
    return new AclBindingFilter(resource.toFilter(), AccessControlEntryFilter.ANY);
  }
}
