package io.kspan.topology.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import io.kspan.topology.model.FinishedTrace;
import java.util.List;
import java.util.Map;
import java.util.function.LongFunction;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;

/**
 * Any arrival order within {@code watermark.lateness}, any partition count, any relative speed of
 * tasks and instances, a restart at any point, later copies: identical spans (trace-model 5.7).
 *
 * <p>For a longer soak: {@code -Dsimulation.repeats=50} checks as many logs per try. A failure
 * names the smallest log that still fails, and the seed of its schedule.
 */
class OrderIndependencePropertyTest {
  private static final int TRIES = 30;
  private static final int REPEATS = Integer.getInteger("simulation.repeats", 1);
  private static final int OBJECTS = 7;
  private static final int RECORDS = 45;
  private static final int BATCH = 8;
  private static final int SCHEDULES_TO_SHRINK = 25;

  private interface Run {
    List<FinishedTrace> of(List<Message> log, long seed);
  }

  private static final Run CATCH_UP = (log, seed) -> Runs.catchUp(log, Runs.LIVE, seed, BATCH);
  private static final Run AS_IT_COMES = (log, seed) -> Runs.live(log, seed, BATCH);
  private static final Run REPLAY = (log, seed) -> Runs.catchUp(log, Runs.WHOLE_LOG, seed, BATCH);

  @Property(tries = TRIES, shrinking = ShrinkingMode.OFF)
  void shouldNotDependOnSpeedsPartitionsArrivalAndRestarts(
      @ForAll long log, @ForAll long schedule) {
    shouldBeAsInOrder(log, schedule, Runs.LIVE, CATCH_UP);
  }

  @Property(tries = TRIES, shrinking = ShrinkingMode.OFF)
  void shouldNotDependOnWhenIdlePartitionsAreFound(@ForAll long log, @ForAll long schedule) {
    shouldBeAsInOrder(log, schedule, Runs.LIVE, AS_IT_COMES);
  }

  @Property(tries = TRIES, shrinking = ShrinkingMode.OFF)
  void shouldNotDependOnAnythingInAReplay(@ForAll long log, @ForAll long schedule) {
    shouldBeAsInOrder(log, schedule, Runs.WHOLE_LOG, REPLAY);
  }

  @Property(tries = TRIES, shrinking = ShrinkingMode.OFF)
  void shouldNotDependOnAnythingWhenSessionsOverflow(@ForAll long log, @ForAll long schedule) {
    shouldBeAsInOrder(
        log, schedule, Runs.STORM, (part, seed) -> Runs.catchUp(part, Runs.STORM, seed, BATCH));
  }

  /**
   * What is forgotten after a minute is hidden from then on, whether somebody has looked or not.
   */
  @Property(tries = TRIES, shrinking = ShrinkingMode.OFF)
  void shouldNotDependOnWhenSomethingIsForgotten(@ForAll long log, @ForAll long schedule) {
    shouldBeAsInOrder(
        log,
        schedule,
        Runs.FORGETFUL,
        (part, seed) -> Runs.catchUp(part, Runs.FORGETFUL, seed, BATCH));
  }

  /**
   * A list is read by one task and counts for all; who is not in it counts as deleted after a
   * minute.
   */
  @Property(tries = TRIES, shrinking = ShrinkingMode.OFF)
  void shouldNotDependOnWhoReadsWhichList(@ForAll long log, @ForAll long schedule) {
    LongFunction<List<Message>> unwatched = seed -> ClusterLogs.unwatched(seed, OBJECTS, RECORDS);
    shouldBeAsInOrder(
        unwatched,
        log,
        schedule,
        Runs.FORGETFUL,
        (part, seed) -> Runs.catchUp(part, Runs.FORGETFUL, seed, BATCH));
    shouldBeAsInOrder(unwatched, log, schedule, Runs.WHOLE_LOG, REPLAY);
  }

