package io.kspan.quickstart.apiserver;

/**
 * One resource the server knows.
 *
 * @param group empty for the core group
 * @param plural as in the path
 */
record ResourceType(String group, String version, String plural, String kind, boolean namespaced) {

  String apiVersion() {
    return group.isEmpty() ? version : group + "/" + version;
  }

  /** Built-in types leave kind and apiVersion out of the items of a list; custom ones do not. */
  boolean builtIn() {
    return !group.contains(".") || group.endsWith(".k8s.io");
  }
}
