package io.kspan.connect.record;

import java.util.Set;
import java.util.regex.Pattern;

/**
 * A resource of the Kubernetes API by group, version and plural name, written {@code v1/pods} or
 * {@code apps/v1/deployments}.
 *
 * @param group empty for the core group
 * @param plural the name of the collection in URLs
 */
public record ResourceId(String group, String version, String plural) {
  private static final Pattern NAME = Pattern.compile("[a-z0-9]([-a-z0-9.]*[a-z0-9])?");
  private static final Set<String> CLUSTER_SCOPED =
      Set.of("nodes", "namespaces", "persistentvolumes");

  /** Groups of Kubernetes itself in which every resource has a namespace. */
  private static final Set<String> NAMESPACED_GROUPS =
      Set.of("apps", "autoscaling", "batch", "coordination.k8s.io", "policy", Keys.EVENTS_GROUP);

  /** Reads {@code [group/]version/plural}; throws {@link IllegalArgumentException} otherwise. */
  public static ResourceId parse(String text) {
    String[] parts = text.split("/", -1);
    for (String part : parts) {
      if (!NAME.matcher(part).matches()) {
        throw malformed(text);
      }
    }
    return switch (parts.length) {
      case 2 -> new ResourceId("", parts[0], parts[1]);
      case 3 -> new ResourceId(parts[0], parts[1], parts[2]);
      default -> throw malformed(text);
    };
  }

  private static IllegalArgumentException malformed(String text) {
    return new IllegalArgumentException(
        "'" + text + "' is not of the form v1/pods or apps/v1/deployments");
  }

  /** The {@code apiVersion} of the objects. */
  public String apiVersion() {
    return group.isEmpty() ? version : group + '/' + version;
  }

  /** Whether the objects are Events, in either of the two API groups that serve the same ones. */
  public boolean isEvents() {
    return plural.equals("events") && (group.isEmpty() || group.equals(Keys.EVENTS_GROUP));
  }

  /** Whether both have the same objects: in another version or, for Events, in another group. */
  public boolean isSameCollection(ResourceId other) {
    return plural.equals(other.plural)
        && (group.equals(other.group) || (isEvents() && other.isEvents()));
  }

  /** Whether the objects have no namespace; known for the core group only, otherwise false. */
  public boolean isClusterScoped() {
    return group.isEmpty() && CLUSTER_SCOPED.contains(plural);
  }

  /** Whether only the API server knows if the objects have namespaces. */
  public boolean needsDiscovery() {
    return !group.isEmpty() && !NAMESPACED_GROUPS.contains(group);
  }

  /** Secrets are never read. */
  public boolean isSecrets() {
    return group.isEmpty() && plural.equals("secrets");
  }

  /** The data of ConfigMaps is never published. */
  public boolean isConfigMaps() {
    return group.isEmpty() && plural.equals("configmaps");
  }

  /** The path of the group and version, relative to the API server's base URL. */
  public String groupVersionPath() {
    return (group.isEmpty() ? "api/" : "apis/") + apiVersion();
  }

  /** The text that {@link #parse} reads. */
  @Override
  public String toString() {
    return apiVersion() + '/' + plural;
  }
}
