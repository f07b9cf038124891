package io.kspan.quickstart.live;

import java.util.Map;

/** A real cluster. */
record ClusterSource(Kubeconfig kubeconfig) implements Source {

  @Override
  public String cluster() {
    // Context names may hold what a key of the topics may not, such as the slashes of an ARN.
    return kubeconfig.context().replaceAll("[^A-Za-z0-9._-]", "-");
  }

  @Override
  public Map<String, String> connectorSettings() {
    return Map.of(
        "kubernetes.kubeconfig", kubeconfig.file().toString(),
        "kubernetes.context", kubeconfig.context());
  }

  @Override
  public boolean isWatched() {
    return true;
  }

  @Override
  public String begin() {
    return "watching the cluster: traces of the last hour's Events come first, then every change about 15 s after it has"
        + " settled";
  }

  @Override
  public void close() {}

  @Override
  public String toString() {
    return "context " + kubeconfig.context() + " of " + kubeconfig.file();
  }
}
