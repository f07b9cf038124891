package io.kspan.topology.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.kspan.testsupport.generate.InputMessage;
import io.kspan.testsupport.generate.SimulatedCluster;
import io.kspan.topology.otlp.OtlpDecoder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Three instances on a broker, each in a process of its own, with one fault after the other: the
 * spans are those of one instance that nothing disturbs, and nothing is there twice.
 *
 * <p>In every build a few thousand records and every fault once. At length, for as many records as
 * wanted, with a fault every 20 to 30 s: {@code -Dchaos.records=1000000}.
 */
class ChaosIT {
  private static final Logger log = LoggerFactory.getLogger(ChaosIT.class);
  private static final long RECORDS = Long.getLong("chaos.records", 4_000);
  private static final long SEED = Long.getLong("chaos.seed", 1);
  private static final boolean LONG = RECORDS >= 100_000;
  private static final int PARTITIONS = LONG ? 6 : 3;
  private static final int INSTANCES = 3;
  private static final int PODS = 10;
  private static final int RECORDS_PER_TREE = 120;
  private static final int DISK_MEGABYTES = LONG ? 10_000 : 1_000;
  private static final Instant START = Instant.parse("2026-11-20T10:00:00Z");
  private static final Duration PATIENCE = LONG ? Duration.ofHours(2) : Duration.ofMinutes(5);
  private static final String CALM = "calm.";
  private static final String STORM = "storm.";
  private static final String GROUP = STORM + "topology";

  @TempDir private Path folder;
  private final Random random = new Random(SEED);
  private SmallDisk disk;
  private int aborted;

  @AfterEach
  void unmount() throws IOException {
    if (disk != null) {
      disk.close();
    }
  }

  private interface Fault {
    void happen() throws Exception;
  }

  @Test
  void shouldMakeTheSameSpansWhateverIsKilledWhen() throws Exception {
    Optional<SmallDisk> mounted = SmallDisk.mount(folder.resolve("disk"), DISK_MEGABYTES);
    disk = mounted.orElse(null);
    Path logs = disk == null ? folder.resolve("disk") : disk.folder();
    try (BrokerProcess broker = BrokerProcess.start(logs, folder)) {
      fill(broker, CALM);
      List<String> expected =
          broker.undisturbed(CALM, settings(broker, CALM), PARTITIONS, PATIENCE);
      assertThat(expected).isNotEmpty();
      fill(broker, STORM);
      List<String> spans = disturbed(broker, expected.size());
      // One of them can have been a commit: then Kafka has lost what it had acknowledged.
      assumeTrue(
          aborted == 0 || spans.equals(expected),
          () -> "Kafka 4.3.1 has lost the markers of %d transactions".formatted(aborted));
      assertThat(spans).isEqualTo(expected);
      assertThat(broker.changes(STORM))
          .as("each beginning and end once, as without faults")
          .isEqualTo(broker.changes(CALM))
          .doesNotHaveDuplicates()
          .hasSizeGreaterThan(1);
      assertThat(broker.logs(STORM))
          .as("a log record for each occurrence")
          .isEqualTo(occurrences(broker))
          .doesNotHaveDuplicates();
      assertThat(broker.deadLetters(STORM)).isEmpty();
    }
  }

  private static List<String> occurrences(BrokerProcess broker) {
    return broker.requests(STORM).stream()
        .flatMap(OtlpDecoder::spans)
        .filter(span -> OtlpDecoder.text(span, "kspan.origin").equals("event"))
        .map(OtlpDecoder::ids)
        .sorted()
        .toList();
  }

  private static void fill(BrokerProcess broker, String prefix)
      throws InterruptedException, ExecutionException {
    broker.createTopics(prefix, PARTITIONS);
    Iterator<InputMessage> messages =
        SimulatedCluster.rollouts(
            SEED, START, (int) (RECORDS / RECORDS_PER_TREE) + 1, PODS, Duration.ofSeconds(1));
    broker.write(prefix, messages);
    broker.writeEnd(prefix, PARTITIONS);
    log.info("{}: {} records", prefix, broker.written(prefix));
  }

