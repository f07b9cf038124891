package io.kspan.topology.rules;

import static io.kspan.testsupport.generate.Input.event;
import static io.kspan.testsupport.generate.Input.object;
import static org.assertj.core.api.Assertions.assertThat;

import io.kspan.testsupport.generate.Input;
import io.kspan.topology.model.FinishedSpan;
import io.kspan.topology.model.FinishedSpan.SpanLink;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Trace-model 8.4: changes of one release. */
class DeliveryTest {
  private static final String ID = "kspan.delivery.id";
  private static final String REVISION = "org.opencontainers.image.revision";
  private static final String APPLICATION = "argocd.argoproj.io/tracking-id";
  private static final String RELEASE = "meta.helm.sh/release-name";
  private static final String PART_OF = "app.kubernetes.io/part-of";
  private static final String INSTANCE = "app.kubernetes.io/instance";
  private static final String FLUX = "kustomize.toolkit.fluxcd.io/name";

  private final List<Input> log = new ArrayList<>();

  /** A version that begins a generation, and an Event about it under the name of the object. */
  private void change(Input deployment, double at) {
    log.add(deployment.again().created(Math.floor(at)).generation(1).received(at));
    log.add(event(deployment.name(), deployment, "Any").at(at + 0.1));
  }

  private static Input deployment(String name) {
    return object("Deployment", name, "uid-" + name);
  }

  private static Input ofHelm(String name) {
    return deployment(name).annotated(RELEASE, "shop");
  }

  private static Input ofArgo(String name, String revision) {
    return deployment(name).annotated(APPLICATION, "shop:any").annotated(REVISION, revision);
  }

  private Outcomes outcomes() {
    return Outcomes.of(log.toArray(Input[]::new));
  }

  private static Object id(Outcomes outcomes, String name) {
    return outcomes.rootAttributeOf(name, ID);
  }

  /** Name of the object whose change the trace links to; empty without. */
  private static String first(Outcomes outcomes, String name) {
    List<String> spans =
        outcomes.traceOf(name).root().links().stream()
            .filter(link -> link.attributes().get("kspan.link").equals("delivery"))
            .map(SpanLink::spanId)
            .toList();
    assertThat(spans).hasSizeLessThan(2);
    return outcomes.all().stream()
        .map(trace -> trace.root())
        .filter(root -> spans.contains(root.spanId()))
        .map(root -> root.attributes().get("k8s.object.name").toString())
        .findAny()
        .orElse(spans.isEmpty() ? "" : "unknown");
  }

  @Test
  void shouldCountAPodWithoutOwner() {
    change(ofHelm("web"), 10);
    change(object("Pod", "lonely", "uid-lonely").annotated(RELEASE, "shop"), 12);

    Outcomes outcomes = outcomes();
    assertThat(id(outcomes, "lonely")).isNotNull().isEqualTo(id(outcomes, "web"));
    assertThat(first(outcomes, "lonely")).isEqualTo("web");
  }

  @ParameterizedTest
  @ValueSource(strings = {APPLICATION, RELEASE, PART_OF, INSTANCE, FLUX})
  void shouldFindTheChangesOfAReleaseTogether(String key) {
    String value = key.equals(APPLICATION) ? "shop:apps/Deployment:ns/any" : "shop";
    List<String> names = List.of("a", "b", "c");
    for (String name : names) {
      change(deployment(name).annotated(key, value).labelled(key, value), 1 + names.indexOf(name));
    }
    change(deployment("other").annotated(key, "x:y").labelled(key, "x"), 2);
    change(deployment("alone"), 2);

    Outcomes outcomes = outcomes();

    assertThat(id(outcomes, "a").toString()).matches("[0-9a-f]{32}");
    assertThat(names).extracting(name -> id(outcomes, name)).containsOnly(id(outcomes, "a"));
    assertThat(names).extracting(name -> first(outcomes, name)).containsExactly("", "a", "a");
    assertThat(id(outcomes, "other")).isNotNull().isNotEqualTo(id(outcomes, "a"));
    assertThat(first(outcomes, "other")).isEmpty();
    assertThat(id(outcomes, "alone")).isNull();
  }

  /** It is a function of the log: of the release and of its first change. */
  @Test
  void shouldHaveAnIdThatNeverChanges() {
    change(ofHelm("a"), 1);
    change(ofArgo("b", "1a2b"), 1);

    assertThat(id(outcomes(), "a")).isEqualTo("a2d72ce8e67d58bf6b6cd271b67b8b23");
    assertThat(id(outcomes(), "b")).isEqualTo("ed53626cc432b4ef72a8084eb24c890b");
  }

  /** The window begins with the first change; what follows later begins the next. */
  @Test
  void shouldEndADeliveryAWindowAfterItsFirstChange() {
    change(ofHelm("a"), 1);
    change(ofHelm("b"), 300.999);
    change(ofHelm("c"), 301);
    change(ofHelm("d"), 500);

    Outcomes outcomes = outcomes();

    assertThat(List.of("a", "b", "c", "d"))
        .extracting(name -> first(outcomes, name))
        .containsExactly("", "a", "", "c");
    assertThat(id(outcomes, "b")).isEqualTo(id(outcomes, "a"));
    assertThat(id(outcomes, "c")).isNotEqualTo(id(outcomes, "a")).isEqualTo(id(outcomes, "d"));
  }

