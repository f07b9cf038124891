package io.kspan.topology.rules;

import static io.kspan.testsupport.generate.Input.event;
import static io.kspan.testsupport.generate.Input.object;
import static org.assertj.core.api.Assertions.assertThat;

import io.kspan.testsupport.generate.Input;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Trace-model 7: what a change span says of what changed, and of who delivered it. */
class ChangeTest {
  private static final String CHANGE = "kspan.change.";
  private final Input web = object("Deployment", "web", "uid-d");

  @Test
  void shouldNameARestart() {
    assertThat(
            change(
                "{template: {metadata: {annotations: {'kubectl.kubernetes.io/restartedAt': 'a'}}, spec: {}}}",
                "{template: {metadata: {annotations: {'kubectl.kubernetes.io/restartedAt': 'b'}}, spec: {}}}"))
        .isEqualTo(Map.of("restarted_at", "a -> b"));
  }

  @Test
  void shouldNameResourcesBeforeAndAfter() {
    assertThat(
            change(
                container("resources: {requests: {memory: '1Gi', cpu: '1'}}"),
                container("resources: {requests: {cpu: '2'}, limits: {memory: '2Gi'}}")))
        .isEqualTo(
            Map.of(
                "resources.main",
                "requests.cpu=1 requests.memory=1Gi -> requests.cpu=2 limits.memory=2Gi"));
  }

  @Test
  void shouldNameTheVariablesThatChangedAndNoValue() {
    SortedMap<String, Object> changed =
        change(
            container(
                "env: [{name: 'SAME', value: 's'}, {name: 'TOKEN', value: 'SECRET'}, {name: 'OLD', value: 'x'}]"),
            container(
                "env: [{name: 'SAME', value: 's'}, {name: 'TOKEN', value: 'OTHER'}, {name: 'NEW', value: 'y'}],"
                    + " envFrom: [{configMapRef: {name: 'c'}}]"));

    assertThat(changed).isEqualTo(Map.of("env.main", List.of("NEW", "OLD", "TOKEN", "envFrom")));
  }

  @Test
  void shouldNameCommandArgumentsAndProbes() {
    assertThat(
            change(
                container("args: ['a'], livenessProbe: {exec: {command: ['SECRET']}}"),
                container(
                    "args: ['b'], command: ['c'], livenessProbe: {exec: {command: ['b']}}, readinessProbe: {}")))
        .isEqualTo(
            Map.of(
                "command.main",
                List.of("args", "command"),
                "probes.main",
                List.of("livenessProbe", "readinessProbe")));
  }

  @Test
  void shouldNameVolumesChecksumsLabelsAndAnnotationsOfTheTemplate() {
    assertThat(
            change(
                "{template: {metadata: {labels: {a: '1', b: '1'}, annotations: {'checksum/config': '1', x: '1'}},"
                    + " spec: {volumes: [{name: 'v', emptyDir: {}}]}}}",
                "{template: {metadata: {labels: {a: '1', b: '2'}, annotations: {'checksum/config': '2', x: '2'}},"
                    + " spec: {volumes: [{name: 'v', configMap: {name: 'c'}}]}}}"))
        .isEqualTo(
            Map.of(
                "volumes", List.of("v"),
                "checksums", List.of("checksum/config"),
                "labels", List.of("b"),
                "annotations", List.of("x")));
  }

  @Test
  void shouldNameServiceAccountAndStrategyBeforeAndAfter() {
    assertThat(
            change(
                "{strategy: {type: 'RollingUpdate', rollingUpdate: {maxSurge: '25%', maxUnavailable: 1}},"
                    + " template: {spec: {}}}",
                "{strategy: {type: 'Recreate'}, template: {spec: {serviceAccountName: 'web'}}}"))
        .isEqualTo(
            Map.of(
                "strategy",
                "RollingUpdate maxSurge=25% maxUnavailable=1 -> Recreate",
                "service_account",
                "(none) -> web"));
  }

