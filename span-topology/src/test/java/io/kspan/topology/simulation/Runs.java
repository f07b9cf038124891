package io.kspan.topology.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.kspan.topology.gather.GatherOutputs;
import io.kspan.topology.metrics.Metric;
import io.kspan.topology.model.FinishedSpan;
import io.kspan.topology.model.FinishedTrace;
import io.kspan.topology.rules.Invariants;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;

/** Runs of a log through a simulated cluster, and what holds of each. Stateless. */
final class Runs {
  static final Map<String, String> LIVE = Map.of();
  static final Map<String, String> WHOLE_LOG = Map.of("watermark.lateness.ms", "infinite");
  static final Map<String, String> STORM = Map.of("trace.max.occurrences", "2");
  static final Map<String, String> FORGETFUL = Map.of("dedupe.window.ms", "60000");
  private static final long LATENESS = 2000;
  private static final int STEPS_PER_ARRIVAL = 10;
  private static final long HOUR = 3_600_000;
  private static final int MOST_PARTITIONS = 5;
  private static final int MOST_INSTANCES = 3;

  private Runs() {}

  /** One partition, one instance, everything in the order of receipt. */
  static List<FinishedTrace> inOrder(List<Message> log, Map<String, String> settings, int batch) {
    SimulatedGroup cluster = new SimulatedGroup(settings, 1, 1, firstReceipt(log));
    Arrivals.inOrder(log).forEach(cluster::append);
    cluster.end();
    cluster.readInOrder(batch);
    cluster.drain();
    return checked(cluster);
  }

  /** How many objects are found missing in {@code log}. */
  static long missed(List<Message> log, Map<String, String> settings) {
    SimulatedGroup cluster = new SimulatedGroup(settings, 1, 1, firstReceipt(log));
    Arrivals.inOrder(log).forEach(cluster::append);
    cluster.end();
    cluster.readInOrder(1);
    cluster.drain();
    return cluster.counters().sum(Metric.MISSED_DELETIONS);
  }

  /** Everything is there when the cluster starts: any number of partitions and any schedule. */
  static List<FinishedTrace> catchUp(
      List<Message> log, Map<String, String> settings, long seed, int batch) {
    Random random = new Random(seed);
    SimulatedGroup cluster = cluster(settings, firstReceipt(log), random);
    Arrivals.late(log, LATENESS, random).forEach(a -> cluster.append(a.message()));
    cluster.end();
    new Schedule(random, cluster, batch).run();
    cluster.drain();
    return checked(cluster);
  }

  /** Records arrive while a clock runs; partitions that are read to their end count as idle. */
  static List<FinishedTrace> live(List<Message> log, long seed, int batch) {
    Random random = new Random(seed);
    long start = firstReceipt(log);
    SimulatedGroup cluster = cluster(LIVE, start, random);
    Schedule schedule = new Schedule(random, cluster, batch);
    cluster.expect(Arrivals.late(log, LATENESS, random));
    while (cluster.untilNextMillis() != Long.MAX_VALUE) {
      if (random.nextInt(STEPS_PER_ARRIVAL) == 0) {
        cluster.pass(random.nextBoolean() ? cluster.untilNextMillis() : random.nextInt(1000));
      }
      schedule.step();
    }
    schedule.run();
    for (long until = cluster.clockMillis() + HOUR; cluster.clockMillis() < until; ) {
      cluster.pass(HOUR / 20);
      cluster.instances().forEach(cluster::askForEnds);
      cluster.round();
      cluster.round();
      cluster.round();
    }
    return checked(cluster);
  }

  private static SimulatedGroup cluster(
      Map<String, String> settings, long startMillis, Random random) {
    return new SimulatedGroup(
        settings,
        1 + random.nextInt(MOST_PARTITIONS),
        1 + random.nextInt(MOST_INSTANCES),
        startMillis);
  }

  private static long firstReceipt(List<Message> log) {
    return log.stream().mapToLong(Message::receiptMillis).min().orElse(0);
  }

  /**
   * Traces, and changes as traces. What holds of every run: well-formed traces, no span and no
   * trace twice, no failure.
   */
  private static List<FinishedTrace> checked(SimulatedGroup cluster) {
    List<FinishedTrace> traces = cluster.traces();
    Set<String> spanIds = new HashSet<>();
    Set<String> traceIds = new HashSet<>();
    for (FinishedTrace trace : traces) {
      Invariants.check(trace);
      assertThat(traceIds.add(trace.traceId())).as("twice: %s", trace).isTrue();
      for (FinishedSpan span : trace.spans()) {
        assertThat(spanIds.add(span.spanId())).as("twice: %s", span).isTrue();
      }
    }
    assertThat(cluster.counters().sum(Metric.FAILED_EVALUATIONS)).as("roots that failed").isZero();
    List<FinishedTrace> all = new ArrayList<>(traces);
    all.addAll(cluster.changes());
    return all;
  }

  /** How many spans stand for occurrences. */
  static int occurrences(List<FinishedTrace> traces) {
    return (int)
        traces.stream()
            // What is told of a change repeats its root span.
            .filter(GatherOutputs::isTrace)
            .flatMap(t -> t.spans().stream())
            .filter(s -> s.attributes().get("kspan.origin").equals("event"))
            .count();
  }

  /** Says only what differs, span by span; empty if nothing does. */
  static String difference(List<FinishedTrace> actual, List<FinishedTrace> expected) {
    List<String> unexpected = lines(actual);
    List<String> missing = lines(expected);
    unexpected.removeAll(lines(expected));
    missing.removeAll(lines(actual));
    return unexpected.isEmpty() && missing.isEmpty()
        ? ""
        : "expected\n  %s\nbut was\n  %s"
            .formatted(String.join("\n  ", missing), String.join("\n  ", unexpected));
  }

  private static List<String> lines(List<FinishedTrace> traces) {
    List<String> lines = new ArrayList<>();
    for (FinishedTrace trace : traces) {
      lines.add("trace " + trace.traceId() + " of " + trace.spans().size());
      trace.spans().forEach(s -> lines.add(trace.traceId() + " " + s));
    }
    return lines;
  }
}
