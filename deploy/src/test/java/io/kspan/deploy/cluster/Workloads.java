package io.kspan.deploy.cluster;

import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.EventBuilder;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentBuilder;
import io.fabric8.kubernetes.api.model.batch.v1.JobBuilder;
import io.fabric8.kubernetes.client.dsl.RollableScalableResource;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/** Workloads in a namespace of a run, about which the cluster makes Events. */
final class Workloads {
  private static final int WRITERS = 8;

  private final Cluster cluster;
  private final String namespace;
  private int changes;

  Workloads(Cluster cluster, String namespace) {
    this.cluster = cluster;
    this.namespace = namespace;
  }

  /** Creates a Deployment; returns when its pods are ready. */
  void deploy(String name, int replicas) {
    deploy(name, replicas, Cluster.IMAGE);
    awaitRolledOut(name);
  }

  /** Creates a Deployment whose image nothing can pull; returns when an Event says so. */
  void deployMissingImage(String name) {
    deploy(name, 1, "kspan-it.invalid/missing:1");
    awaitEvent("Failed", name);
  }

  private void deploy(String name, int replicas, String image) {
    Map<String, String> labels = Map.of("app", name);
    cluster
        .client()
        .resource(
            new DeploymentBuilder()
                .withNewMetadata()
                .withName(name)
                .endMetadata()
                .withNewSpec()
                .withReplicas(replicas)
                .withNewSelector()
                .withMatchLabels(labels)
                .endSelector()
                .withNewTemplate()
                .withNewMetadata()
                .withLabels(labels)
                .endMetadata()
                .withNewSpec()
                .withTerminationGracePeriodSeconds(1L)
                .addNewContainer()
                .withName("main")
                .withImage(image)
                .withCommand("sleep", "86400")
                .endContainer()
                .endSpec()
                .endTemplate()
                .endSpec()
                .build())
        .inNamespace(namespace)
        .create();
  }

  /** Changes the pods of a Deployment. */
  void change(String name) {
    String number = Integer.toString(++changes);
    deployment(name)
        .edit(
            before ->
                new DeploymentBuilder(before)
                    .editSpec()
                    .editTemplate()
                    .editMetadata()
                    .addToAnnotations("kspan-it/change", number)
                    .endMetadata()
                    .endTemplate()
                    .endSpec()
                    .build());
  }

  void scale(String name, int replicas) {
    deployment(name).scale(replicas);
  }

  void delete(String name) {
    deployment(name).delete();
  }

  void awaitRolledOut(String name) {
    await("Deployment " + name + " is rolled out")
        .atMost(Cluster.PATIENCE)
        .pollInterval(500, TimeUnit.MILLISECONDS)
        .ignoreExceptions()
        .until(() -> isRolledOut(deployment(name).get()));
  }

  private static boolean isRolledOut(Deployment deployment) {
    Integer wanted = deployment.getSpec().getReplicas();
    return deployment
            .getMetadata()
            .getGeneration()
            .equals(deployment.getStatus().getObservedGeneration())
        && wanted.equals(deployment.getStatus().getUpdatedReplicas())
        && wanted.equals(deployment.getStatus().getReplicas())
        && wanted.equals(deployment.getStatus().getAvailableReplicas());
  }

  /** Runs a Job to its end, good or bad. */
  void runJob(String name, String command) {
    cluster
        .client()
        .resource(
            new JobBuilder()
                .withNewMetadata()
                .withName(name)
                .endMetadata()
                .withNewSpec()
                .withBackoffLimit(0)
                .withNewTemplate()
                .withNewSpec()
                .withRestartPolicy("Never")
                .addNewContainer()
                .withName("main")
                .withImage(Cluster.IMAGE)
                .withCommand(command)
                .endContainer()
                .endSpec()
                .endTemplate()
                .endSpec()
                .build())
        .inNamespace(namespace)
        .create();
    awaitEvent(command.equals("true") ? "Completed" : "BackoffLimitExceeded", name);
  }

  private void awaitEvent(String reason, String about) {
    await(reason + " of " + about)
        .atMost(Cluster.PATIENCE)
        .pollInterval(1, TimeUnit.SECONDS)
        .until(
            () ->
                cluster.client().v1().events().inNamespace(namespace).list().getItems().stream()
                    .anyMatch(
                        event ->
                            event.getReason().equals(reason)
                                && event.getInvolvedObject().getName().startsWith(about)));
  }

  private RollableScalableResource<Deployment> deployment(String name) {
    return cluster.client().apps().deployments().inNamespace(namespace).withName(name);
  }

  /** Writes so many Events, as fast as the API server takes them from a few writers. */
  void storm(int events) throws InterruptedException, ExecutionException {
    ExecutorService writers = Executors.newFixedThreadPool(WRITERS);
    try {
      List<Future<?>> shares = new ArrayList<>();
      for (int writer = 0; writer < WRITERS; writer++) {
        int first = writer;
        shares.add(
            writers.submit(
                () -> {
                  for (int i = first; i < events; i += WRITERS) {
                    cluster.client().resource(event(i)).create();
                  }
                }));
      }
      for (Future<?> share : shares) {
        share.get();
      }
    } finally {
      writers.shutdownNow();
    }
  }

  private Event event(int number) {
    String now = Instant.now().truncatedTo(ChronoUnit.SECONDS).toString();
    String about = "storm-" + number % 50;
    return new EventBuilder()
        .withNewMetadata()
        .withName("storm." + Integer.toHexString(number))
        .withNamespace(namespace)
        .endMetadata()
        .withNewInvolvedObject()
        .withApiVersion("apps/v1")
        .withKind("Deployment")
        .withNamespace(namespace)
        .withName(about)
        .withUid(about + "-uid")
        .endInvolvedObject()
        .withReason("Storm")
        .withMessage("number " + number)
        .withType("Normal")
        .withCount(1)
        .withFirstTimestamp(now)
        .withLastTimestamp(now)
        .withNewSource()
        .withComponent("kspan-it")
        .endSource()
        .build();
  }
}
