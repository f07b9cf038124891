package io.kspan.connect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.kspan.apiserver.Request;
import io.kspan.apiserver.Response;
import io.kspan.testsupport.apiserver.StubCollection;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.connect.source.SourceRecord;
import org.junit.jupiter.api.Test;

/** Objects of kinds that are not watched, fetched because something refers to them. */
class FetchedOwnersTest extends TaskTest {
  private static final String GROUP = "/apis/argoproj.io/v1alpha1";

  private final StubCollection rollouts =
      server.serve(GROUP + "/rollouts", "argoproj.io/v1alpha1", "Rollout");

  @Test
  void shouldFetchAnOwnerOnceAndAnnounceItsKind() throws Exception {
    server.discoverable(GROUP, "rollouts", "Rollout", true);
    rollouts.put("n", "r", "");
    pods.put("n", "p1", ownedBy("r", "uid-r"));
    pods.put("n", "p2", ownedBy("r", "uid-r"));
    try (TaskHarness harness = fetching(Map.of(), "v1/pods")) {
      List<SourceRecord> records = harness.pollUntil(all -> all.size() == 5);

      assertThat(harness.describe())
          .containsExactlyInAnyOrder(
              "ADDED c/n/Pod/p1",
              "ADDED c/n/Pod/p2",
              "LISTED c//pods",
              "LISTED c//rollouts.argoproj.io",
              "ADDED c/n/Rollout.argoproj.io/r");
      assertThat(records)
          .filteredOn(record -> record.key().equals("c//rollouts.argoproj.io"))
          .singleElement()
          .satisfies(
              marker -> {
                assertThat(TaskHarness.envelope(marker).at("/scope/kind").asText())
                    .isEqualTo("Rollout");
                assertThat(TaskHarness.envelope(marker).at("/scope/startedAt").asText())
                    .as("no object is gone because of it")
                    .isEqualTo("1970-01-01T00:00:00.000Z");
              });
      assertThat(fetches()).hasSize(1);
      harness.awaitMetric("owners-fetched-total", 1);
    }
  }

  @Test
  void shouldFollowTheOwnersOfAnOwner() throws Exception {
    server.discoverable(GROUP, "rollouts", "Rollout", true);
    rollouts.put("n", "outer", "");
    rollouts.put("n", "inner", ownedBy("outer", "uid-outer"));
    pods.put("n", "p", ownedBy("inner", "uid-inner"));
    try (TaskHarness harness = fetching(Map.of(), "v1/pods")) {
      harness.pollUntil(all -> all.size() == 5);

      assertThat(harness.describe()).contains("ADDED c/n/Rollout.argoproj.io/outer");
    }
  }

  @Test
  void shouldRememberThatThereIsNone() throws Exception {
    server.discoverable(GROUP, "rollouts", "Rollout", true);
    rollouts.put("n", "recreated", "");
    pods.put("n", "p1", ownedBy("gone", "uid-gone"));
    pods.put("n", "p2", ownedBy("recreated", "uid-of-its-predecessor"));
    try (TaskHarness harness = fetching(Map.of("owners.fetch.ttl.ms", "60000"), "v1/pods")) {
      harness.pollUntil(all -> all.size() == 4);
      await().until(() -> fetches().size() == 2);
      harness.pollUntilVersion(pods.put("n", "p3", ownedBy("gone", "uid-gone")));
      rollouts.put("n", "gone", "");
      clock.advance(Duration.ofMinutes(1));
      pods.put("n", "p4", ownedBy("gone", "uid-gone"));
      harness.pollUntil(all -> all.size() == 7);

      assertThat(fetches()).hasSize(3);
      assertThat(harness.describe())
          .contains("ADDED c/n/Rollout.argoproj.io/gone")
          .doesNotContain("ADDED c/n/Rollout.argoproj.io/recreated");
    }
  }

