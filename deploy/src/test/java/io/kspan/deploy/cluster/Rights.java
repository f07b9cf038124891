package io.kspan.deploy.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.rbac.ClusterRoleBinding;
import io.fabric8.kubernetes.api.model.rbac.ClusterRoleBindingBuilder;
import io.fabric8.kubernetes.api.model.rbac.SubjectBuilder;
import io.kspan.testsupport.JavaProcess;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/** What {@code RbacManifest} prints for a configuration, applied. */
final class Rights {
  private final Cluster cluster;
  private ClusterRoleBinding binding;

  /** Grants them to an account. */
  Rights(Cluster cluster, Path config, Account account, Path folder) throws InterruptedException {
    this.cluster = cluster;
    for (HasMetadata object : manifest(config, account, folder)) {
      HasMetadata made = cluster.make(object);
      if (made instanceof ClusterRoleBinding found) {
        binding = found;
      }
    }
    assertThat(binding).isNotNull();
  }

  private List<HasMetadata> manifest(Path config, Account account, Path folder)
      throws InterruptedException {
    Path output = folder.resolve("rbac.yaml");
    try (JavaProcess command =
        new JavaProcess(
            64,
            "io.kspan.connect.RbacManifest",
            List.of(config.toString(), account.id()),
            output)) {
      assertThat(command.exitCode()).as(command.output()).isZero();
      // SLF4J complains of the class path of this test, which holds several programs.
      byte[] yaml =
          command.output().replaceAll("(?m)^SLF4J:.*\n", "").getBytes(StandardCharsets.UTF_8);
      return cluster.client().load(new ByteArrayInputStream(yaml)).items();
    }
  }

  void takeAway() {
    cluster.client().resource(binding).delete();
  }

  void giveBack() {
    binding = cluster.make(fresh(binding));
  }

  /** Grants the same to the user of a client certificate. */
  void grantTo(String user) {
    ClusterRoleBinding other = fresh(binding);
    other.getMetadata().setName(user);
    other.setSubjects(
        List.of(
            new SubjectBuilder()
                .withKind("User")
                .withApiGroup("rbac.authorization.k8s.io")
                .withName(user)
                .build()));
    cluster.make(other);
  }

  private static ClusterRoleBinding fresh(ClusterRoleBinding binding) {
    return new ClusterRoleBindingBuilder(binding)
        .withNewMetadata()
        .withName(binding.getMetadata().getName())
        .endMetadata()
        .build();
  }
}
