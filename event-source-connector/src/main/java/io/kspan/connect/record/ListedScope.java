package io.kspan.connect.record;

import java.time.Instant;
import java.util.Objects;

/**
 * What a completed list was a list of. An object of this scope that was last observed before {@code
 * startedAt} and is not contained in the list no longer exists.
 *
 * @param group empty for the core group
 * @param resource the plural resource name
 * @param namespace empty for all namespaces, and for cluster-scoped resources
 * @param resourceVersion the version of the list
 * @param startedAt when the first page was asked for; no item of the list was observed earlier
 */
public record ListedScope(
    String group,
    String version,
    String kind,
    String resource,
    String namespace,
    String resourceVersion,
    Instant startedAt) {
  public ListedScope {
    Objects.requireNonNull(group, "group");
    Objects.requireNonNull(version, "version");
    Objects.requireNonNull(kind, "kind");
    Objects.requireNonNull(resource, "resource");
    Objects.requireNonNull(namespace, "namespace");
    Objects.requireNonNull(resourceVersion, "resourceVersion");
    Objects.requireNonNull(startedAt, "startedAt");
  }

  ResourceId resourceId() {
    return new ResourceId(group, version, resource);
  }
}
