package io.kspan.deploy.cluster;

import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.GenericKubernetesResourceBuilder;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinitionBuilder;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinitionVersion;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinitionVersionBuilder;

/** A custom resource of a run, which comes and goes. */
final class Widgets {
  private final Cluster cluster;
  private final String namespace;
  private final String group;
  private CustomResourceDefinition definition;

  Widgets(Cluster cluster, String namespace) {
    this.cluster = cluster;
    this.namespace = namespace;
    group = cluster.name() + ".example.com";
  }

  /** As in the setting {@code resources}. */
  String resource() {
    return group + "/v1/widgets";
  }

  void install() {
    definition =
        cluster.make(
            new CustomResourceDefinitionBuilder()
                .withNewMetadata()
                .withName("widgets." + group)
                .endMetadata()
                .withNewSpec()
                .withGroup(group)
                .withScope("Namespaced")
                .withNewNames()
                .withKind("Widget")
                .withPlural("widgets")
                .withSingular("widget")
                .endNames()
                .withVersions(version("v1", true))
                .endSpec()
                .build());
  }

  /** Stores objects in another version, and serves both. */
  void serveAlso(String version) {
    definition =
        cluster
            .client()
            .apiextensions()
            .v1()
            .customResourceDefinitions()
            .withName(definition.getMetadata().getName())
            .edit(
                before ->
                    new CustomResourceDefinitionBuilder(before)
                        .editSpec()
                        .withVersions(version("v1", false), version(version, true))
                        .endSpec()
                        .build());
  }

  private static CustomResourceDefinitionVersion version(String name, boolean storage) {
    return new CustomResourceDefinitionVersionBuilder()
        .withName(name)
        .withServed(true)
        .withStorage(storage)
        .withNewSchema()
        .withNewOpenAPIV3Schema()
        .withType("object")
        .withXKubernetesPreserveUnknownFields(true)
        .endOpenAPIV3Schema()
        .endSchema()
        .build();
  }

  /** Deletes it, and with it its objects. */
  void uninstall() {
    cluster.client().resource(definition).delete();
    await("the custom resource is gone")
        .atMost(Cluster.PATIENCE)
        .until(() -> cluster.client().resource(definition).get() == null);
  }

  /** Creates an object as soon as the version is served. */
  void create(String version, String name) {
    GenericKubernetesResource widget =
        new GenericKubernetesResourceBuilder()
            .withApiVersion(group + "/" + version)
            .withKind("Widget")
            .withNewMetadata()
            .withName(name)
            .withNamespace(namespace)
            .endMetadata()
            .build();
    await(version + " of the custom resource is served")
        .atMost(Cluster.PATIENCE)
        .ignoreExceptions()
        .until(() -> cluster.client().resource(widget).create() != null);
  }
}
