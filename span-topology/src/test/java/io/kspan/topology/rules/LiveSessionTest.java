package io.kspan.topology.rules;

import static io.kspan.testsupport.generate.Input.event;
import static io.kspan.testsupport.generate.Input.nanos;
import static io.kspan.testsupport.generate.Input.object;
import static org.assertj.core.api.Assertions.assertThat;

import io.kspan.testsupport.generate.Input;
import io.kspan.topology.assemble.Assembler;
import io.kspan.topology.assemble.CauseRules;
import io.kspan.topology.assemble.Session;
import io.kspan.topology.assemble.Session.FinishedBy;
import io.kspan.topology.assemble.Sessions;
import io.kspan.topology.assemble.TraceSettings;
import io.kspan.topology.config.TopologyConfig;
import io.kspan.topology.envelope.EnvelopeReader;
import io.kspan.topology.envelope.InputRecord;
import io.kspan.topology.model.Cluster;
import io.kspan.topology.model.EventOccurrence;
import io.kspan.topology.model.FinishedSpan;
import io.kspan.topology.model.FinishedTrace;
import io.kspan.topology.model.ObjectIdentity;
import io.kspan.topology.model.ObjectSnapshot;
import io.kspan.topology.model.PlacedOccurrence;
import io.kspan.topology.model.RootLog;
import io.kspan.topology.model.WrittenGenerations;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Sessions of a log that still grows (trace-model 5.7): a session does not depend on later records.
 * All objects belong to one deployment.
 */
class LiveSessionTest {
  private static final long NEVER = Long.MIN_VALUE;
  private static final String SETTLED =
      "{observedGeneration: 1, replicas: 1, updatedReplicas: 1, availableReplicas: 1}";

  private final Sessions sessions = new Sessions(TraceSettings.defaults(), false);
  private final CauseRules rules = CauseRules.shipped();
  private final Assembler assembler = new Assembler(TraceSettings.defaults());
  private final Input deployment =
      object("Deployment", "web", "uid-d").generation(1).spec("{replicas: 1}");
  private final Input settled = deployment.again().status(SETTLED);
  private final Input pod = object("Pod", "web-a", "uid-p").ownedBy(deployment);
  private final Input ready = pod.again().status("{conditions: [{type: 'Ready', status: 'True'}]}");
  private Cluster cluster = Cluster.named("c");

  private static Input something(String uid, double at) {
    return event(uid, "Deployment", "web", "uid-d").reason("Any").at(at);
  }

  private RootLog log(Input... log) {
    EnvelopeReader reader = new EnvelopeReader("c", "topLevelSpan", List.of());
    List<EventOccurrence> events = new ArrayList<>();
    List<ObjectSnapshot> snapshots = new ArrayList<>();
    for (Input input : log) {
      InputRecord record = reader.read(input.envelope());
      if (record instanceof InputRecord.Occurrence occurrence) {
        events.add(rules.withCause(occurrence.event(), abandoned -> {}));
      } else if (record instanceof InputRecord.Snapshot snapshot) {
        snapshots.add(snapshot.object());
      }
    }
    ObjectIdentity root =
        snapshots.stream()
            .map(ObjectSnapshot::identity)
            .filter(o -> o.uid().equals("uid-d"))
            .findFirst()
            .orElseThrow();
    return new RootLog(
        cluster, root, events.stream().map(e -> placed(e, root, snapshots)).toList(), snapshots);
  }

  private static PlacedOccurrence placed(
      EventOccurrence event, ObjectIdentity root, List<ObjectSnapshot> snapshots) {
    return snapshots.stream()
        .map(ObjectSnapshot::identity)
        .filter(o -> o.uid().equals(event.involvedUid()) && !o.uid().equals(root.uid()))
        .findFirst()
        .map(object -> new PlacedOccurrence(event, object, List.of(root), "", 0))
        .orElseGet(() -> new PlacedOccurrence(event, root, List.of(), "", 0));
  }