  @Test
  void shouldFetchAnOwnerAgainThatWasCreatedAnewUnderItsName() throws Exception {
    server.discoverable(GROUP, "rollouts", "Rollout", true);
    rollouts.put("n", "r", "");
    pods.put("n", "p1", ownedBy("r", "uid-r"));
    try (TaskHarness harness = fetching(Map.of(), "v1/pods")) {
      harness.pollUntil(all -> all.size() == 4);
      String recreated = rollouts.put("n", "r", "'metadata':{'uid':'uid-r2'}");
      pods.put("n", "p2", ownedBy("r", "uid-r2"));
      harness.pollUntilVersion(recreated);

      pods.put("n", "p3", ownedBy("r", "uid-r2"));
      harness.pollUntil(all -> all.size() == 7);
      assertThat(fetches()).as("one for each incarnation").hasSize(2);
    }
  }

  @Test
  void shouldFetchWhatEventsAreAboutButNeverLeaveThePath() throws Exception {
    server.discoverable(GROUP, "rollouts", "Rollout", true);
    rollouts.put("n", "r", "");
    events.put("n", "e1", about("n", "../../../../api/v1/namespaces/n/secrets/s"));
    events.put("n", "e2", about("n/secrets", "s"));
    events.put("n", "e3", about("n", "r?watch=true"));
    events.put("n", "e4", about("n", "r"));
    try (TaskHarness harness = fetching(Map.of(), "v1/events")) {
      harness.pollUntil(all -> all.size() == 7);

      assertThat(fetches()).extracting(Request::path).containsExactly(path("r"));
    }
  }

  @Test
  void shouldWaitForAKindThatIsNotInstalledYetAndSurviveRefusals() throws Exception {
    pods.put("n", "p1", ownedBy("r", "uid-r"));
    server.always(r -> r.path().equals(path("forbidden")), Response.status(403, "no"));
    server.once(r -> r.path().equals(path("r")), Response.status(503, "busy"));
    try (TaskHarness harness = fetching(Map.of("owners.fetch.ttl.ms", "60000"), "v1/pods")) {
      harness.pollUntil(all -> all.size() == 2);
      await().until(() -> !server.requests(r -> r.path().equals(GROUP)).isEmpty());

      server.discoverable(GROUP, "rollouts", "Rollout", true);
      rollouts.put("n", "r", "");
      clock.advance(Duration.ofMinutes(1));
      pods.put("n", "p2", ownedBy("forbidden", "uid-f"));
      pods.put("n", "p3", ownedBy("r", "uid-r"));
      harness.pollUntil(all -> all.size() == 6);

      assertThat(harness.describe()).contains("ADDED c/n/Rollout.argoproj.io/r");
    }
  }

  @Test
  void shouldAskForNothingByDefault() throws Exception {
    pods.put("n", "p", ownedBy("r", "uid-r"));
    try (TaskHarness harness = start("v1/pods")) {
      harness.pollUntil(all -> all.size() == 2);

      assertThat(server.requests(r -> r.path().startsWith(GROUP))).isEmpty();
    }
  }

  private List<Request> fetches() {
    return server.requests(r -> r.isGet() && !r.path().endsWith("/kube-system"));
  }

  private static String path(String name) {
    return GROUP + "/namespaces/n/rollouts/" + name;
  }

  private static String ownedBy(String name, String uid) {
    return "'metadata':{'ownerReferences':[{'apiVersion':'argoproj.io/v1alpha1','kind':'Rollout','name':'%s','uid':'%s'}]}"
        .formatted(name, uid);
  }

  private static String about(String namespace, String name) {
    return "'involvedObject':{'apiVersion':'argoproj.io/v1alpha1','kind':'Rollout','namespace':'%s','name':'%s'}"
        .formatted(namespace, name);
  }

  private TaskHarness fetching(Map<String, String> more, String... scopes) {
    Map<String, String> properties = new HashMap<>(more);
    properties.put("owners.fetch.kinds", "argoproj.io/v1alpha1/rollouts");
    return start(properties, scopes);
  }
}