  @Test
  void shouldNameThePathsOfEverythingElse() {
    assertThat(
            change(
                "{minReadySeconds: 1, template: {spec: {containers: [{name: 'main', ports: [1]}]}}}",
                "{minReadySeconds: 2, template: {spec: {hostNetwork: true, containers: [{name: 'main', ports: [2]}]}}}"))
        .isEqualTo(
            Map.of(
                "container.main",
                List.of("ports"),
                "pod",
                List.of("hostNetwork"),
                "paths",
                List.of("minReadySeconds")));
  }

  @Test
  void shouldNameThePathsOfACustomKind() {
    Input app = object("App", "shop", "uid-a");

    assertThat(
            change(
                app,
                "{size: 1, db: {host: 'a', tls: {secret: 'SECRET'}}, list: [1], gone: {x: 1}}",
                "{size: 1, db: {host: 'b', tls: {secret: 'OTHER'}}, list: [2]}"))
        .isEqualTo(Map.of("paths", List.of("db.host", "db.tls.secret", "gone.x", "list")));
  }

  @Test
  void shouldSayThatSomethingChangedWhereNothingHasAName() {
    String first = "{template: {metadata: {labels: ['no map']}, spec: {}}}";
    String second = "{template: {metadata: {labels: ['another']}, spec: {}}}";

    assertThat(change(first, second)).isEqualTo(Map.of("paths", List.of("*")));
  }

  /** As records of an earlier connector, or after the key of the hashes changed. */
  @Test
  void shouldNotCompareWhatHasNoHashes() {
    Input before = web.again().generation(1).spec("{a: 1}").received(0);
    Input after =
        web.again().generation(2).spec("{}").with("specHash", "1111111111111111").received(20);

    assertThat(changes(before, after)).isEqualTo(Map.of("paths", List.of("*")));
  }

  /** They say nothing of resources either, so these are not new. */
  @Test
  void shouldNotCompareWithWhatHadNoHashes() {
    Input before =
        web.again().generation(1).spec("{}").with("specHash", "1111111111111111").received(0);
    Input after =
        web.again()
            .generation(2)
            .spec(container("resources: {requests: {cpu: '2'}}, env: [{name: 'A', value: 'b'}]"))
            .received(20);

    assertThat(changes(before, after)).isEqualTo(Map.of("paths", List.of("*")));
  }

  private Input hashed(int generation, String key, String hash, double received) {
    return web.again()
        .generation(generation)
        .spec("{}")
        .with("specHash", "000000000000000" + generation)
        .withJson("specParts", "{key: '%s', 'env.main': {A: '%s'}}".formatted(key, hash))
        .received(received);
  }

  @Test
  void shouldCompareHashesUnderOneKeyOnly() {
    assertThat(changes(hashed(1, "aaaa", "bbbb", 0), hashed(2, "aaaa", "cccc", 20)))
        .isEqualTo(Map.of("env.main", List.of("A")));
    assertThat(changes(hashed(1, "aaaa", "bbbb", 0), hashed(2, "dddd", "cccc", 20)))
        .isEqualTo(Map.of("paths", List.of("*")));
  }

  @Test
  void shouldNameNothingWhenOnlyScaled() {
    assertThat(change("{replicas: 1, a: 1}", "{replicas: 2, a: 1}"))
        .isEqualTo(Map.of("replicas", "1 -> 2"));
  }

  @Test
  void shouldNameValuesButNoPartsOfANewObject() {
    Input made =
        web.again().generation(1).spec(container("env: [{name: 'A', value: 'b'}]")).received(0);

    assertThat(changesOf(Outcomes.of(made, event("e", web, "Any").at(1)))).isEmpty();
  }

  /** What was changed under a pause comes into effect when it ends. */
  @Test
  void shouldNameAtTheResumeWhatWasChangedWhilePaused() {
    Input made = web.again().generation(1).spec(paused("1", false)).received(0);
    Input pausedOnly = web.again().generation(2).spec(paused("1", true)).received(100);
    Input edited = web.again().generation(3).spec(paused("2", true)).received(200);
    Input resumed = web.again().generation(4).spec(paused("2", false)).received(300);

    Outcomes outcomes =
        Outcomes.of(
            made, pausedOnly, edited, resumed, event("e", web, "Any").at(300.5), at("b", 200.5));

    assertThat(changesOf(outcomes))
        .isEqualTo(Map.of("paused", "true -> (none)", "env.main", List.of("A")));
    assertThat(outcomes.rootAttributeOf("b", CHANGE + "env.main")).isEqualTo(List.of("A"));
  }

