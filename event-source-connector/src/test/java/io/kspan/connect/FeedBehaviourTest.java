package io.kspan.connect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.kspan.apiserver.Request;
import io.kspan.apiserver.Response;
import io.kspan.testsupport.apiserver.Faults;
import java.io.InputStream;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import org.apache.kafka.common.utils.LogCaptureAppender;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.core.config.Configurator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Filters, metrics and the bounds in time of a feed. */
class FeedBehaviourTest extends TaskTest {

  @Test
  void shouldLeaveOutExcludedEventsOfListAndWatch() throws Exception {
    events.put("n", "e1", about("'reason':'Pulled','type':'Normal'"));
    events.put("n", "e2", about("'reason':'BackOff','type':'Warning'"));
    Map<String, String> exclude =
        Map.of("events.exclude.reasons", "Pulled,Pulling", "events.exclude.types", "Dull");
    try (TaskHarness harness = start(exclude, "v1/events")) {
      harness.pollUntil(all -> all.size() == 2);
      events.put("n", "e3", about("'reason':'Pulling','type':'Normal'"));
      events.put("n", "e4", about("'reason':'Scheduled','type':'Dull'"));
      String last = events.put("n", "e5", about("'reason':'Started','type':'Normal'"));
      harness.pollUntilVersion(last);

      assertThat(harness.describe())
          .containsExactly("ADDED c/n/Pod/p", "LISTED c//events", "ADDED c/n/Pod/p");
      harness.awaitMetric("records-excluded-total", 3);
    }
  }

  @Test
  void shouldMoveHeartbeatsPastExcludedEvents() throws Exception {
    Map<String, String> properties =
        Map.of("events.exclude.types", "Normal", "heartbeat.interval.ms", "1000");
    try (TaskHarness harness = start(properties, "v1/events")) {
      harness.pollUntil(all -> all.size() == 1);
      String version = events.put("n", "e", about("'type':'Normal'"));
      harness.pollUntil(
          all -> {
            clock.advance(Duration.ofSeconds(1));
            return all.stream()
                .anyMatch(one -> version.equals(one.sourceOffset().get("resourceVersion")));
          });
    }
  }

  @Test
  void shouldEndAWatchThatOnlyDrips() throws Exception {
    AtomicBoolean hungUp = new AtomicBoolean();
    server.once(
        Request::isWatch,
        exchange -> {
          try {
            Faults.endlessDrip(20).answer(exchange);
          } finally {
            hungUp.set(true);
          }
        });
    Map<String, String> properties =
        Map.of("watch.timeout.ms", "1000", "watch.stall.timeout.ms", "500");
    try (TaskHarness harness = start(properties, "v1/pods")) {
      harness.pollUntil(all -> all.size() == 1);
      pods.put("n", "p", "");
      harness.pollUntil(all -> all.size() == 2);

      await().untilTrue(hungUp);
      assertThat(harness.metric("reconnects-total")).isPositive();
    }
  }

  @Test
  void shouldPublishWhatItDoes() throws Exception {
    server.always(r -> r.path().endsWith("/events"), Response.status(403, "forbidden"));
    TaskHarness.FakeMetrics metrics = new TaskHarness.FakeMetrics();
    try (TaskHarness harness = startOn(metrics, Map.of(), Map.of(), "v1/pods", "v1/events")) {
      harness.pollUntil(all -> all.size() == 1);
      harness.awaitMetric("forbidden-scopes", 1);

      String stamp = clock.instant().minusSeconds(90).toString();
      pods.put(
          "n",
          "p",
          "'metadata':{'creationTimestamp':'2026-01-01T00:00:00Z','managedFields':[{'time':'%s'}]}"
              .formatted(stamp));
      harness.awaitMetric("buffer-records", 1);
      assertThat(harness.metric("buffer-chars")).isPositive();
      harness.awaitMetric("lag-ms", 90_000);
      harness.pollUntil(all -> all.size() == 2);
      harness.awaitMetric("buffer-records", 0);
      harness.awaitMetric("records-total", 2);

      pods.bookmark();
      harness.awaitMetric("lag-ms", 0);
      clock.advance(Duration.ofMinutes(3));
      assertThat(harness.metric("silence-ms")).isGreaterThanOrEqualTo(180_000);

      server.heal();
      harness.pollUntil(all -> all.size() == 3);
      harness.awaitMetric("forbidden-scopes", 0);
    }
    String documented =
        Files.readString(Path.of("src/test/resources/configuration-introduction.md"));
    assertThat(metrics.names())
        .hasSizeGreaterThan(10)
        .allSatisfy(name -> assertThat(documented).contains('`' + name + '`'));
  }

