package io.kspan.quickstart.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kspan.quickstart.process.BadInputException;
import io.kspan.quickstart.recording.RecordedApiServer;
import io.kspan.quickstart.recording.Recording;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KubeconfigTest {

  private static final String TEXT =
      """
      apiVersion: v1
      kind: Config
      clusters:
      - {name: c, cluster: {server: "%s"}}
      - {name: gone, cluster: {server: "http://127.0.0.1:1"}}
      users:
      - {name: u, user: {token: t}}
      contexts:
      - {name: "arn:aws:eks/c", context: {cluster: c, user: u}}
      - {name: gone, context: {cluster: gone, user: u}}
      current-context: "arn:aws:eks/c"
      """;

  @TempDir private Path folder;

  @Test
  void shouldFindTheServerOfTheCurrentContext() throws IOException {
    try (RecordedApiServer server = new RecordedApiServer(Recording.bundled())) {
      Path file = Files.writeString(folder.resolve("config"), TEXT.formatted(server.address()));

      Kubeconfig checked = Kubeconfig.check(file, null);

      assertThat(checked.context()).isEqualTo("arn:aws:eks/c");
      Source source = Source.cluster(checked);
      assertThat(source.cluster()).isEqualTo("arn-aws-eks-c");
      assertThat(source.connectorSettings())
          .containsEntry("kubernetes.context", "arn:aws:eks/c")
          .containsEntry("kubernetes.kubeconfig", file.toAbsolutePath().toString());
      assertThatThrownBy(() -> Kubeconfig.check(file, "gone"))
          .isInstanceOf(BadInputException.class)
          .hasMessageContaining("http://127.0.0.1:1")
          .hasMessageContaining("gone");
    }
  }
}
