package io.kspan.deploy.cluster;

import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.PersistentVolumeBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.storage.StorageClassBuilder;
import java.util.List;
import java.util.Map;

/**
 * Where the claims of the chart get their volumes: from the default StorageClass of the cluster,
 * or, without one, from directories of a node.
 */
final class Volumes {
  private static final String DEFAULT_CLASS = "storageclass.kubernetes.io/is-default-class";
  private static final String MOUNT = "/volumes";

  private final Cluster cluster;
  private final String namespace;
  private final String directory;

  /** Makes them if the cluster has no default StorageClass. */
  Volumes(Cluster cluster, String namespace, int count) {
    this.cluster = cluster;
    this.namespace = namespace;
    directory = hasDefaultClass() ? "" : "/var/tmp/" + cluster.name();
    if (!directory.isEmpty()) {
      make(count);
    }
  }

  /** The value of {@code topology.state.storageClass}; empty for the default one. */
  String storageClass() {
    return directory.isEmpty() ? "" : cluster.name();
  }

  private boolean hasDefaultClass() {
    return cluster.client().storage().v1().storageClasses().list().getItems().stream()
        .map(one -> one.getMetadata().getAnnotations())
        .anyMatch(
            annotations -> annotations != null && "true".equals(annotations.get(DEFAULT_CLASS)));
  }

  private void make(int count) {
    StringBuilder script = new StringBuilder();
    for (int i = 0; i < count; i++) {
      // The kubelet gives a directory of the node to no group: fsGroup has no effect on it.
      script.append("install -d -o 10001 -g 10001 -m 750 %s/%d\n".formatted(MOUNT, i));
    }
    run("make-volumes", script.toString());
    cluster.make(
        new StorageClassBuilder()
            .withNewMetadata()
            .withName(cluster.name())
            .endMetadata()
            .withProvisioner("kubernetes.io/no-provisioner")
            .withVolumeBindingMode("WaitForFirstConsumer")
            .build());
    for (int i = 0; i < count; i++) {
      cluster.make(
          new PersistentVolumeBuilder()
              .withNewMetadata()
              .withName(cluster.name() + "-" + i)
              .endMetadata()
              .withNewSpec()
              .withCapacity(Map.of("storage", new Quantity("1Gi")))
              .withAccessModes("ReadWriteOnce")
              .withPersistentVolumeReclaimPolicy("Retain")
              .withStorageClassName(cluster.name())
              .withNewHostPath()
              .withPath(directory + "/" + i)
              .endHostPath()
              .withNewNodeAffinity()
              .withNewRequired()
              .addNewNodeSelectorTerm()
              .addNewMatchExpression()
              .withKey("kubernetes.io/hostname")
              .withOperator("In")
              .withValues(node().getMetadata().getLabels().get("kubernetes.io/hostname"))
              .endMatchExpression()
              .endNodeSelectorTerm()
              .endRequired()
              .endNodeAffinity()
              .endSpec()
              .build());
    }
  }

  /** Removes what was written into directories. */
  void clear() {
    if (!directory.isEmpty()) {
      run("clear-volumes", "rm -rf %s/*\n".formatted(MOUNT));
    }
  }

  private Node node() {
    return cluster.client().nodes().list().getItems().stream()
        .filter(one -> one.getSpec().getTaints() == null || one.getSpec().getTaints().isEmpty())
        .findFirst()
        .orElseThrow(() -> new AssertionError("every node of the cluster has a taint"));
  }

  private void run(String name, String script) {
    Pod pod =
        new PodBuilder()
            .withNewMetadata()
            .withName(name)
            .endMetadata()
            .withNewSpec()
            .withRestartPolicy("Never")
            .withNodeName(node().getMetadata().getName())
            .addNewContainer()
            .withName(name)
            .withImage(Cluster.IMAGE)
            .withCommand(List.of("bash", "-euc", script))
            .withNewSecurityContext()
            .withRunAsUser(0L)
            .endSecurityContext()
            .addNewVolumeMount()
            .withName("volumes")
            .withMountPath(MOUNT)
            .endVolumeMount()
            .endContainer()
            .addNewVolume()
            .withName("volumes")
            .withNewHostPath()
            .withPath(directory)
            .withType("DirectoryOrCreate")
            .endHostPath()
            .endVolume()
            .endSpec()
            .build();
    cluster.client().resource(pod).inNamespace(namespace).create();
    cluster.awaitSucceeded(namespace, name);
  }
}
