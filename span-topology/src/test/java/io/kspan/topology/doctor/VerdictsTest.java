package io.kspan.topology.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import io.kspan.topology.ops.Brokers;
import io.kspan.topology.ops.CheckResult;
import io.kspan.topology.ops.CheckResult.Verdict;
import io.kspan.topology.otlp.Signal;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.GroupAuthorizationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What each check makes of the facts. */
class VerdictsTest {
  private static final long NOW = 1_800_000_000_000L;
  private static final TopicPartition PARTITION = new TopicPartition("k8s.events", 0);
  private static final Optional<Brokers.Group> STABLE =
      Optional.of(new Brokers.Group("Stable", 2, Set.of()));

  private static GroupLag lag(long committedBefore, long endBefore, long committed, long end) {
    return new GroupLag(
        Map.of(PARTITION, 0L),
        new GroupLag.Sample(Map.of(PARTITION, endBefore), Map.of(PARTITION, committedBefore)),
        new GroupLag.Sample(Map.of(PARTITION, end), Map.of(PARTITION, committed)),
        Duration.ofSeconds(5));
  }

  private static CheckResult input(boolean events, long written, long held, long arrived) {
    return InputCheck.judge(
        new InputCheck.Facts(
            "k8s.events", events, written, held, arrived, "5.0 s", Optional.of(NOW - 90_000), NOW));
  }

  @Test
  void shouldTellAnEmptyInputFromAnEmptiedAndAQuietOne() {
    assertThat(input(true, 0, 0, 0))
        .isEqualTo(
            CheckResult.failed(
                "k8s.events is empty: nothing was ever written to it",
                input(true, 0, 0, 0).remedy()));
    assertThat(input(true, 7, 0, 0).verdict()).isEqualTo(Verdict.WARNING);
    assertThat(input(true, 7, 7, 0).what())
        .isEqualTo("k8s.events: no new Event in 5.0 s; the newest is from 1 m 30 s ago");
    assertThat(input(true, 7, 7, 0).verdict()).isEqualTo(Verdict.WARNING);
    assertThat(input(false, 7, 7, 0).verdict()).isEqualTo(Verdict.OK);
    assertThat(input(true, 9, 9, 2).what()).startsWith("k8s.events grows: 2 records in 5.0 s");
  }

  @Test
  void shouldSeeAClockThatIsAhead() {
    CheckResult result =
        InputCheck.judge(
            new InputCheck.Facts(
                "k8s.objects", false, 9, 9, 2, "5.0 s", Optional.of(NOW + 60_000), NOW));
    assertThat(result.verdict()).isEqualTo(Verdict.WARNING);
    assertThat(result.what()).contains("1 m 00 s ahead");
  }

  private static CheckResult application(Optional<Brokers.Group> group, GroupLag lag) {
    return GroupCheck.judgeApplication("span-topology", group, lag, 10_000);
  }

  @Test
  void shouldSeeAnApplicationThatKeepsUp() {
    assertThat(application(STABLE, lag(5, 9, 15, 17)))
        .isEqualTo(CheckResult.ok("group span-topology: Stable, 2 members, lag 2"));
  }

  @Test
  void shouldSeeAnApplicationThatDoesNotRun() {
    Optional<Brokers.Group> empty = Optional.of(new Brokers.Group("Empty", 0, Set.of()));
    for (Optional<Brokers.Group> group : List.of(empty, Optional.<Brokers.Group>empty())) {
      CheckResult result = application(group, lag(5, 9, 5, 9));
      assertThat(result.verdict()).isEqualTo(Verdict.FAILED);
      assertThat(result.remedy()).contains("span-topology run");
    }
  }

  @Test
  void shouldSeeAnApplicationThatHangsOrIsBehindOrRebalances() {
    assertThat(application(STABLE, lag(5, 9, 5, 9)))
        .extracting(CheckResult::verdict, CheckResult::what)
        .containsExactly(
            Verdict.FAILED,
            "group span-topology has 2 members, but has processed nothing of [k8s.events-0] in 5.0 s");
    assertThat(application(STABLE, lag(5, 30_000, 6, 30_000)).verdict()).isEqualTo(Verdict.WARNING);
    Optional<Brokers.Group> rebalancing =
        Optional.of(new Brokers.Group("PreparingRebalance", 2, Set.of()));
    assertThat(application(rebalancing, lag(5, 9, 5, 9)))
        .extracting(CheckResult::verdict, CheckResult::what)
        .containsExactly(Verdict.WARNING, "group span-topology is in state PreparingRebalance");
  }

  @Test
  void shouldNotTakeTheEndOfATransactionForARecordThatWaits() {
    assertThat(GroupCheck.judgeSink("sink", STABLE, lag(8, 9, 8, 9)))
        .isEqualTo(CheckResult.ok("group sink: Stable, 2 members, lag 0"));
    assertThat(GroupCheck.judgeSink("sink", STABLE, lag(7, 9, 7, 9)).verdict())
        .isEqualTo(Verdict.FAILED);
  }

  @Test
  void shouldCountFromTheOldestRecordIfNothingIsCommitted() {
    GroupLag begun =
        new GroupLag(
            Map.of(PARTITION, 10L),
            new GroupLag.Sample(Map.of(PARTITION, 12L), Map.of()),
            new GroupLag.Sample(Map.of(PARTITION, 13L), Map.of()),
            Duration.ofSeconds(3));
    assertThat(begun.lag(0)).isEqualTo(3);
    assertThat(begun.lag(1)).isEqualTo(2);
    assertThat(begun.stuck(0)).containsExactly(PARTITION);
    assertThat(begun.arrived(PARTITION.topic())).isEqualTo(1);
    assertThat(begun.held(PARTITION.topic())).isEqualTo(3);
    assertThat(begun.written(PARTITION.topic())).isEqualTo(13);
  }