  private Session closed(RootLog log) {
    return sessions.next(log, NEVER, nanos(2000)).closed().orElseThrow();
  }

  private FinishedTrace trace(Input... input) {
    RootLog log = log(input);
    return assembler.assemble(log, closed(log), WrittenGenerations.NONE).traces().get(0);
  }

  private static List<String> uids(Session closed) {
    return closed.occurrences().stream().map(o -> o.event().uid()).toList();
  }

  /** What ended long ago waits for the rest of the list, from the last receipt on. */
  @Test
  void shouldNotCloseBeforeTheLastReceiptHasWaited() {
    RootLog log = log(settled, something("a", 0).received(100), something("b", 3).received(101));

    Sessions.Evaluation early = sessions.next(log, NEVER, nanos(111) - 1);
    assertThat(early.closed()).isEmpty();
    assertThat(early.nextCheckNanos()).isEqualTo(nanos(111));

    Sessions.Evaluation due = sessions.next(log, NEVER, nanos(111));
    assertThat(due.nextCheckNanos()).isEqualTo(nanos(111));
    assertThat(due.closed()).hasValueSatisfying(c -> assertThat(uids(c)).containsExactly("a", "b"));
    assertThat(due.closed().orElseThrow().endNanos()).isEqualTo(nanos(13));
    assertThat(due.closed().orElseThrow().knownFromNanos()).isEqualTo(nanos(100));
    assertThat(due.closed().orElseThrow().closingNanos()).isEqualTo(nanos(111));
  }

  /** A session time is never before what has been written. */
  @Test
  void shouldMoveAStragglerToTheEndOfWhatIsWritten() {
    EventOccurrence event = log(settled, something("a", 5)).occurrences().get(0).event();

    assertThat(Sessions.sessionTime(event, NEVER)).isEqualTo(nanos(5));
    assertThat(Sessions.sessionTime(event, nanos(15))).isEqualTo(nanos(15));
  }

  /** 5.4: a root that is first received when its session ends was as good as never seen. */
  @ParameterizedTest
  @CsvSource({"64.999, 74.999", "65, 65", "65.001, 65"})
  void shouldNotForeseeARootThatIsSeenAfterTheSession(double seen, double end) {
    Session closed = closed(log(settled.received(seen), something("a", 5)));

    assertThat(closed.endNanos()).isEqualTo(nanos(end));
  }

  /** What makes a session overflow must have been received before it closed without that. */
  @ParameterizedTest
  @CsvSource({"100, 2, OVERFLOW", "302, 301, QUIET"})
  void shouldNotOverflowByWhatIsReportedLater(double received, double end, FinishedBy by) {
    Sessions twoAtMost =
        new Sessions(
            new TopologyConfig(
                    Map.of("bootstrap.servers", "localhost:9092", "trace.max.occurrences", "2"))
                .traceSettings(),
            false);

    Session session =
        twoAtMost
            .next(
                log(
                    deployment,
                    something("a", 0),
                    something("b", 1),
                    something("old", 2).received(received)),
                NEVER,
                nanos(2000))
            .closed()
            .orElseThrow();

    assertThat(session.finishedBy()).isEqualTo(by);
    assertThat(session.endNanos()).isEqualTo(nanos(end));
  }

  /** Objects of the tree say nothing of the root, even if they are seen first. */
  @Test
  void shouldKnowTheRootAmongItsObjects() {
    Session closed = closed(log(ready.received(1), settled.received(66), something("a", 5)));

    assertThat(closed.endNanos()).isEqualTo(nanos(65));
  }

  /** An earlier evaluation has written the session without the straggler. */
  @Test
  void shouldCloseWithoutAStraggler() {
    RootLog log = log(settled, something("a", 5), something("late", 10).received(100));

    assertThat(uids(closed(log))).containsExactly("a");
    assertThat(closed(log).endNanos()).isEqualTo(nanos(15));
  }

