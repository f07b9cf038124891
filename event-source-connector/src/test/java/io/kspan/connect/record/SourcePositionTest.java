package io.kspan.connect.record;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Partition, offset and scope: what is stored must be found and understood again. */
class SourcePositionTest {
  @ParameterizedTest
  @ValueSource(strings = {"v1/pods", "v1/events@kube-system", "apps/v1/deployments@n"})
  void shouldReadThePartitionThatItWrote(String scope) {
    SourcePartition partition = new SourcePartition("c", "u", WatchScope.parse(scope));

    assertThat(SourcePartition.fromMap(partition.toMap())).isEqualTo(partition);
    assertThat(WatchScope.parse(scope)).hasToString(scope);
  }

  @Test
  void shouldWriteThePartitionInTheOrderInWhichConnectWritesIt() {
    Map<String, String> asConnectDoes = new HashMap<>();
    asConnectDoes.put("namespace", "n");
    asConnectDoes.put("clusterUid", "u");
    asConnectDoes.put("cluster", "c");
    asConnectDoes.put("resource", "v1/pods");

    assertThat(new SourcePartition("c", "u", WatchScope.parse("v1/pods@n")).toMap())
        .hasToString(asConnectDoes.toString())
        .hasToString("{cluster=c, clusterUid=u, resource=v1/pods, namespace=n}");
  }

  @Test
  void shouldReadTheOffsetsThatItWrote() {
    SourceOffset watching = new SourceOffset("12345", 17);

    assertThat(SourceOffset.fromMap(watching.toMap())).isEqualTo(watching);
    assertThat(SourceOffset.fromMap(SourceOffset.LISTING.toMap())).isEqualTo(SourceOffset.LISTING);
  }

  @Test
  void shouldReadTheFirstFormatForever() {
    assertThat(
            SourceOffset.fromMap(
                Map.of("version", 1L, "state", "watching", "resourceVersion", "7")))
        .isEqualTo(new SourceOffset("7", 0));
    assertThat(SourceOffset.fromMap(Map.of("version", 1, "state", "listing")).isListing()).isTrue();
  }

  @Test
  void shouldBuildThePathsOfTheApi() {
    assertThat(WatchScope.parse("v1/pods").path()).isEqualTo("api/v1/pods");
    assertThat(WatchScope.parse("v1/pods@n").path()).isEqualTo("api/v1/namespaces/n/pods");
    assertThat(WatchScope.parse("apps/v1/deployments@n").path())
        .isEqualTo("apis/apps/v1/namespaces/n/deployments");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "pods", "v1/", "/v1/pods", "a/b/c/d", "v1/Pods", "v1/pods?x=1", "v1/.."})
  void shouldRefuseWhatIsNoResource(String text) {
    assertThatThrownBy(() -> ResourceId.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("apps/v1/deployments");
  }
}