  private Map<String, String> settings(BrokerProcess broker, String prefix) {
    Map<String, String> settings = new HashMap<>(broker.settings(prefix, folder));
    settings.remove("watermark.lateness.ms");
    settings.put("logs.enabled", "true");
    return settings;
  }

  private List<String> disturbed(BrokerProcess broker, int expected) throws Exception {
    try (Instances instances = new Instances(Files.createDirectory(folder.resolve(STORM)))) {
      Map<String, String> settings = settings(broker, STORM);
      for (int i = 1; i < INSTANCES; i++) {
        instances.add(settings);
      }
      Map<String, String> proxied = new HashMap<>(settings);
      proxied.put("bootstrap.servers", broker.proxiedAddress());
      instances.add(proxied);

      List<Fault> faults =
          List.of(
              () -> instances.kill(random.nextInt(INSTANCES)),
              () -> cutNetwork(broker, instances),
              () -> oneMore(broker, instances, settings),
              () -> restart(broker),
              () -> fillDisk(broker));
      int happened = 0;
      while (happened < faults.size() || LONG && !broker.hasRead(STORM, GROUP)) {
        pause(broker, instances, happened, faults.size());
        faults.get(happened % faults.size()).happen();
        happened++;
        instances.supervise();
      }
      await()
          .atMost(PATIENCE)
          .pollInterval(Duration.ofSeconds(1))
          .until(
              () -> {
                instances.supervise();
                // What docs/running-the-topology.md tells operators to do after a full disk.
                int hanging = broker.abortHangingTransactions();
                if (hanging > 0) {
                  aborted += hanging;
                  log.warn("{} hanging transactions aborted", hanging);
                }
                return broker.hasRead(STORM, GROUP) && broker.spans(STORM).size() >= expected;
              });
      log.info("{} faults, {} restarts", happened, instances.restarts());
      instances.stopAll();
    }
    return broker.spans(STORM);
  }

  /** In the long run 20 to 30 s; else until the next part of the input has been read. */
  private void pause(BrokerProcess broker, Instances instances, int happened, int faults)
      throws InterruptedException, ExecutionException {
    long until = System.nanoTime() + Duration.ofMillis(20_000 + random.nextInt(10_000)).toNanos();
    long part = broker.written(STORM) * (happened + 1) / (faults + 1);
    await()
        .atMost(PATIENCE)
        .until(
            () -> {
              instances.supervise();
              return LONG ? System.nanoTime() >= until : broker.committed(GROUP) >= part;
            });
  }

  /** Until the group has gone on without it, and longer than its session. */
  private void cutNetwork(BrokerProcess broker, Instances instances) {
    log.info("no network for one instance");
    broker.proxy().cut();
    await()
        .atMost(PATIENCE)
        .until(
            () -> {
              instances.supervise();
              return broker.members(GROUP) < instances.count();
            });
    broker.proxy().mend();
  }

  /** Two rebalances. */
  private void oneMore(BrokerProcess broker, Instances instances, Map<String, String> settings)
      throws Exception {
    log.info("one instance more, and less");
    try (Instances more = new Instances(Files.createTempDirectory(folder, "more"))) {
      more.add(settings);
      await().atMost(PATIENCE).until(() -> broker.members(GROUP) > instances.count());
      more.stopAll();
    }
  }

  private static void restart(BrokerProcess broker) {
    log.info("the broker is killed and started again");
    broker.kill();
    broker.start();
  }

  private void fillDisk(BrokerProcess broker) throws IOException {
    if (disk == null) {
      log.warn("mounting a small disk is not allowed here: no full disk");
      return;
    }
    log.info("the broker's disk runs full");
    Path filler = disk.fill();
    await().atMost(PATIENCE).until(() -> !broker.isAlive());
    Files.delete(filler);
    broker.start();
  }
}