  @Test
  void shouldNotCallItHangingWithoutWaiting() {
    GroupLag atOnce =
        new GroupLag(
            Map.of(PARTITION, 0L),
            new GroupLag.Sample(Map.of(PARTITION, 9L), Map.of()),
            new GroupLag.Sample(Map.of(PARTITION, 9L), Map.of()),
            Duration.ofSeconds(1));
    assertThat(application(STABLE, atOnce).verdict()).isEqualTo(Verdict.OK);
  }

  private static CheckResult lineage(Map<Integer, LineageCheck.Published> published) {
    return LineageCheck.judge("k8s.lineage", 10, published, 2, Optional.of(NOW - 1000), NOW).get(0);
  }

  @Test
  void shouldWaitForAllTasksOfTheLineage() {
    LineageCheck.Published here = new LineageCheck.Published(NOW - 3100, NOW - 500);
    LineageCheck.Published silent = new LineageCheck.Published(NOW - 300_000, NOW - 300_000);
    LineageCheck.Published slow = new LineageCheck.Published(NOW - 300_000, NOW);
    assertThat(lineage(Map.of(0, here, 1, here)))
        .isEqualTo(
            CheckResult.ok(
                "all 2 tasks publish watermarks, the slowest is 2.1 s behind the newest record"));
    assertThat(lineage(Map.of(0, here)))
        .extracting(CheckResult::verdict, CheckResult::what)
        .containsExactly(
            Verdict.FAILED,
            "k8s.lineage: tasks [1] of 2 have never published a watermark; no trace is finished before");
    assertThat(lineage(Map.of(0, here, 1, silent)).what())
        .isEqualTo("k8s.lineage: task 1 has published no watermark for 5 m 00 s");
    assertThat(lineage(Map.of(0, here, 1, slow)))
        .extracting(CheckResult::verdict, CheckResult::what)
        .containsExactly(
            Verdict.WARNING,
            "k8s.lineage: task 1 is 4 m 59 s behind the newest record; no trace is finished meanwhile");
  }

  @Test
  void shouldTellSpansFromNone() {
    assertThat(SpansCheck.judge("k8s.spans", 0, 0, Optional.empty(), NOW).verdict())
        .isEqualTo(Verdict.WARNING);
    assertThat(SpansCheck.judge("k8s.spans", 5, 0, Optional.empty(), NOW).what())
        .contains("retention");
    assertThat(SpansCheck.judge("k8s.spans", 5, 5, Optional.of(NOW - 2000), NOW))
        .isEqualTo(CheckResult.ok("k8s.spans has finished traces; the newest is from 2.0 s ago"));
  }

  @Test
  void shouldTellOfTheNewestDeadLetter() {
    DeadLettersCheck.Letter letter = new DeadLettersCheck.Letter("no JSON", NOW - 4000);
    assertThat(DeadLettersCheck.judge("k8s.dead-letters", "b:1", 3, Optional.of(letter), NOW))
        .extracting(CheckResult::verdict, CheckResult::what)
        .containsExactly(
            Verdict.WARNING, "k8s.dead-letters has 3 records, the newest from 4.0 s ago: no JSON");
    assertThat(
            DeadLettersCheck.judge("k8s.dead-letters", "b:1", 60, Optional.of(letter), NOW).what())
        .contains("at least 60 records");
    assertThat(DeadLettersCheck.judge("k8s.dead-letters", "b:1", 0, Optional.empty(), NOW))
        .isEqualTo(CheckResult.ok("k8s.dead-letters is empty"));
  }

  @Test
  void shouldNotFailOnWhatMayNotBeLookedAt() {
    for (CheckResult result :
        List.of(
            DeadLettersCheck.unreadable("k8s.dead-letters"),
            Doctor.denied(GroupAuthorizationException.forGroupId("sink")))) {
      assertThat(result.verdict()).isEqualTo(Verdict.SKIPPED);
      assertThat(result.what()).startsWith("no right to ").contains(", because ");
      assertThat(result.remedy()).contains("READ");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "http://otel:4318 | grpc          | ConnectException: refused | set OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf",
        "http://otel:4317 | http/protobuf | HTTP 400 Bad Request      | set OTEL_EXPORTER_OTLP_PROTOCOL=grpc",
        "http://otel:80   | grpc          | IOException: FRAME_SIZE_ERROR: 4740180 | set OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf",
        "http://otel:4317 | grpc          | gRPC UNAUTHENTICATED: no  | OTEL_EXPORTER_OTLP_HEADERS",
        "https://otel     | http/protobuf | HTTP 401 Unauthorized     | OTEL_EXPORTER_OTLP_HEADERS",
        "https://otel     | http/protobuf | HTTP 404 Not Found        | /v1/traces",
        "https://otel     | http/protobuf | HTTP 400 Bad Request: no  | its own log",
        "https://otel     | http/protobuf | ConnectException: refused | OTEL_EXPORTER_OTLP_ENDPOINT",
      })
  void shouldNameTheVariableToChange(
      String endpoint, String protocol, String message, String remedy) {
    CheckResult result =
        BackendCheck.judge(Signal.TRACES, endpoint, protocol, Optional.of(message));
    assertThat(result.verdict()).isEqualTo(Verdict.FAILED);
    assertThat(result.what()).contains(endpoint, message);
    assertThat(result.remedy()).contains(remedy);
  }
}
