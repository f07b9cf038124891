package io.kspan.topology.properties;

import static org.assertj.core.api.Assertions.assertThat;

import io.kspan.testsupport.generate.Input;
import io.kspan.topology.assemble.Session;
import io.kspan.topology.assemble.Sessions;
import io.kspan.topology.assemble.TraceSettings;
import io.kspan.topology.envelope.EnvelopeReader;
import io.kspan.topology.envelope.InputRecord;
import io.kspan.topology.model.Cluster;
import io.kspan.topology.model.ObjectIdentity;
import io.kspan.topology.model.ObjectReference;
import io.kspan.topology.model.ObjectSnapshot;
import io.kspan.topology.model.PlacedOccurrence;
import io.kspan.topology.model.RootLog;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** Timers only decide when there is enough log to evaluate: trace-model 5. */
class SessionsPropertyTest {
  private static final EnvelopeReader READER = new EnvelopeReader("c", "topLevelSpan", List.of());

  private static final int TRIES = 400;
  private static final ObjectIdentity ROOT =
      new ObjectIdentity("uid-0", new ObjectReference("Deployment", "ns", "n"), "", true, 0);

  private final Sessions sessions = new Sessions(TraceSettings.defaults(), false);

  @Provide
  Arbitrary<List<Input>> logs() {
    return Logs.any(3);
  }

  /** Sessions close the same, evaluated at any moments or once at the end of time. */
  @Property(tries = TRIES)
  void shouldCloseTheSameSessionsWheneverAsked(
      @ForAll("logs") List<Input> log, @ForAll Random random) {
    TreeSet<Long> moments = new TreeSet<>();
    for (int i = random.nextInt(40); i > 0; i--) {
      moments.add(Input.START.toEpochMilli() + random.nextInt(1_500_000));
    }

    assertThat(closed(log, moments)).isEqualTo(closed(log, new TreeSet<>()));
  }

  private List<Session> closed(List<Input> log, TreeSet<Long> momentsMillis) {
    List<PlacedOccurrence> open = new ArrayList<>();
    List<ObjectSnapshot> snapshots = new ArrayList<>();
    List<Input> unread = new ArrayList<>(log);
    unread.sort(Comparator.comparingLong(Input::receivedMillis));
    List<Session> closed = new ArrayList<>();
    long until = Long.MIN_VALUE;
    TreeSet<Long> moments = new TreeSet<>(momentsMillis);
    moments.add(Long.MAX_VALUE);
    for (long moment : moments) {
      while (!unread.isEmpty() && unread.get(0).receivedMillis() <= moment) {
        read(unread.remove(0), open, snapshots);
      }
      long now = moment == Long.MAX_VALUE ? moment : moment * 1_000_000;
      while (true) {
        Sessions.Evaluation answer =
            sessions.next(new RootLog(Cluster.named("c"), ROOT, open, snapshots), until, now);
        if (answer.closed().isEmpty()) {
          break;
        }
        closed.add(answer.closed().get());
        until = answer.closed().get().endNanos();
        open.removeAll(answer.closed().get().occurrences());
      }
    }
    assertThat(open).isEmpty();
    return closed;
  }

  private static void read(
      Input input, List<PlacedOccurrence> open, List<ObjectSnapshot> snapshots) {
    InputRecord record = READER.read(input.envelope());
    if (record instanceof InputRecord.Occurrence occurrence) {
      open.add(new PlacedOccurrence(occurrence.event(), ROOT, List.of(), "", 0));
    } else if (record instanceof InputRecord.Snapshot snapshot) {
      snapshots.add(snapshot.object());
    }
  }
}
