package io.kspan.topology.rules;

import static io.kspan.testsupport.generate.Input.event;
import static io.kspan.testsupport.generate.Input.object;
import static org.assertj.core.api.Assertions.assertThat;

import io.kspan.testsupport.generate.Input;
import io.kspan.topology.model.FinishedSpan;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Trace-model 7: what a span says of whose it is: its root, labels, and the service. */
class LabelsTest {
  private static final Map<String, String> WORKLOAD = Map.of("service.name.mode", "workload");
  private static final String NAME = "app.kubernetes.io/name";
  private static final String VERSION = "app.kubernetes.io/version";

  private final Input deployment = object("Deployment", "web", "uid-d").generation(1);
  private final Input replicaSet = object("ReplicaSet", "web-1", "uid-rs").ownedBy(deployment);
  private final Input pod = object("Pod", "web-1-a", "uid-p").ownedBy(replicaSet);
  private final Input aboutPod = event("e", pod, "Any").at(1);

  @Test
  void shouldNameTheRootOfEverySpan() {
    Input app = object("App", "shop", "uid-app").generation(1);
    Input owned = object("Pod", "shop-0", "uid-0").ownedBy(app);

    Outcomes outcomes = Outcomes.of(app, owned, event("e", owned, "Any").at(1));

    for (FinishedSpan span : outcomes.traceOf("e").spans()) {
      assertThat(span.attributes())
          .containsEntry("k8s.owner.root.kind", "App")
          .containsEntry("k8s.owner.root.name", "shop")
          .containsEntry("k8s.owner.root.uid", "uid-app")
          .containsEntry("k8s.owner.root.api_version", "example.com/v1");
    }
  }

  @Test
  void shouldNameLabelsOfTheObjectAndOfItsOwners() {
    Outcomes outcomes =
        Outcomes.of(
            deployment.again().labelled("app.kubernetes.io/part-of", "shop").labelled("team", "a"),
            replicaSet,
            pod.again().labelled(NAME, "web").annotated("secret", "s"),
            aboutPod);

    assertThat(outcomes.spanOf("e").attributes())
        .containsEntry("k8s.pod.label." + NAME, "web")
        .containsEntry("k8s.deployment.label.app.kubernetes.io/part-of", "shop");
    assertThat(outcomes.traceOf("e").root().attributes())
        .containsEntry("k8s.deployment.label.app.kubernetes.io/part-of", "shop");
    assertThat(outcomes.all().toString()).doesNotContain("team", "secret");
  }

  /** A key has a prefix of 253 and a name of 63 characters at most, a value 63. */
  @Test
  void shouldNameTheLongestLabelThatKubernetesAllows() {
    String key = "a.".repeat(126) + "a/" + "n".repeat(63);
    String value = "v".repeat(63);
    Input deployment = object("Deployment", "web", "uid-d").labelled(key, value);

    Outcomes outcomes =
        Outcomes.configured(
            Map.of("span.labels", key), deployment, event("a", deployment, "Any").at(5));

    assertThat(outcomes.spanOf("a").attributes())
        .containsEntry("k8s.deployment.label." + key, value);
  }

  @Test
  void shouldNameWhatTheConfigurationLists() {
    Input scaler = object("HorizontalPodAutoscaler", "web", "uid-h").labelled("team", "a");
    Input custom = object("App", "shop", "uid-app").annotated("owner", "b").labelled(NAME, "no");
    Map<String, String> keys = Map.of("span.labels", "team", "span.annotations", "owner");

    assertThat(
            Outcomes.configured(keys, scaler, event("e", scaler, "Any").at(1))
                .attributeOf("e", "k8s.hpa.label.team"))
        .isEqualTo("a");
    assertThat(
            Outcomes.configured(keys, custom, event("e", custom, "Any").at(1))
                .spanOf("e")
                .attributes())
        .containsEntry("k8s.app.annotation.owner", "b")
        .doesNotContainKey("k8s.app.label." + NAME);
  }

  /** A change is named as its generation is, an Event as its object was when it was received. */
  @Test
  void shouldNameLabelsAsOfTheSpan() {
    Input first = deployment.again().labelled(VERSION, "1").specChangedAt(0, "kubectl", "Update");
    Input second =
        deployment
            .again()
            .labelled(VERSION, "2")
            .generation(2)
            .specChangedAt(10, "kubectl", "Update")
            .received(10.5);
    String key = "k8s.deployment.label." + VERSION;

    Outcomes outcomes =
        Outcomes.of(
            first,
            event("a", deployment, "Any").at(1),
            second,
            event("b", deployment, "Any").at(11));

    assertThat(outcomes.attributeOf("a", key)).isEqualTo("1");
    assertThat(outcomes.rootAttributeOf("a", key)).isEqualTo("1");
    assertThat(outcomes.attributeOf("b", key)).isEqualTo("2");
    assertThat(outcomes.rootAttributeOf("b", key)).isEqualTo("2");
  }