  /** At the very moment of closing no evaluation has been made yet. */
  @ParameterizedTest
  @CsvSource({"115, late", "115.001, first"})
  void shouldCountAStragglerUpToTheClosingMoment(double received, String first) {
    RootLog log =
        log(
            settled,
            something("first", 100),
            something("second", 105),
            something("late", 40).received(received));

    assertThat(uids(closed(log))).startsWith(first);
  }

  /** 5.7: what is received later must not influence a trace. */
  @ParameterizedTest
  @CsvSource({"15, 2", "15.001, 1"})
  void shouldKnowWhatWasReceivedUpToTheClosingMoment(double received, long generation) {
    FinishedTrace trace =
        trace(
            settled,
            something("a", 5).involvedVersion("v2"),
            settled.again().generation(2).resourceVersion("v2").received(received));

    assertThat(trace.root().attributes()).containsEntry("k8s.object.generation", generation);
  }

  @ParameterizedTest
  @CsvSource({"14.999, uid", "15, uid", "15.001,"})
  void shouldKnowTheClusterUpToTheClosingMoment(double since, String uid) {
    TreeMap<Long, String> uids = new TreeMap<>();
    uids.put(nanos(since) / 1_000_000, "uid");
    cluster = new Cluster("c", uids);

    assertThat(trace(settled, something("a", 5)).root().resource().get("k8s.cluster.uid"))
        .isEqualTo(uid);
  }

  /** Whether a deleted object is pruned yet must not matter, so it never counts. */
  @ParameterizedTest
  @CsvSource({"-296, root", "-296.001, created"})
  void shouldNotUseWhatWasDeletedFiveMinutesBefore(double deleted, String parent) {
    FinishedTrace trace =
        trace(
            settled.received(-1000),
            pod.again().created(-900).received(-900),
            pod.again().created(-900).deleted().received(deleted),
            event("created", deployment, "SuccessfulCreate").message("Created pod: web-a").at(4),
            event("started", pod, "Started").at(5));

    FinishedSpan started = span(trace, "started");
    String expected =
        parent.equals("root") ? trace.root().spanId() : span(trace, "created").spanId();
    assertThat(started.parentSpanId()).isEqualTo(expected);
  }

  /**
   * An event that is listed long after it happened: of the states of that time, those in between
   * may have been pruned, so they never count. In a whole log they always do.
   */
  @Test
  void shouldNotUseTheStatesOfLongAgo() {
    RootLog log =
        log(
            settled,
            deployment.again().received(8),
            settled.again().received(600),
            something("listed", 5).received(1000));
    Sessions whole = new Sessions(TraceSettings.defaults(), true);

    assertThat(closed(log).endNanos()).isEqualTo(nanos(15));
    assertThat(whole.next(log, NEVER, Long.MAX_VALUE).closed().orElseThrow().endNanos())
        .isEqualTo(nanos(308));
  }

  @Test
  void shouldKnowEveryStateOfTheLastFiveMinutes() {
    RootLog log =
        log(
            settled,
            deployment.again().received(800),
            settled.again().received(1012),
            something("a", 1005));

    assertThat(closed(log).endNanos()).isEqualTo(nanos(1022));
  }

  /** The others are kept, and the root always is. */
  @Test
  void shouldUseLivingObjectsAndTheRoot() {
    FinishedTrace trace =
        trace(
            deployment.again().deleted().received(-900),
            pod.again().created(2).received(-600),
            event("created", deployment, "SuccessfulCreate").message("Created pod: web-a").at(0.5),
            event("started", pod, "Started").at(5));

    assertThat(trace.root().attributes()).containsEntry("k8s.object.generation", 1L);
    assertThat(span(trace, "started").parentSpanId()).isEqualTo(trace.root().spanId());
  }

  private static FinishedSpan span(FinishedTrace trace, String event) {
    return trace.spans().stream()
        .filter(s -> event.equals(s.attributes().get("k8s.event.uid")))
        .findFirst()
        .orElseThrow();
  }
}
