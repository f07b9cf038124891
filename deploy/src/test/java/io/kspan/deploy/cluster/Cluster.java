package io.kspan.deploy.cluster;

import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.ExecWatch;
import io.fabric8.kubernetes.client.readiness.Readiness;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;

/**
 * The cluster of {@code -Dkubeconfig}, as its administrator sees it. All that it makes has a name
 * that begins with {@link #name}, and is deleted by {@link #close}; it touches nothing else.
 */
final class Cluster implements AutoCloseable {
  static final Duration PATIENCE = Duration.ofMinutes(4);

  /** What runs as a workload, too: it has a shell. */
  static final String IMAGE =
      System.getProperty("cluster.image", "kspan/span-topology:0.1.0-SNAPSHOT");

  private static final Duration COMMAND = Duration.ofMinutes(1);

  private final String name =
      "kspan-it-" + Integer.toString(ThreadLocalRandom.current().nextInt(36 * 36 * 36), 36);
  private final Deque<HasMetadata> made = new ArrayDeque<>();
  private KubernetesClient client;

  Cluster() {
    client = connect();
  }

  private static KubernetesClient connect() {
    Config config = Config.fromKubeconfig(kubeconfig().toFile());
    // Its watches are many, and HTTP/2 of the JDK limits the streams of a connection.
    config.setHttp2Disable(true);
    return new KubernetesClientBuilder().withConfig(config).build();
  }

  /** Reads the kubeconfig again, as after another authority has signed. */
  void reconnect() {
    client.close();
    client = connect();
  }

  static Path kubeconfig() {
    return fromRoot(System.getProperty("kubeconfig"));
  }

  /** A path as it was given to Maven in the root of the repository. */
  static Path fromRoot(String path) {
    return Path.of("..").toAbsolutePath().normalize().resolve(path);
  }

  /** A command with which a test acts on the API server, if there is one for this cluster. */
  static Optional<List<String>> hook(String action) {
    return Optional.ofNullable(System.getProperty("cluster.apiserver." + action))
        .map(command -> List.of("sh", "-c", command));
  }

  /**
   * Compacts the history and restarts the API server, whose caches then begin anew, so that it
   * refuses all versions from before.
   *
   * @return whether there are commands for that
   */
  boolean forgetHistory() {
    List<Optional<List<String>>> commands =
        Stream.of("compact", "kill", "start").map(Cluster::hook).toList();
    if (commands.stream().anyMatch(Optional::isEmpty)) {
      return false;
    }
    commands.forEach(command -> Command.run(COMMAND, command.get()));
    awaitServing();
    return true;
  }

  /** Waits for an API server that was started. */
  void awaitServing() {
    await("the API server is back").atMost(PATIENCE).until(this::isServing);
  }

  boolean isServing() {
    try {
      return client.raw("/readyz").strip().equals("ok");
    } catch (RuntimeException e) {
      return false;
    }
  }

  KubernetesClient client() {
    return client;
  }

  /** What the names of this run begin with. */
  String name() {
    return name;
  }

  /** Creates an object that is not in a namespace of this run. */
  <T extends HasMetadata> T make(T object) {
    T created = client.resource(object).create();
    made.push(created);
    return created;
  }

  /** Creates a namespace; returns its name when pods can be created in it. */
  String namespace(String purpose) {
    Namespace namespace =
        make(
            new NamespaceBuilder()
                .withNewMetadata()
                .withName(name + "-" + purpose)
                .endMetadata()
                .build());
    String created = namespace.getMetadata().getName();
    await("the default service account of " + created)
        .atMost(PATIENCE)
        .until(
            () -> client.serviceAccounts().inNamespace(created).withName("default").get() != null);
    return created;
  }

  Pod awaitReady(String namespace, String pod) {
    await(namespace + "/" + pod + " is ready")
        .atMost(PATIENCE)
        .pollInterval(500, TimeUnit.MILLISECONDS)
        .until(() -> isReady(namespace, pod));
    return client.pods().inNamespace(namespace).withName(pod).get();
  }

  boolean isReady(String namespace, String pod) {
    Pod there = client.pods().inNamespace(namespace).withName(pod).get();
    return there != null
        && there.getMetadata().getDeletionTimestamp() == null
        && Readiness.isPodReady(there);
  }

  /** Waits until a pod has ended well. */
  void awaitSucceeded(String namespace, String pod) {
    try {
      await(namespace + "/" + pod + " has ended")
          .atMost(PATIENCE)
          .pollInterval(500, TimeUnit.MILLISECONDS)
          .until(
              () -> client.pods().inNamespace(namespace).withName(pod).get().getStatus().getPhase(),
              phase -> phase.equals("Succeeded"));
    } catch (RuntimeException e) {
      throw new AssertionError(describe(namespace, pod), e);
    }
  }

  /** Asks once for an eviction; returns whether it is granted. */
  boolean evict(String namespace, String pod) {
    // The client would ask again until it is.
    Config once =
        new ConfigBuilder(client.getConfiguration()).withRequestRetryBackoffLimit(0).build();
    try (KubernetesClient asking = new KubernetesClientBuilder().withConfig(once).build()) {
      return asking.pods().inNamespace(namespace).withName(pod).evict();
    }
  }

  /** Status and log of a pod, for messages. */
  String describe(String namespace, String pod) {
    Pod there = client.pods().inNamespace(namespace).withName(pod).get();
    if (there == null) {
      return "there is no pod " + pod;
    }
    try {
      return there.getStatus()
          + "\n"
          + client.pods().inNamespace(namespace).withName(pod).tailingLines(60).getLog();
    } catch (KubernetesClientException e) {
      return there.getStatus() + "\n" + e.getMessage();
    }
  }

  /** Runs a script in the first container of a pod; returns what it printed. */
  String shell(String namespace, String pod, String script) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (ExecWatch exec =
        client
            .pods()
            .inNamespace(namespace)
            .withName(pod)
            .writingOutput(out)
            .writingError(out)
            .exec("sh", "-c", script)) {
      int code = exec.exitCode().get(COMMAND.toSeconds(), TimeUnit.SECONDS);
      String printed = out.toString(StandardCharsets.UTF_8);
      if (code != 0) {
        throw new AssertionError("'%s' ended with %d: %s".formatted(script, code, printed));
      }
      return printed;
    } catch (ExecutionException | TimeoutException e) {
      throw new AssertionError("'%s' in %s".formatted(script, pod), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  @Override
  public void close() {
    for (HasMetadata object : made) {
      client.resource(object).delete();
    }
    for (HasMetadata object : made) {
      await(object.getKind() + " " + object.getMetadata().getName() + " is gone")
          .atMost(PATIENCE)
          .until(() -> client.resource(object).get() == null);
    }
    client.close();
  }
}