  @Test
  void shouldTellReleasesByRevisionWhereThereIsOne() {
    change(ofArgo("a", "1"), 1);
    change(ofArgo("b", "1"), 1);
    change(ofArgo("c", "2"), 2);
    change(ofArgo("d", "1"), 3000);
    change(ofArgo("e", "1"), 9000);

    Outcomes outcomes = outcomes();

    assertThat(List.of("a", "b", "d", "e"))
        .extracting(name -> id(outcomes, name))
        .containsOnly(id(outcomes, "a"));
    assertThat(id(outcomes, "c")).isNotNull().isNotEqualTo(id(outcomes, "a"));
    // Changes are looked up within a period of dedupe.window, which begins at 12:00.
    assertThat(List.of("a", "b", "c", "d", "e"))
        .extracting(name -> first(outcomes, name))
        .containsExactly("", "a", "", "a", "");
  }

  /** The namespace tells instances apart, that of a release is its own. */
  @Test
  void shouldTellInstancesOfOneNameApart() {
    change(deployment("a").labelled(INSTANCE, "shop"), 1);
    change(deployment("b").labelled(INSTANCE, "shop").inNamespace("other"), 1);
    change(deployment("c").labelled(INSTANCE, "shop").labelled(PART_OF, "mall"), 1);
    change(ofHelm("d").labelled(INSTANCE, "shop"), 1);
    change(ofHelm("e").labelled(INSTANCE, "shop").inNamespace("other"), 1);

    Outcomes outcomes = outcomes();

    assertThat(List.of("a", "b", "c", "d"))
        .extracting(name -> id(outcomes, name))
        .doesNotHaveDuplicates();
    assertThat(id(outcomes, "e")).isEqualTo(id(outcomes, "d"));
  }

  /** What a tree owns has the labels of its root, and what happens later is no change. */
  @Test
  void shouldOnlyBelongToAChangeOfARootWithoutOwner() {
    Input web = ofHelm("web");
    change(web, 1);
    Input run = object("Job", "run", "uid-run").annotated(RELEASE, "shop");
    Input tick = object("CronJob", "tick", "uid-tick");
    change(run.ownedBy(tick), 2);
    log.add(event("activity", web, "Any").at(900));

    Outcomes outcomes = outcomes();

    assertThat(id(outcomes, "web")).isNotNull();
    assertThat(id(outcomes, "run")).isNull();
    assertThat(id(outcomes, "activity")).isNull();
    for (FinishedSpan span : outcomes.traceOf("web").spans()) {
      assertThat(span.attributes().containsKey(ID)).isEqualTo(span.parentSpanId().isEmpty());
    }
  }

  /** The next change of the same object is in the delivery, too. */
  @Test
  void shouldTakeEachGenerationForAChange() {
    Input web = ofHelm("web");
    change(web, 1);
    log.add(web.again().created(1).generation(2).received(20));
    log.add(event("second", web, "Any").at(20.1));
    log.add(web.again().created(1).generation(3).received(400));
    log.add(event("third", web, "Any").at(400.1));

    Outcomes outcomes = outcomes();

    assertThat(id(outcomes, "second")).isEqualTo(id(outcomes, "web"));
    assertThat(first(outcomes, "second")).isEqualTo("web");
    assertThat(id(outcomes, "third")).isNotEqualTo(id(outcomes, "web"));
  }

  /** A list at start-up brings what was changed long ago at one instant. */
  @ParameterizedTest
  @CsvSource({"700, true", "400, true", "399, false"})
  void shouldLeaveOutWhatWasChangedBeforeTheWindow(double made, boolean belongs) {
    Input web = ofHelm("web").created(0).generation(7).specChangedAt(made, "helm", "Update");
    log.add(web.received(700));
    log.add(event("e", web, "Any").at(made).received(700));

    assertThat(outcomes().rootAttributeOf("e", ID) != null).isEqualTo(belongs);
  }

  /** Where the spec does not say when it was changed. */
  @ParameterizedTest
  @CsvSource({"1, 400, true", "1, 399, false", "2, 399, true"})
  void shouldTakeTheCreationOfAFirstGenerationForItsChange(
      int generation, double created, boolean belongs) {
    Input web = ofHelm("web").created(created).generation(generation).received(700);
    log.add(web);
    log.add(event("e", web, "Any").at(700));

    assertThat(outcomes().rootAttributeOf("e", ID) != null).isEqualTo(belongs);
  }

  @Test
  void shouldOnlyGoByRevisionWithoutWindow() {
    change(ofHelm("a"), 1);
    change(ofHelm("b").annotated(REVISION, "1"), 1);

    Outcomes outcomes =
        Outcomes.configured(Map.of("trace.delivery.window.ms", "0"), log.toArray(Input[]::new));

    assertThat(id(outcomes, "a")).isNull();
    assertThat(id(outcomes, "b")).isNotNull();
  }
}
