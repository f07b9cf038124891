package io.kspan.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * A check that finds nothing wrong must be able to: each row breaks good manifests in one place.
 */
class ManifestCheckTest {
  private static String secured;
  private static String scaled;

  @BeforeAll
  static void render() {
    secured = Chart.render("secured");
    scaled = Chart.render("streams-keda");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "terminationGracePeriodSeconds: 45 | terminationGracePeriodSecond: 45 | terminationGracePeriodSecond",
        "terminationGracePeriodSeconds: 45 | terminationGracePeriodSeconds: 20 | is killed after 20 s",
        "trace.settle.ms=20000 | trace.setle.ms=20000 | trace.setle.ms",
        "trace.settle.ms=20000 | trace.settle.ms=soon | trace.settle.ms",
        "kafka.num.stream.threads=2 | kafka.num.streams.threads=2 | kafka.num.streams.threads",
        "KSPAN_KAFKA_SASL_JAAS_CONFIG | KSPAN_KAFKA_SASL_JAS_CONFIG | kafka.sasl.jas.config",
        "OTEL_EXPORTER_OTLP_ENDPOINT | OTEL_EXPORTER_OTLP_ENDPIONT | is not read by any program",
        "containerPort: 8080 | containerPort: 8090 | http.listen",
        "- name: http\\n              containerPort | - name: web\\n              containerPort | no port has that name",
        "port: http\\n          protocol | port: https\\n          protocol | port https is none of",
        "/etc/kspan/settings/topology.properties | /etc/kspan/settings/classic.properties | which nothing mounts",
        "mountPath: /var/lib/span-topology | mountPath: /var/lib/kafka-streams | where no claim is mounted",
        "mountPath: /tmp | mountPath: /var/tmp | native libraries",
        "--set=kafka.group.instance.id=$(POD_NAME) | --set=kafka.client.id=$(POD_NAME) | group.protocol=classic",
        "location=/etc/kspan/tls/ca.crt | location=/etc/kafka/ca.crt | is on no mounted volume",
        "serviceName: kspan-topology | serviceName: kspan | names a Service that is not there",
        "serviceAccountName: kspan | serviceAccountName: default | names a ServiceAccount",
        "runAsNonRoot: true | runAsNonRoot: false | may run as root",
        "readOnlyRootFilesystem: true | readOnlyRootFilesystem: false | writes to its root file system",
        "drop: [ALL] | drop: [NET_RAW] | keeps capabilities",
        "automountServiceAccountToken: false | automountServiceAccountToken: true | token",
        "name: tmp\\n          emptyDir | name: temp\\n          emptyDir | mounts volume 'tmp'",
        "podMetricsEndpoints: | podMetricEndpoints: | podMetricEndpoints",
        "maxUnavailable: 1\\n  unhealthy | maxUnavailable: 1\\n  unHealthy | PodDisruptionBudget",
      })
  void shouldFind(String good, String bad, String named) {
    assertThat(ManifestCheck.problems(replaced(secured, good, bad)))
        .anySatisfy(problem -> assertThat(problem).contains(named));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "cooldownPeriod: | coolDownPeriod: | coolDownPeriod",
        "kind: StatefulSet\\n    name: kspan-topology | kind: StatefulSet\\n    name: kspan | which is not there",
        "serviceName: | replicas: 3\\n  serviceName: | a ScaledObject that sets them",
        "- run | - run\\n            - --set=kafka.group.instance.id=a | and to no other",
      })
  void shouldFindInWhatIsScaled(String good, String bad, String named) {
    assertThat(ManifestCheck.problems(replaced(scaled, good, bad)))
        .anySatisfy(problem -> assertThat(problem).contains(named));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "restartPolicy: Never | restartPolicy: Always | is started again when it fails",
        "- doctor\\n | - docter\\n | there is no command 'docter'",
        "--set=topic.prefix=production. | --set=topic.prefx=production. | topic.prefx",
      })
  void shouldFindInAHook(String good, String bad, String named, @TempDir Path folder) {
    String hooks = Chart.renderWithHooks("streams-keda", folder);

    assertThat(ManifestCheck.problems(hooks)).isEmpty();
    assertThat(ManifestCheck.problems(replaced(hooks, good, bad)))
        .anySatisfy(problem -> assertThat(problem).startsWith("Pod").contains(named));
  }

  @Test
  void shouldFindASelectorOfNothing() {
    String misspelt =
        secured.replace(
            "selector:\n    app.kubernetes.io/name: span-topology",
            "selector:\n    app.kubernetes.io/name: topology");

    assertThat(ManifestCheck.problems(misspelt))
        .anySatisfy(
            problem -> assertThat(problem).startsWith("Service").contains("selects no pod"));
  }

  static String replaced(String text, String good, String bad) {
    String from = good.replace("\\n", "\n");
    assertThat(text).contains(from);
    return text.replace(from, bad.replace("\\n", "\n"));
  }
}
