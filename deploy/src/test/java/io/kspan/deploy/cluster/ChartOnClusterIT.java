package io.kspan.deploy.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/**
 * The chart, installed by helm in the cluster of {@code -Dkubeconfig} with Kafka and a backend of
 * this test. Events go in all the time; after everything that happens to the pods, k8s.spans has
 * each occurrence exactly once.
 */
@NeedsCluster
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class ChartOnClusterIT {
  private static final String BACKEND_IMAGE =
      System.getProperty("cluster.backend.image", "jaegertracing/jaeger:2.21.0");
  private static final String RELEASE = "kspan";
  private static final String FIRST = "kspan-topology-0";
  private static final String SECOND = "kspan-topology-1";
  private static final List<String> TOPOLOGY = List.of(FIRST, SECOND);
  private static final Duration RESTART = Duration.ofMinutes(5);

  private static Cluster cluster;
  private static String namespace;
  private static Volumes volumes;
  private static KafkaInCluster kafka;
  private static String backend;
  private static Release release;
  private static LiveEvents events;
  @TempDir private static Path folder;

  @BeforeAll
  static void install() throws Exception {
    cluster = new Cluster();
    namespace = cluster.namespace("chart");
    volumes = new Volumes(cluster, namespace, TOPOLOGY.size());
    kafka = new KafkaInCluster(cluster, namespace, 4);
    backend = "http://" + startBackend() + ":4317";
    events = new LiveEvents(kafka.forwarded());
    release = new Release(RELEASE, namespace);
    release.install(Files.writeString(folder.resolve("values.yaml"), values()));
  }

  private static String values() {
    String[] image = Cluster.IMAGE.split(":(?=[^:]+$)");
    return """
        image: {repository: "%s", tag: "%s"}
        kafka: {bootstrapServers: "%s"}
        topology:
          replicas: 2
          state: {size: 1Gi, storageClass: "%s"}
          resources: {requests: {cpu: 400m, memory: 512Mi}, limits: {memory: 1Gi}}
          settings:
            kafka.replication.factor: "1"
            kafka.topic.min.insync.replicas: "1"
            kafka.num.stream.threads: "1"
            rocksdb.memory.max.bytes: "67108864"
            trace.settle.ms: "1000"
            trace.settle.unknown.ms: "1000"
            trace.inactivity.ms: "2000"
        sink:
          otlp: {endpoint: "%s"}
          resources: {requests: {cpu: 200m, memory: 256Mi}, limits: {memory: 384Mi}}
        serve:
          enabled: true
          basePath: /kspan
          resources: {requests: {cpu: 100m, memory: 384Mi}, limits: {memory: 640Mi}}
        """
        .formatted(image[0], image[1], kafka.address(), volumes.storageClass(), backend);
  }

  private static String startBackend() {
    cluster
        .client()
        .resource(
            new PodBuilder()
                .withNewMetadata()
                .withName("backend")
                .endMetadata()
                .withNewSpec()
                .withEnableServiceLinks(false)
                .addNewContainer()
                .withName("backend")
                .withImage(BACKEND_IMAGE)
                .withNewReadinessProbe()
                .withNewTcpSocket()
                .withPort(new IntOrString(4317))
                .endTcpSocket()
                .withPeriodSeconds(2)
                .endReadinessProbe()
                .endContainer()
                .endSpec()
                .build())
        .inNamespace(namespace)
        .create();
    return cluster.awaitReady(namespace, "backend").getStatus().getPodIP();
  }

  @AfterAll
  static void remove() {
    try {
      if (events != null) {
        events.close();
      }
      if (kafka != null) {
        kafka.close();
      }
      if (volumes != null) {
        volumes.clear();
      }
    } finally {
      cluster.close();
    }
  }

  @Test
  @Order(1)
  void shouldBeReadyWhenHelmHasInstalledIt() {
    assertThat(TOPOLOGY)
        .allSatisfy(pod -> assertThat(cluster.isReady(namespace, pod)).as(pod).isTrue());
    assertThat(sinks()).hasSize(1).allMatch(pod -> cluster.isReady(namespace, pod));
    assertThat(pods("serve")).hasSize(1).allMatch(pod -> cluster.isReady(namespace, pod));
    untilTracesFlow();
  }

  @Test
  @Order(2)
  void shouldPassTheTestOfTheChart() {
    assertThat(release.test()).containsPattern("Phase:\\s+Succeeded");
    // The pod of a test that succeeded is not left behind.
    assertThat(cluster.client().pods().inNamespace(namespace).withName("kspan-doctor").get())
        .isNull();
  }

  /** By the address of the pod: not every cluster of a test resolves the names of Services. */
  @Test
  @Order(2)
  void shouldServeThePage() {
    String page = "http://" + pod(pods("serve").get(0)).getStatus().getPodIP() + ":8080/kspan/";

    assertThat(cluster.shell(namespace, FIRST, "curl -sSf " + page)).startsWith("<!DOCTYPE html>");
    await("finished traces")
        .atMost(Cluster.PATIENCE)
        .pollInterval(2, TimeUnit.SECONDS)
        .until(
            () -> {
              String traces = cluster.shell(namespace, FIRST, "curl -sSf " + page + "traces.json");
              return !new ObjectMapper().readTree(traces).path("traces").isEmpty();
            });
  }

  @Test
  @Order(3)
  void shouldComeBackWithItsDiskAfterAKill() {
    String uid = pod(FIRST).getMetadata().getUid();
    String process = stateOf(FIRST);

    cluster.client().pods().inNamespace(namespace).withName(FIRST).withGracePeriod(0).delete();

    until(FIRST + " is replaced", () -> isAnother(FIRST, uid) && cluster.isReady(namespace, FIRST));
    // Kafka Streams writes a new id when it finds none.
    assertThat(stateOf(FIRST)).isEqualTo(process);
    untilTracesFlow();
  }

  @Test
  @Order(4)
  void shouldReplaceOnePodAfterTheOtherWhenASettingChanges() {
    List<String> before = TOPOLOGY.stream().map(pod -> pod(pod).getMetadata().getUid()).toList();

    release.upgrade(Map.of("topology.settings.trace\\.settle\\.ms", "1200"));

    until("both pods are replaced and ready", this::isRolledOut);
    assertThat(TOPOLOGY.stream().map(pod -> pod(pod).getMetadata().getUid()))
        .doesNotContainAnyElementsOf(before);
    untilTracesFlow();
  }

  @Test
  @Order(5)
  void shouldRefuseASecondEviction() {
    until("one may be evicted", () -> allowed() == 1);
    String first = pod(FIRST).getMetadata().getUid();
    String second = pod(SECOND).getMetadata().getUid();

    assertThat(evict(FIRST)).isTrue();
    assertThat(evict(SECOND)).isFalse();

    until("the evicted pod is replaced", () -> isAnother(FIRST, first) && allowed() == 1);
    assertThat(pod(SECOND).getMetadata().getUid()).isEqualTo(second);
    untilTracesFlow();
  }

  @Test
  @Order(6)
  void shouldTakeASinkWithoutBackendOutAndRepairItByAnUpgrade() {
    String closed = backend.replace(":4317", ":1");
    release.upgradeWithoutWaiting(Map.of("sink.otlp.endpoint", closed));
    until(
        "the sink that cannot export is not ready",
        () ->
            sinks().stream().anyMatch(pod -> hasStarted(pod) && !cluster.isReady(namespace, pod)));

    release.upgrade(Map.of("sink.otlp.endpoint", backend));

    until(
        "one sink, which is ready",
        () -> sinks().size() == 1 && cluster.isReady(namespace, sinks().get(0)));
  }

  /** Frozen, it answers no probe: not ready, later ended and started again with the same disk. */
  @Test
  @Order(7)
  void shouldRestartAFrozenInstance() {
    int restarts = container(SECOND).getRestartCount();
    String process = stateOf(SECOND);
    freeze(SECOND);

    until("the frozen instance is not ready", () -> !cluster.isReady(namespace, SECOND));
    until(
        "the frozen instance is started again",
        () -> container(SECOND).getRestartCount() > restarts && cluster.isReady(namespace, SECOND));

    assertThat(stateOf(SECOND)).isEqualTo(process);
    untilTracesFlow();
  }

  @Test
  @Order(8)
  void shouldHaveEveryOccurrenceExactlyOnce() throws Exception {
    Set<Occurrence> written = events.stop();
    assertThat(written).hasSizeGreaterThan(1_000);

    await("a span for each of " + written.size() + " occurrences")
        .atMost(Cluster.PATIENCE)
        .pollInterval(2, TimeUnit.SECONDS)
        .until(() -> ExportedSpans.read(kafka.forwarded()).size() >= written.size());

    assertThat(ExportedSpans.read(kafka.forwarded())).containsExactlyElementsOf(written);
    System.out.printf("%d occurrences, each of them exactly once%n", written.size());
  }

  /** docs/deploying-on-kubernetes.md: claims go with the StatefulSet. */
  @Test
  @Order(9)
  void shouldLeaveNothingWhenItIsUninstalled() {
    assertThat(ofRelease()).containsKeys("StatefulSet", "PersistentVolumeClaim");

    release.uninstall();

    await("nothing of the release is left")
        .atMost(Cluster.PATIENCE)
        .pollInterval(1, TimeUnit.SECONDS)
        .untilAsserted(() -> assertThat(ofRelease()).isEmpty());
  }

  /** Names by kind of all that has the label of the release, or its name. */
  private static Map<String, List<String>> ofRelease() {
    Map<String, List<String>> found = new TreeMap<>();
    Map<String, String> kinds =
        Map.of(
            "StatefulSet", "apps/v1",
            "Deployment", "apps/v1",
            "ReplicaSet", "apps/v1",
            "Pod", "v1",
            "Service", "v1",
            "ConfigMap", "v1",
            "Secret", "v1",
            "ServiceAccount", "v1",
            "PersistentVolumeClaim", "v1",
            "PodDisruptionBudget", "policy/v1");
    kinds.forEach(
        (kind, version) ->
            cluster
                .client()
                .genericKubernetesResources(version, kind)
                .inNamespace(namespace)
                .list()
                .getItems()
                .stream()
                .filter(ChartOnClusterIT::isOfRelease)
                .forEach(
                    one ->
                        found
                            .computeIfAbsent(kind, any -> new ArrayList<>())
                            .add(one.getMetadata().getName())));
    return found;
  }

  private static boolean isOfRelease(GenericKubernetesResource object) {
    Map<String, String> labels = object.getMetadata().getLabels();
    boolean labelled = labels != null && RELEASE.equals(labels.get("app.kubernetes.io/instance"));
    return labelled
        || object.getMetadata().getName().contains(RELEASE)
        // The Secrets in which helm keeps a release.
        || labels != null && RELEASE.equals(labels.get("name"));
  }

  private static void untilTracesFlow() {
    int occurrences = events.count();
    await("spans of what has happened until now")
        .atMost(RESTART)
        .pollInterval(2, TimeUnit.SECONDS)
        .until(() -> ExportedSpans.read(kafka.forwarded()).size() >= occurrences);
  }

  private static void until(String what, Callable<Boolean> holds) {
    try {
      await(what).atMost(RESTART).pollInterval(500, TimeUnit.MILLISECONDS).until(holds);
    } catch (RuntimeException e) {
      StringBuilder pods = new StringBuilder(what).append('\n');
      TOPOLOGY.forEach(pod -> pods.append(cluster.describe(namespace, pod)).append('\n'));
      sinks().forEach(pod -> pods.append(cluster.describe(namespace, pod)).append('\n'));
      throw new AssertionError(pods.toString(), e);
    }
  }

  private static Pod pod(String name) {
    return cluster.client().pods().inNamespace(namespace).withName(name).get();
  }

  private static boolean isAnother(String name, String uid) {
    Pod there = pod(name);
    return there != null && !there.getMetadata().getUid().equals(uid);
  }

  private static ContainerStatus container(String pod) {
    return pod(pod).getStatus().getContainerStatuses().get(0);
  }

  private static boolean hasStarted(String pod) {
    return Boolean.TRUE.equals(container(pod).getStarted());
  }

  private static List<String> sinks() {
    return pods("otlp-sink");
  }

  private static List<String> pods(String name) {
    return cluster
        .client()
        .pods()
        .inNamespace(namespace)
        .withLabel("app.kubernetes.io/name", name)
        .list()
        .getItems()
        .stream()
        .filter(pod -> pod.getMetadata().getDeletionTimestamp() == null)
        .map(pod -> pod.getMetadata().getName())
        .toList();
  }

  /** The id that Kafka Streams keeps in its state directory. */
  private static String stateOf(String pod) {
    String id =
        cluster.shell(
            namespace, pod, "cat /var/lib/span-topology/*/kafka-streams-process-metadata");
    assertThat(id).isNotBlank();
    return id;
  }

  private boolean isRolledOut() {
    StatefulSet set =
        cluster
            .client()
            .apps()
            .statefulSets()
            .inNamespace(namespace)
            .withName("kspan-topology")
            .get();
    return set.getStatus().getCurrentRevision().equals(set.getStatus().getUpdateRevision())
        && set.getMetadata().getGeneration().equals(set.getStatus().getObservedGeneration())
        && TOPOLOGY.stream().allMatch(pod -> cluster.isReady(namespace, pod));
  }

  private static boolean evict(String pod) {
    return cluster.evict(namespace, pod);
  }

  private static int allowed() {
    return cluster
        .client()
        .policy()
        .v1()
        .podDisruptionBudget()
        .inNamespace(namespace)
        .withName("kspan-topology")
        .get()
        .getStatus()
        .getDisruptionsAllowed();
  }

  /** From outside of its namespace of processes: its first process ignores signals from inside. */
  private static void freeze(String pod) {
    String script =
        """
        for process in /proc/[0-9]*; do
          if tr '\\0' '\\n' <"$process/environ" 2>/dev/null | grep -qx "POD_NAME=%s" \\
            && [ "$(cat "$process/comm")" = java ]; then
            kill -STOP "${process#/proc/}"
            exit 0
          fi
        done
        exit 1
        """
            .formatted(pod);
    cluster
        .client()
        .resource(
            new PodBuilder()
                .withNewMetadata()
                .withName("freeze")
                .endMetadata()
                .withNewSpec()
                .withRestartPolicy("Never")
                .withHostPID(true)
                .withNodeName(pod(pod).getSpec().getNodeName())
                .addNewContainer()
                .withName("freeze")
                .withImage(Cluster.IMAGE)
                .withCommand("bash", "-c", script)
                .withNewSecurityContext()
                .withRunAsUser(0L)
                .withPrivileged(true)
                .endSecurityContext()
                .endContainer()
                .endSpec()
                .build())
        .inNamespace(namespace)
        .create();
    cluster.awaitSucceeded(namespace, "freeze");
  }
}
