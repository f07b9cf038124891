package io.kspan.connect.record;

import java.util.Objects;

/**
 * What one feed lists and watches, written {@code apps/v1/deployments} or {@code
 * apps/v1/deployments@namespace}.
 *
 * @param namespace empty for all namespaces
 */
public record WatchScope(ResourceId resource, String namespace) {
  public WatchScope {
    Objects.requireNonNull(resource, "resource");
    Objects.requireNonNull(namespace, "namespace");
  }

  /**
   * Reads what {@link #toString} writes; throws {@link IllegalArgumentException} for anything else.
   */
  public static WatchScope parse(String text) {
    int at = text.indexOf('@');
    return at < 0
        ? new WatchScope(ResourceId.parse(text), "")
        : new WatchScope(ResourceId.parse(text.substring(0, at)), text.substring(at + 1));
  }

  /** The path of the collection, relative to the API server's base URL. */
  public String path() {
    String within = namespace.isEmpty() ? "" : "/namespaces/" + namespace;
    return resource.groupVersionPath() + within + '/' + resource.plural();
  }

  @Override
  public String toString() {
    return namespace.isEmpty() ? resource.toString() : resource.toString() + '@' + namespace;
  }
}
