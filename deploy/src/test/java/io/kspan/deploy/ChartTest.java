package io.kspan.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.marcnuri.helm.Helm;
import com.marcnuri.helm.LintResult;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Renders the chart with Helm itself and lets the checks, and the programs, read what comes out.
 */
class ChartTest {
  private static final Path PLAIN = Repository.file("deploy/kubernetes/kspan-streams.yaml");

  @TempDir private Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"plain", "single", "secured", "mutual-tls", "streams-keda"})
  void shouldRenderManifestsThatFitTogether(String values) {
    assertThat(ManifestCheck.problems(Chart.renderWithHooks(values, folder))).isEmpty();
  }

  /** {@code helm test} asks the whole chain, with the settings of both programs. */
  @ParameterizedTest
  @CsvSource({
    "secured, '--config=/etc/kspan/settings/topology.properties'",
    "streams-keda, '--config=/etc/kspan/settings/topology.properties --set=topic.prefix=production.'",
    "single, '--config=/etc/kspan/settings/topology.properties --no-sink'"
  })
  void shouldTestTheReleaseWithDoctor(String values, String arguments) {
    JsonNode doctor =
        Repository.documents(Chart.renderWithHooks(values, folder)).stream()
            .filter(one -> one.path("kind").asText().equals("Pod"))
            .findFirst()
            .orElseThrow();

    assertThat(Repository.text(Chart.DIRECTORY.resolve("templates/tests/doctor.yaml")))
        .contains("helm.sh/hook: test\n");
    assertThat(Repository.texts(doctor.at("/spec/containers/0/args")))
        .isEqualTo(Stream.of(("doctor " + arguments).split(" ")).toList());
  }

  @Test
  void shouldPassHelmsOwnLint() {
    LintResult result = new Helm(Chart.DIRECTORY).lint().strict().call();

    assertThat(result.isFailed()).as("%s", result.getMessages()).isFalse();
  }

  @Test
  void shouldTellWhatItInstalled() {
    String warning =
        new Helm(Chart.DIRECTORY)
            .install()
            .withName("kspan")
            .withNamespace("tracing")
            .withValuesFile(Repository.file("deploy/src/test/resources/values/plain.yaml"))
            .withKubeVersion(Chart.KUBERNETES)
            .clientOnly()
            .dryRun()
            .call()
            .getOutput();

    assertThat(warning)
        .contains("StatefulSet kspan-topology, profile classic")
        .contains("http://otel-collector:4317 through Deployment kspan-sink")
        .contains("kubectl -n tracing logs kspan-topology-0");
  }

  @Test
  void shouldRenderEachResourceThatValuesAskFor() {
    assertThat(ManifestCheck.kinds(Chart.render("secured")))
        .containsExactlyInAnyOrder(
            "ServiceAccount",
            "ConfigMap",
            "ConfigMap",
            "ConfigMap",
            "Service",
            "Service",
            "Service",
            "StatefulSet",
            "Deployment",
            "Deployment",
            "PodDisruptionBudget",
            "PodDisruptionBudget",
            "NetworkPolicy",
            "NetworkPolicy",
            "NetworkPolicy",
            "PodMonitor");
    assertThat(ManifestCheck.kinds(Chart.render("single")))
        .containsExactlyInAnyOrder("ServiceAccount", "ConfigMap", "Service", "StatefulSet");
    assertThat(ManifestCheck.kinds(Chart.render("streams-keda"))).contains("ScaledObject");
  }

  @Test
  void shouldScaleByTheGroupAndTopicsOfTheSettings() {
    JsonNode scaler =
        Repository.documents(Chart.render("streams-keda")).stream()
            .filter(one -> one.path("kind").asText().equals("ScaledObject"))
            .findFirst()
            .orElseThrow();

    List<JsonNode> triggers =
        Stream.of(0, 1).map(i -> scaler.at("/spec/triggers/" + i + "/metadata")).toList();
    assertThat(triggers)
        .allSatisfy(
            trigger -> {
              assertThat(trigger.path("consumerGroup").asText()).isEqualTo("spans-of-production");
              assertThat(trigger.path("lagThreshold").asText()).isEqualTo("2000000");
            });
    assertThat(triggers.stream().map(one -> one.path("topic").asText()))
        .containsExactly("production.events", "production.objects");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "kafka.bootstrapServers= | name the brokers",
        "sink.otlp.endpoint= | name the backend",
        "sink.otlp.endpoint=collector:4317 | endpoint",
        "topology.profile=both | profile",
        "topology.replica=3 | replica",
        "topology.terminationGracePeriodSeconds=20 | terminationGracePeriodSeconds",
        "keda.enabled=true | topology.profile=streams",
        "serviceAccount.create=false | serviceAccount.name",
      })
  void shouldRefuseValuesThatCannotWork(String value, String named) {
    String[] setting = value.split("=", 2);

    assertThatThrownBy(
            () ->
                Chart.command()
                    .withValuesFile(Repository.file("deploy/src/test/resources/values/plain.yaml"))
                    .set(setting[0], setting[1])
                    .call())
        .hasMessageContaining(named);
  }

  /** The plain manifests are the chart's, rewritten only with {@code -Dgolden.update=true}. */
  @Test
  void shouldBeWhatThePlainManifestsAre() throws IOException {
    String plain =
        "# The chart of ../helm/kspan-streams with its defaults, for kubectl apply -n NAMESPACE -f. Change before: the\n"
            + "# image, bootstrap.servers (twice) and OTEL_EXPORTER_OTLP_ENDPOINT. Generated; the topics must exist.\n"
            + Chart.render("plain")
                .replaceAll(
                    "(?m)^(# Source:|\\s+(helm\\.sh/chart|app.kubernetes.io/managed-by):).*\n", "");
    if (Boolean.getBoolean("golden.update")) {
      Files.createDirectories(PLAIN.getParent());
      Files.writeString(PLAIN, plain);
    }

    assertThat(Repository.text(PLAIN)).isEqualTo(plain);
    assertThat(ManifestCheck.problems(plain)).isEmpty();
  }

  /** Helm reads nothing outside of a chart. */
  @ParameterizedTest
  @ValueSource(strings = {"classic", "streams"})
  void shouldHaveTheProfilesThatAreTested(String profile) {
    String name = profile + ".properties";

    assertThat(Repository.text(Chart.DIRECTORY.resolve("profiles/" + name)))
        .isEqualTo(Repository.text("deploy/topology/" + name));
  }
}