  /** It refuses what it will serve, until it has read the roles. */
  @ParameterizedTest
  @CsvSource({"1,0", "2,1"})
  void shouldNotNameARightThatOnlyAStartingServerMisses(int refusals, int warnings)
      throws Exception {
    server.once(Request::isWatch, Response.status(503, "apiserver is starting"));
    for (int i = 0; i < refusals; i++) {
      server.once(Request::isWatch, Response.status(403, "pods is forbidden"));
    }
    String feed = "io.kspan.connect.watch.ResourceFeed";
    Configurator.setLevel(feed, Level.WARN);
    try (LogCaptureAppender log = LogCaptureAppender.createAndRegister();
        TaskHarness harness = start("v1/pods")) {
      harness.pollUntil(all -> all.size() == 1);
      pods.put("n", "p", "");
      harness.pollUntil(all -> all.size() == 2);

      assertThat(log.getMessages("WARN"))
          .filteredOn(message -> message.contains("No access to v1/pods"))
          .hasSize(warnings);
    } finally {
      Configurator.setLevel(feed, (Level) null);
    }
  }

  @Test
  void shouldLogAnOutageOnceHoweverLongItLasts() throws Exception {
    String feed = "io.kspan.connect.watch.ResourceFeed";
    Configurator.setLevel(feed, Level.INFO);
    try (LogCaptureAppender log = LogCaptureAppender.createAndRegister();
        TaskHarness harness = start("v1/pods")) {
      harness.pollUntil(all -> all.size() == 1);
      server.always(Request::isWatch, Response.status(503, "etcd has no leader"));
      await()
          .until(
              () -> {
                // A watch that was requested before may begin only now.
                pods.bookmark();
                pods.endWatches();
                return server.requests(Request::isWatch).size() > 5;
              });
      server.heal();
      harness.pollUntilVersion(pods.put("n", "p", ""));

      await()
          .untilAsserted(
              () ->
                  assertThat(log.getMessages())
                      .filteredOn(message -> message.startsWith("v1/pods"))
                      .containsExactly(
                          "v1/pods: HTTP 503: etcd has no leader; resuming as soon as it is served",
                          "v1/pods is served again"));
    } finally {
      Configurator.setLevel(feed, (Level) null);
    }
  }

  @Test
  void shouldPublishMetricsInJmxOnAWorkerWithoutPluginMetrics() throws Exception {
    MBeanServer beans = ManagementFactory.getPlatformMBeanServer();
    ObjectName name = new ObjectName("kafka.connect:type=plugins,connector=under-test,task=0");
    Set<ObjectName> before = beans.queryNames(new ObjectName("kafka.connect:*"), null);
    try (TaskHarness harness = startOn(null, Map.of(), Map.of(), "v1/pods")) {
      harness.pollUntil(all -> all.size() == 1);

      await()
          .untilAsserted(() -> assertThat(beans.getAttribute(name, "records-total")).isEqualTo(1L));
    }
    assertThat(beans.queryNames(new ObjectName("kafka.connect:*"), null))
        .as("after the end of the task")
        .isEqualTo(before);
  }

  /**
   * A worker before Kafka 4.1 looks at the signatures of plugin classes: none of them may name what
   * it does not have.
   */
  @Test
  void shouldNameNoNewClassesInThePluginItself() throws Exception {
    for (Class<?> plugin :
        List.of(KubernetesEventSourceConnector.class, KubernetesEventSourceTask.class)) {
      try (InputStream in = plugin.getResourceAsStream(plugin.getSimpleName() + ".class")) {
        assertThat(new String(in.readAllBytes(), StandardCharsets.ISO_8859_1))
            .doesNotContain("PluginMetrics");
      }
    }
  }

  private static String about(String fields) {
    return fields + "," + ABOUT_POD;
  }
}
