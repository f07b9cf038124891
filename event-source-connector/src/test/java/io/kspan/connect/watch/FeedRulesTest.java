package io.kspan.connect.watch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kspan.connect.record.ResourceId;
import io.kspan.connect.record.SourceOffset;
import io.kspan.connect.record.WatchScope;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** The small decisions of a feed, one by one. */
class FeedRulesTest {
  @Test
  void shouldBackOffWithJitterUpToTheLimit() {
    RetryBackoff backoff = backoff();

    List<Long> delays = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      delays.add(backoff.next().toMillis());
    }
    assertThat(delays.get(0)).isBetween(50L, 100L);
    assertThat(delays.get(2)).isBetween(200L, 400L);
    assertThat(delays.subList(4, 8)).allMatch(delay -> delay >= 500 && delay <= 1000);
    assertThat(backoff.isExhausted()).isTrue();

    backoff.reset();
    assertThat(backoff.isExhausted()).isFalse();
    assertThat(backoff.next().toMillis()).isBetween(50L, 100L);
  }

  @Test
  void shouldNotComeBackBeforeTheServerWantsIt() {
    assertThat(backoff().next(unavailable(Duration.ZERO)))
        .isBetween(Duration.ofMillis(50), Duration.ofMillis(100));
    assertThat(backoff().next(unavailable(Duration.ofSeconds(30))))
        .isBetween(Duration.ofMillis(30_050), Duration.ofMillis(30_100));
    assertThat(backoff().next(unavailable(Duration.ofDays(9))))
        .isBetween(Duration.ofMinutes(10), Duration.ofMinutes(11));
  }

  private static FeedFailure unavailable(Duration retryAfter) {
    return FeedFailure.ofStatus(503, "", retryAfter);
  }

  private static RetryBackoff backoff() {
    FeedSettings settings =
        new FeedSettings(
            1,
            Duration.ZERO,
            Duration.ZERO,
            Duration.ofMillis(100),
            Duration.ofSeconds(1),
            Duration.ZERO,
            false,
            Set.of(),
            Set.of(),
            List.of(),
            Duration.ZERO);
    return new RetryBackoff(settings, new Random(1));
  }

  @Test
  void shouldListAgainWhenAPositionKeepsClosingEmpty() {
    FeedPosition position = at("7");
    position.closedEmpty();
    assertThat(position.mustList()).as("a restarting server does that too").isFalse();

    position.closedEmpty();
    assertThat(position.mustList()).isTrue();
  }

  private static FeedPosition at(String version) {
    FeedPosition position = new FeedPosition();
    position.resume(new SourceOffset(version, 0));
    return position;
  }

  @Test
  void shouldNotBlameAFreshPositionForAnEmptyClose() {
    FeedPosition position = new FeedPosition();
    position.listed(new SourceOffset("8", 1));

    position.closedEmpty();
    position.closedEmpty();
    assertThat(position.mustList()).isFalse();

    position.closedEmpty();
    assertThat(position.mustList()).as("for ever, it would be stuck").isTrue();
  }

  @Test
  void shouldAskForAGarbledPositionAgainBeforeListing() {
    FeedPosition position = at("7");
    position.garbled();
    position.garbled();
    assertThat(position.mustList()).isFalse();
    position.advanced("8");
    position.garbled();
    position.garbled();
    assertThat(position.mustList()).isFalse();
    position.garbled();
    assertThat(position.mustList()).isTrue();
  }

  @Test
  void shouldTakeOnlyComparableVersionsUpToThePositionForOld() {
    FeedPosition position = at("100");
    position.expired();
    assertThat(position.covers("1")).as("of an unknown list").isFalse();
    position.listIsAt("200");

    assertThat(List.of("1", "99", "100")).allMatch(position::covers);
    assertThat(List.of("101", "1000", "", "0", "007", "-1", "abc", "99x"))
        .noneMatch(position::covers);

    position.expired();
    assertThat(position.covers("100")).as("although the list had to begin again").isTrue();
    position.listed(new SourceOffset("90", 1));
    assertThat(position.covers("1")).as("only for the list that follows").isFalse();
    FeedPosition opaque = at("abc");
    opaque.expired();
    opaque.listIsAt("abd");
    assertThat(opaque.covers("abb")).isFalse();
  }

  @Test
  void shouldEvictTheEntryThatWasPutLongestAgo() {
    BoundedMap<String, String> map = new BoundedMap<>(2);
    map.put("a", "1");
    map.put("b", "2");
    map.put("a", "3");
    map.put("c", "4");

    assertThat(map).containsExactly(Map.entry("a", "3"), Map.entry("c", "4"));
  }

  @Test
  void shouldLetASecondsWorthOfRequestsPassAtOnceAndSpaceOutTheRest() {
    AtomicLong now = new AtomicLong(Long.MAX_VALUE - 5);
    RequestRateLimiter limiter = new RequestRateLimiter(4, now::get);

    for (int i = 0; i < 4; i++) {
      assertThat(limiter.reserve()).isZero();
    }
    assertThat(limiter.reserve()).isEqualTo(250_000_000);
    assertThat(limiter.reserve()).isEqualTo(500_000_000);
    now.addAndGet(1_500_000_000);
    assertThat(limiter.reserve()).isZero();
    now.addAndGet(60_000_000_000L);
    for (int i = 0; i < 4; i++) {
      assertThat(limiter.reserve()).as("no more than a second is saved up").isZero();
    }
    assertThat(limiter.reserve()).isPositive();
  }

  @Test
  void shouldTakeOneSnapshotAtATimeAndOnlyWhenItIsDue() {
    AtomicLong now = new AtomicLong();
    InstantSource clock = () -> Instant.ofEpochMilli(now.get());
    Semaphore turn = new Semaphore(1);
    SnapshotSchedule one = new SnapshotSchedule(Duration.ofHours(1), turn, clock, new Random(1));
    SnapshotSchedule other = new SnapshotSchedule(Duration.ofHours(1), turn, clock, new Random(2));
    SnapshotSchedule never = new SnapshotSchedule(Duration.ZERO, turn, clock, new Random(3));

    now.set(Duration.ofMinutes(53).toMillis());
    assertThat(one.begin(0)).as("before nine tenths of the interval").isFalse();
    now.set(Duration.ofMinutes(60).toMillis());
    assertThat(never.begin(0)).isFalse();
    assertThat(one.begin(Duration.ofMinutes(30).toMillis())).as("listed lately").isFalse();
    assertThat(one.begin(0)).isTrue();
    assertThat(other.begin(0)).as("while another scope has its turn").isFalse();

    one.end(false);
    assertThat(other.begin(0)).isTrue();
    other.end(true);
    assertThat(one.begin(0)).as("at once after a failure").isFalse();
    now.set(Duration.ofMinutes(66).toMillis());
    assertThat(one.begin(0)).isTrue();
  }

  @Test
  void shouldNameTheMissingRule() {
    assertThat(advice("list", "apps/v1/deployments@n", 403))
        .isEqualTo(
            "No access to apps/v1/deployments@n (HTTP 403: no): grant {apiGroups: [\"apps\"], resources:"
                + " [\"deployments\"], verbs: [\"list\", \"watch\"]} in a Role of namespace n");
    assertThat(advice("list", "v1/nodes", 403))
        .contains("{apiGroups: [\"\"], resources: [\"nodes\"], verbs: [\"list\", \"watch\"]}")
        .endsWith("in a ClusterRole bound by a ClusterRoleBinding");
    assertThat(advice("get", "example.com/v1/racks", 403))
        .as("which turned out to have no namespaces")
        .endsWith("verbs: [\"get\"]} in a ClusterRole bound by a ClusterRoleBinding");
    assertThat(advice("list", "v1/nodes", 401)).contains("token");
    assertThat(advice("list", "v1/nodes", 404)).contains("'resources'");
  }

  private static String advice(String verb, String scope, int code) {
    RequiredRights rights =
        new RequiredRights(
            List.of(ResourceId.parse("apps/v1/deployments"), ResourceId.parse("v1/nodes")),
            List.of(ResourceId.parse("example.com/v1/racks")),
            List.of("n"),
            false);
    FeedFailure refusal = FeedFailure.ofStatus(code, "no", Duration.ZERO);
    return rights.advice(verb, WatchScope.parse(scope), (FeedFailure.Refused) refusal);
  }

  @Test
  void shouldClassifyWhatTheServerAnswers() {
    assertThat(FeedFailure.ofStatus(410, "Gone", Duration.ZERO))
        .isInstanceOf(FeedFailure.Expired.class);
    assertThat(FeedFailure.ofStatus(429, "", Duration.ofSeconds(9)))
        .isInstanceOfSatisfying(
            FeedFailure.Unavailable.class,
            busy -> assertThat(busy.retryAfter()).isEqualTo(Duration.ofSeconds(9)));
    assertThat(FeedFailure.ofStatus(503, "", Duration.ZERO))
        .isInstanceOf(FeedFailure.Unavailable.class);
    assertThat(FeedFailure.ofStatus(403, "", Duration.ZERO))
        .isInstanceOf(FeedFailure.Refused.class);
  }

  @Test
  void shouldGiveItemsTheirKindWhereverTheListNamesIt() throws Exception {
    String items = "\"items\":[{\"metadata\":{\"name\":\"a\"}},{\"metadata\":{\"name\":\"b\"}}]";
    String metadata = "\"metadata\":{\"resourceVersion\":\"9\",\"continue\":\"c\"}";
    for (String page :
        List.of(
            "{\"kind\":\"PodList\",\"apiVersion\":\"v1\"," + metadata + "," + items + "}",
            "{\"apiVersion\":\"v1\"," + items + ",\"kind\":\"PodList\"," + metadata + "}")) {
      List<ObjectNode> read = new ArrayList<>();
      assertThat(page(read).read(stream(page))).isEqualTo(new ListPageReader.Page("Pod", "9", "c"));
      assertThat(read)
          .extracting(item -> item.get("kind").asText() + item.get("apiVersion").asText())
          .containsExactly("Podv1", "Podv1");
    }
  }

  @Test
  void shouldReadAnEmptyListAndRefuseWhatIsNone() throws Exception {
    List<ObjectNode> read = new ArrayList<>();
    ListPageReader.Page page =
        page(read)
            .read(
                stream(
                    "{\"kind\":\"PodList\",\"metadata\":{\"resourceVersion\":\"9\"},\"items\":null}"));

    assertThat(page).isEqualTo(new ListPageReader.Page("Pod", "9", ""));
    assertThat(read).isEmpty();
    for (String wrong : List.of("[]", "{\"items\":[]}", "")) {
      assertThatThrownBy(() -> page(read).read(stream(wrong)))
          .isInstanceOf(FeedFailure.Garbled.class);
    }
  }

  private static ListPageReader page(List<ObjectNode> into) {
    return new ListPageReader(new ResourceId("", "v1", "pods"), version -> {}, into::add);
  }

  private static ByteArrayInputStream stream(String text) {
    return new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
  }
}
