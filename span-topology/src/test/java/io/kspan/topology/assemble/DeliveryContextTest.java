package io.kspan.topology.assemble;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class DeliveryContextTest {

  @Test
  void shouldReadTheTrackingIdOfArgoCd() {
    DeliveryContext delivery =
        of(
            "annotation.argocd.argoproj.io/tracking-id",
            "shop:apps/Deployment:prod/web",
            "label.app.kubernetes.io/managed-by",
            "Helm",
            "label.helm.sh/chart",
            "web-1.4.2");

    assertThat(delivery)
        .isEqualTo(
            new DeliveryContext("argo-cd", "Application", "", "shop", "web-1.4.2", "", "", "", ""));
  }

  @Test
  void shouldReadTheNamespaceOfAnApplicationOutsideTheNamespaceOfArgoCd() {
    DeliveryContext delivery =
        of("annotation.argocd.argoproj.io/tracking-id", "team-a_shop:apps/Deployment:prod/web");

    assertThat(delivery.namespace()).isEqualTo("team-a");
    assertThat(delivery.name()).isEqualTo("shop");
  }

  @Test
  void shouldReadTheLabelOfArgoCdWithoutATrackingId() {
    DeliveryContext delivery =
        of(
            "label.argocd.argoproj.io/instance",
            "shop",
            "annotation.argocd.argoproj.io/tracking-id",
            "no tracking id");

    assertThat(delivery.tool()).isEqualTo("argo-cd");
    assertThat(delivery.name()).isEqualTo("shop");
  }

  @Test
  void shouldPreferTheHelmReleaseOfFluxToTheReleaseThatItMakes() {
    DeliveryContext delivery =
        of(
            "label.helm.toolkit.fluxcd.io/name",
            "shop",
            "label.helm.toolkit.fluxcd.io/namespace",
            "flux-system",
            "annotation.meta.helm.sh/release-name",
            "prod-shop",
            "annotation.meta.helm.sh/release-namespace",
            "prod");

    assertThat(delivery)
        .isEqualTo(
            new DeliveryContext("flux", "HelmRelease", "flux-system", "shop", "", "", "", "", ""));
  }

  @Test
  void shouldReadTheKustomizationOfFlux() {
    DeliveryContext delivery =
        of(
            "label.kustomize.toolkit.fluxcd.io/name",
            "apps",
            "label.kustomize.toolkit.fluxcd.io/namespace",
            "flux-system");

    assertThat(delivery)
        .isEqualTo(
            new DeliveryContext(
                "flux", "Kustomization", "flux-system", "apps", "", "", "", "", ""));
  }

  @Test
  void shouldReadTheReleaseOfHelm() {
    DeliveryContext delivery =
        of(
            "annotation.meta.helm.sh/release-name",
            "shop",
            "annotation.meta.helm.sh/release-namespace",
            "prod",
            "label.app.kubernetes.io/managed-by",
            "Helm");

    assertThat(delivery)
        .isEqualTo(new DeliveryContext("helm", "Release", "prod", "shop", "", "", "", "", ""));
  }

  @Test
  void shouldReadTheSourcesAndThePipeline() {
    DeliveryContext delivery =
        of(
            "label.app.kubernetes.io/managed-by",
            "pulumi",
            "annotation.org.opencontainers.image.revision",
            "9d59409",
            "annotation.org.opencontainers.image.source",
            "https://git.example.com/shop",
            "annotation.org.opencontainers.image.version",
            "1.4.2",
            "label.tekton.dev/pipeline",
            "deploy");

    assertThat(delivery)
        .isEqualTo(
            new DeliveryContext(
                "pulumi",
                "",
                "",
                "",
                "",
                "9d59409",
                "https://git.example.com/shop",
                "1.4.2",
                "deploy"));
  }

  @Test
  void shouldBeEmptyWithoutLabels() {
    assertThat(of()).isEqualTo(new DeliveryContext("", "", "", "", "", "", "", "", ""));
  }

  private static DeliveryContext of(String... labels) {
    Map<String, String> all = new HashMap<>();
    for (int i = 0; i < labels.length; i += 2) {
      all.put(labels[i], labels[i + 1]);
    }
    return DeliveryContext.of(all);
  }
}