  @Test
  void shouldSayWhoDeliveredAChangeAndFromWhat() {
    Input made =
        web.again()
            .generation(1)
            .spec("{replicas: 1}")
            .status(
                "{observedGeneration: 1, replicas: 1, updatedReplicas: 1, availableReplicas: 1}")
            .labelled("helm.sh/chart", "web-1.4.2")
            .annotated("argocd.argoproj.io/tracking-id", "team_shop:apps/Deployment:ns/web")
            .annotated("org.opencontainers.image.revision", "9d59409")
            .annotated(
                "org.opencontainers.image.source", "https://user:SECRET@git.example.com/shop")
            .received(0);

    Outcomes outcomes = Outcomes.of(made, event("e", web, "Any").at(1));

    assertThat(outcomes.traceOf("e").root().attributes())
        .containsEntry("kspan.delivery.tool", "argo-cd")
        .containsEntry("kspan.delivery.kind", "Application")
        .containsEntry("kspan.delivery.namespace", "team")
        .containsEntry("kspan.delivery.chart", "web-1.4.2")
        .containsEntry("deployment.name", "shop")
        .containsEntry("deployment.status", "succeeded")
        .containsEntry("vcs.ref.head.revision", "9d59409")
        .containsEntry("vcs.repository.url.full", "https://git.example.com/shop")
        .doesNotContainKey("k8s.deployment.label.helm.sh/chart");
    assertThat(outcomes.spanOf("e").attributes()).doesNotContainKey("deployment.name");
  }

  /** Of an activity nothing was delivered. */
  @Test
  void shouldSayNothingOfTheDeliveryOnAnActivity() {
    Input made = web.again().generation(1).annotated("meta.helm.sh/release-name", "r").received(0);

    Outcomes outcomes = Outcomes.of(made, at("e", 1), at("later", 5000));

    assertThat(outcomes.rootAttributeOf("e", "deployment.name")).isEqualTo("r");
    assertThat(outcomes.traceKindOf("later")).isEqualTo("activity 1");
    assertThat(outcomes.rootAttributeOf("later", "deployment.name")).isNull();
  }

  private Input at(String uid, double seconds) {
    return event(uid, web, "Any").at(seconds);
  }

  private SortedMap<String, Object> change(String before, String after) {
    return change(web, before, after);
  }

  private static SortedMap<String, Object> change(Input root, String before, String after) {
    return changes(
        root.again().generation(1).spec(before).received(0),
        root.again().generation(2).spec(after).received(20));
  }

  private static SortedMap<String, Object> changes(Input before, Input after) {
    Outcomes outcomes = Outcomes.of(before, after, event("e", after, "Any").at(20.5));
    assertThat(outcomes.all().toString()).doesNotContain("SECRET", "OTHER");
    return changesOf(outcomes);
  }

  /** What the root of the trace of Event {@code e} says, without the prefix. */
  private static SortedMap<String, Object> changesOf(Outcomes outcomes) {
    SortedMap<String, Object> changes = new TreeMap<>();
    outcomes
        .traceOf("e")
        .root()
        .attributes()
        .forEach(
            (key, value) -> {
              if (key.startsWith(CHANGE)) {
                changes.put(key.substring(CHANGE.length()), value);
              }
            });
    return changes;
  }

  private static String container(String fields) {
    return "{template: {spec: {containers: [{name: 'main', %s}]}}}".formatted(fields);
  }

  private static String paused(String value, boolean paused) {
    return "{%stemplate: {spec: {containers: [{name: 'main', env: [{name: 'A', value: '%s'}]}]}}}"
        .formatted(paused ? "paused: true, " : "", value);
  }
}
