package io.kspan.topology.rules;

import static io.kspan.testsupport.generate.Input.event;
import static io.kspan.testsupport.generate.Input.object;
import static org.assertj.core.api.Assertions.assertThat;

import io.kspan.testsupport.generate.Input;
import org.junit.jupiter.api.Test;

/** A reference lacks the API group, and an owner reference the namespace. */
class ReferencesTest {
  private static final String UID = "k8s.object.uid";

  private static Input service(String apiVersion, String uid, double created) {
    return object("Service", "shop", uid).with("apiVersion", apiVersion).created(created);
  }

  /** 3.1: the UID tells objects of one kind and name in two API groups apart. */
  @Test
  void shouldTellApiGroupsApartByUid() {
    Input core = service("v1", "uid-core", 0);
    Input knative = service("serving.knative.dev/v1", "uid-knative", 1);

    Outcomes outcomes =
        Outcomes.of(core, knative, event("a", core, "Any").at(3), event("b", knative, "Any").at(3));

    assertThat(outcomes.attributeOf("a", UID)).isEqualTo("uid-core");
    assertThat(outcomes.attributeOf("b", UID)).isEqualTo("uid-knative");
    assertThat(outcomes.traceOf("a").traceId()).isNotEqualTo(outcomes.traceOf("b").traceId());
  }

  /**
   * Words: references are compared without API group, so without UID the newest of them is meant.
   */
  @Test
  void shouldTakeTheNewestOfAllApiGroupsWithoutUid() {
    Input core = service("v1", "uid-core", 0);
    Input knative = service("serving.knative.dev/v1", "uid-knative", 1);

    Outcomes outcomes =
        Outcomes.of(core, knative, event("e", "Service", "shop", "").reason("Any").at(3));

    assertThat(outcomes.attributeOf("e", UID)).isEqualTo("uid-knative");
  }

  /** Words: an owner can be cluster-scoped. */
  @Test
  void shouldClimbToAnOwnerWithoutNamespace() {
    Input tenant = object("Tenant", "blue", "uid-t").without("metadata.namespace");
    Input app = object("Widget", "app", "uid-w").ownedBy(tenant);

    Outcomes outcomes = Outcomes.of(tenant, app, event("e", app, "Any").at(1));

    assertThat(outcomes.rootOf("e")).isEqualTo("Tenant/blue");
    assertThat(outcomes.rootAttributeOf("e", "k8s.namespace.name")).isNull();
    assertThat(outcomes.attributeOf("e", "k8s.namespace.name")).isEqualTo("ns");
  }

  /** 3.4: it was never seen, so only its UID holds its children together. */
  @Test
  void shouldPutWhatAnUnseenOwnerWithoutNamespaceOwnsIntoOneTrace() {
    Input tenant = object("Tenant", "blue", "uid-t").without("metadata.namespace");
    Input one = object("Widget", "one", "uid-1").ownedBy(tenant);
    Input other = object("Widget", "other", "uid-2").ownedBy(tenant);

    Outcomes outcomes =
        Outcomes.of(one, other, event("a", one, "Any").at(1), event("b", other, "Any").at(2));

    assertThat(outcomes.traceOf("a").traceId()).isEqualTo(outcomes.traceOf("b").traceId());
    assertThat(outcomes.rootAttributeOf("a", UID)).isEqualTo("uid-t");
  }
}