  @Test
  void shouldNameAChangeOfLabelsAlone() {
    Input marked = pod.again().resourceVersion("2").labelled(NAME, "").received(1);
    Input renamed = pod.again().resourceVersion("3").labelled(NAME, "web").received(2);

    Outcomes outcomes =
        Outcomes.of(
            deployment,
            replicaSet,
            pod.again().resourceVersion("1"),
            event("none", pod, "Any").at(0.5),
            marked,
            event("marked", pod, "Any").at(1.5),
            renamed,
            event("named", pod, "Any").at(2.5));

    String key = "k8s.pod.label." + NAME;
    assertThat(outcomes.spanOf("none").attributes()).doesNotContainKey(key);
    assertThat(outcomes.attributeOf("marked", key)).isEqualTo("");
    assertThat(outcomes.attributeOf("named", key)).isEqualTo("web");
  }

  @Test
  void shouldNameTheLabelsOfTheNearerOfTwoObjectsOfAKind() {
    Input outer = object("App", "outer", "uid-1").labelled(NAME, "outer").labelled(VERSION, "1");
    Input inner = object("App", "inner", "uid-2").ownedBy(outer).labelled(NAME, "inner");

    Outcomes outcomes = Outcomes.of(outer, inner, event("e", inner, "Any").at(1));

    assertThat(outcomes.spanOf("e").attributes())
        .containsEntry("k8s.app.label." + NAME, "inner")
        .doesNotContainKey("k8s.app.label." + VERSION);
  }

  @Test
  void shouldSayWhoReportedWhereTheServiceDoesNot() {
    Input reported = aboutPod.withJson("source", "{component: 'kubelet', host: 'n1'}");

    assertThat(
            Outcomes.configured(WORKLOAD, deployment, replicaSet, pod, reported)
                .spanOf("e")
                .attributes())
        .containsEntry("kspan.event.component", "kubelet")
        .containsEntry("kspan.event.host", "n1");
    assertThat(
            Outcomes.configured(
                    Map.of("service.name.mode", "fixed"), deployment, replicaSet, pod, reported)
                .attributeOf("e", "kspan.event.component"))
        .isEqualTo("kubelet");
    assertThat(Outcomes.of(deployment, replicaSet, pod, reported).spanOf("e").attributes())
        .as("the service is the component")
        .doesNotContainKeys("kspan.event.component", "kspan.event.host");
  }

  /** What happens during an activity does not change what it is called after. */
  @Test
  void shouldNameAnActivityAsOfItsFirstEvent() {
    Input labelled = deployment.again().resourceVersion("1").labelled(VERSION, "1");
    Input renamed = labelled.again().resourceVersion("2").labelled(VERSION, "2").received(503);

    Outcomes outcomes =
        Outcomes.of(
            labelled,
            event("change", deployment, "Any").at(1),
            event("later", deployment, "Any").at(500),
            renamed,
            event("last", deployment, "Any").at(505));

    assertThat(outcomes.traceKindOf("later")).startsWith("activity");
    assertThat(outcomes.rootAttributeOf("last", "k8s.deployment.label." + VERSION)).isEqualTo("1");
  }

  @ParameterizedTest
  @CsvSource({
    "resource.opentelemetry.io/service.name, , , cart",
    ", app.kubernetes.io/instance, , cart",
    ", app.kubernetes.io/name, , cart",
    ", , , web",
    "resource.opentelemetry.io/service.name, app.kubernetes.io/instance, other, cart",
  })
  void shouldNameTheServiceAsOpenTelemetryDoes(
      String annotation, String label, String otherLabel, String expected) {
    Input named = pod.again();
    if (annotation != null) {
      named.annotated(annotation, "cart");
    }
    if (label != null) {
      named.labelled(label, annotation == null ? "cart" : otherLabel);
    }

    Outcomes outcomes = Outcomes.configured(WORKLOAD, deployment, replicaSet, named, aboutPod);

    assertThat(outcomes.spanOf("e").resource())
        .containsEntry("service.name", expected)
        .containsEntry("service.namespace", "ns")
        .doesNotContainKeys("service.version", "service.instance.id");
  }

  @Test
  void shouldTakeTheServiceOfAnOwnerWhereTheObjectDoesNotSay() {
    Outcomes outcomes =
        Outcomes.configured(
            WORKLOAD,
            deployment
                .again()
                .annotated("resource.opentelemetry.io/service.namespace", "shop")
                .labelled(NAME, "cart")
                .labelled(VERSION, "7"),
            replicaSet,
            pod,
            aboutPod);

    for (FinishedSpan span : outcomes.traceOf("e").spans()) {
      assertThat(span.resource())
          .containsEntry("service.name", "cart")
          .containsEntry("service.namespace", "shop");
    }
    assertThat(outcomes.traceOf("e").root().resource()).containsEntry("service.version", "7");
    assertThat(outcomes.spanOf("e").resource())
        .as("a pod of the version before may still run")
        .doesNotContainKey("service.version");
    // Only what span.annotations lists becomes an attribute.
    assertThat(outcomes.all().toString()).doesNotContain("annotation.resource");
  }

  @Test
  void shouldTakeTheRootWhereThereIsNoWorkload() {
    Input node = object("Node", "n1", "uid-n").inNamespace("");

    Outcomes outcomes = Outcomes.configured(WORKLOAD, node, event("e", node, "Any").at(1));

    assertThat(outcomes.spanOf("e").resource())
        .containsEntry("service.name", "n1")
        .doesNotContainKey("service.namespace");
  }
}