  @Example
  void shouldFindObjectsMissing() {
    long missed =
        LongStream.range(0, TRIES)
            .map(seed -> Runs.missed(ClusterLogs.unwatched(seed, OBJECTS, RECORDS), Runs.FORGETFUL))
            .sum();
    assertThat(missed).isGreaterThan(TRIES / 2);
  }

  /** 8.4: else the others would say nothing about deliveries. */
  @Example
  void shouldLinkChangesOfDeliveries() {
    long linked =
        LongStream.range(0, TRIES)
            .mapToObj(seed -> ClusterLogs.of(seed, OBJECTS, RECORDS, false))
            .flatMap(log -> Runs.inOrder(log, Runs.LIVE, 1).stream())
            .flatMap(trace -> trace.root().links().stream())
            .filter(link -> link.attributes().get("kspan.link").equals("delivery"))
            .count();
    assertThat(linked).isPositive();
  }

  /** 1.2: records are received again by a relist, by a second producer and after a restart. */
  @Property(tries = TRIES, shrinking = ShrinkingMode.OFF)
  void shouldNotChangeWhenRecordsAreReceivedAgain(@ForAll long log, @ForAll long schedule) {
    shouldBeAsInOrder(
        log, schedule, Runs.LIVE, (part, seed) -> CATCH_UP.of(Copies.of(part, seed), seed));
    shouldBeAsInOrder(
        log, schedule, Runs.WHOLE_LOG, (part, seed) -> REPLAY.of(Copies.of(part, seed), seed));
  }

  /** 1.1 and 6.4, also where owners own each other. */
  @Property(tries = TRIES, shrinking = ShrinkingMode.OFF)
  void shouldMakeEveryOccurrenceExactlyOneSpanWhateverTheOwners(
      @ForAll long log, @ForAll long schedule) {
    for (int i = 0; i < REPEATS; i++) {
      List<Message> cyclic = ClusterLogs.of(log + i, OBJECTS, RECORDS, true);
      long events = cyclic.stream().filter(Message::event).count();
      for (Run run : List.of(CATCH_UP, AS_IT_COMES, REPLAY)) {
        assertThat(Runs.occurrences(run.of(cyclic, schedule + i)))
            .as("log %d, schedule %d", log + i, schedule + i)
            .isEqualTo(events);
      }
    }
  }

  private static void shouldBeAsInOrder(
      long logSeed, long scheduleSeed, Map<String, String> settings, Run run) {
    shouldBeAsInOrder(
        seed -> ClusterLogs.of(seed, OBJECTS, RECORDS, false),
        logSeed,
        scheduleSeed,
        settings,
        run);
  }

  private static void shouldBeAsInOrder(
      LongFunction<List<Message>> logs,
      long logSeed,
      long scheduleSeed,
      Map<String, String> settings,
      Run run) {
    for (int i = 0; i < REPEATS; i++) {
      List<Message> log = logs.apply(logSeed + i);
      if (!differs(log, scheduleSeed + i, settings, run).isEmpty()) {
        explain(log, scheduleSeed + i, settings, run);
      }
    }
  }

  private static String differs(
      List<Message> log, long seed, Map<String, String> settings, Run run) {
    List<FinishedTrace> expected = Runs.inOrder(log, settings, 1);
    try {
      return Runs.difference(run.of(log, seed), expected);
    } catch (AssertionError | RuntimeException e) {
      return e.toString();
    }
  }

  private static void explain(List<Message> log, long seed, Map<String, String> settings, Run run) {
    long[] seeds = LongStream.range(0, SCHEDULES_TO_SHRINK).map(i -> i == 0 ? seed : i).toArray();
    List<Message> smallest =
        Smallest.of(
            log,
            part -> LongStream.of(seeds).anyMatch(s -> !differs(part, s, settings, run).isEmpty()));
    long failing =
        LongStream.of(seeds)
            .filter(s -> !differs(smallest, s, settings, run).isEmpty())
            .findFirst()
            .orElse(seed);
    fail(
        "schedule %d%n%s%nof the log%n  %s",
        failing,
        differs(smallest, failing, settings, run),
        smallest.stream().map(Message::toString).collect(Collectors.joining("\n  ")));
  }
}
